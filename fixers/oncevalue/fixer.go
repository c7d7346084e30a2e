package oncevalue

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "sync.OnceValue for values that are computed once",
	Since:    "go1.21",
	Kinds: []fix.Kind{
		{
			Name:         "value",
			Summary:      "A function that fills a variable once and returns it becomes sync.OnceValue or OnceValues.",
			Tier:         fix.Suggestion,
			Precondition: "The computation does not panic, or later calls may panic with the same value.",
		},
		{
			Name:    "comment",
			Summary: "A function or variable with a comment that would be lost stays.",
			Tier:    fix.Left,
		},
	},
}
