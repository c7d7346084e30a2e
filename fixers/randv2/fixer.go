package randv2

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "math/rand/v2 for math/rand",
	Since:    "go1.22",
	Kinds: []fix.Kind{
		{
			Name:         "functions",
			Summary:      "A file that uses only functions of math/rand imports math/rand/v2, with their names there.",
			Tier:         fix.Suggestion,
			Precondition: "Nothing in the program or its tests seeds the generator to draw the same numbers again.",
		},
		{
			Name:    "generator",
			Summary: "A file with generators of its own stays at math/rand.",
			Tier:    fix.Left,
		},
		{
			Name:    "seeded",
			Summary: "A package that seeds the generator stays at math/rand.",
			Tier:    fix.Left,
		},
		{
			Name:    "read",
			Summary: "A file that uses rand.Read stays at math/rand.",
			Tier:    fix.Left,
		},
	},
}
