package titlecase

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "golang.org/x/text/cases for the deprecated strings.Title",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "cases",
			Summary:      "strings.Title and bytes.Title become cases.Title of golang.org/x/text.",
			Tier:         fix.Suggestion,
			Precondition: "Words of letters alone become the same. Look for apostrophes, dots and colons within words, which no longer end them, and for digits before a word, which no longer begin it: \"1st\" becomes \"1St\".",
		},
		{
			Name:    "dependency",
			Summary: "Calls stay in modules that do not require golang.org/x/text.",
			Tier:    fix.Left,
		},
		{
			Name:    "value",
			Summary: "Function values stay: a cases.Caser must not be shared by goroutines.",
			Tier:    fix.Left,
		},
	},
}
