package automaxprocs

import "github.com/gomend/gomend/fixers/fix"

// Fixer is automaxprocs with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "The runtime's GOMAXPROCS instead of go.uber.org/automaxprocs",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "import",
			Summary:      "A program's import of go.uber.org/automaxprocs is removed.",
			Tier:         fix.Suggestion,
			Precondition: "The runtime rounds a CPU limit up, to 2 at least, and follows it when it changes; automaxprocs rounds down, to 1 at least, sets it once, and logs what it did: look at the limits that the program runs under.",
		},
		{
			Name:    "left",
			Summary: "Imports of packages other than main, and of automaxprocs/maxprocs, stay.",
			Tier:    fix.Left,
		},
	},
}
