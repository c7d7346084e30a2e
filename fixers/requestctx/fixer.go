package requestctx

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "HTTP requests with the context at hand",
	Since:    "go1.13",
	Kinds: []fix.Kind{
		{
			Name:         "withcontext",
			Summary:      "http.NewRequest followed by req = req.WithContext(ctx) becomes http.NewRequestWithContext.",
			Tier:         fix.Proven,
			Precondition: "Nothing happens between the two but that an error is returned, and the context is a variable or the background context.",
		},
		{
			Name:         "newrequest",
			Summary:      "http.NewRequest in a function with a context becomes http.NewRequestWithContext.",
			Tier:         fix.Suggestion,
			Precondition: "The request is to end with the context: it does not go on after the function's work, and its response is not read later.",
		},
		{
			Name:    "comment",
			Summary: "A call of WithContext with a comment stays.",
			Tier:    fix.Left,
		},
	},
}
