package strandedptr

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "no helpers for pointers that new(expr) has replaced",
	Since:    "go1.26",
	Kinds: []fix.Kind{
		{
			Name:         "helper",
			Summary:      "A function that returns a pointer to its parameter, and that nothing names, is removed.",
			Tier:         fix.Proven,
			Precondition: "It is not exported, and no file of the package has its name, whatever platform or tag it is for.",
		},
		{
			Name:    "comment",
			Summary: "Such a function with a comment in its body stays.",
			Tier:    fix.Left,
		},
	},
}
