package netcontext

import "github.com/gomend/gomend/fixers/fix"

// Fixer is netcontext with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "Package context instead of golang.org/x/net/context",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "context",
			Summary: "An import of golang.org/x/net/context becomes one of context.",
			Tier:    fix.Safe,
		},
		{
			Name:         "ctxhttp",
			Summary:      "ctxhttp.Do becomes the client's Do with a request that has the context.",
			Tier:         fix.Suggestion,
			Precondition: "A nil client was http.DefaultClient, and the error of a context that ended was ctx.Err() itself: look for a client that may be nil and for errors that are compared with ==.",
		},
		{
			Name:    "ctxhttp-left",
			Summary: "ctxhttp's other functions stay.",
			Tier:    fix.Left,
		},
		{
			Name:    "left",
			Summary: "golang.org/x/net/context stays where its types are not those of context, which they are since 2017.",
			Tier:    fix.Left,
		},
	},
}
