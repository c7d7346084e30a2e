package randseed

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "no rand.Seed with the time, since the generator seeds itself",
	Since:    "go1.20",
	Kinds: []fix.Kind{
		{
			Name:         "timeseed",
			Summary:      "A statement rand.Seed(time.Now().UnixNano()) or the like is removed.",
			Tier:         fix.Proven,
			Precondition: "The seed comes of time.Now and is used for nothing else, and no other call of the package gives a fixed seed.",
		},
		{
			Name:    "constant",
			Summary: "A fixed seed stays: the numbers that follow it are wanted.",
			Tier:    fix.Left,
		},
		{
			Name:    "used",
			Summary: "A seed that is used for something else too stays.",
			Tier:    fix.Left,
		},
		{
			Name:    "mixed",
			Summary: "A seed of the time stays where the package gives another seed too.",
			Tier:    fix.Left,
		},
		{
			Name:    "unknown",
			Summary: "A seed of unknown origin stays.",
			Tier:    fix.Left,
		},
		{
			Name:    "alone",
			Summary: "A call that is all its block does, or whose comments speak of something else, stays.",
			Tier:    fix.Left,
		},
	},
}
