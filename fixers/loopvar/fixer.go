package loopvar

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "no copies of loop variables that each turn has anyway",
	Since:    "go1.22",
	Kinds: []fix.Kind{
		{
			Name:         "copy",
			Summary:      "i := i at the beginning of a loop with three clauses is removed.",
			Tier:         fix.Proven,
			Precondition: "Nothing changes the copy or takes its address.",
		},
		{
			Name:    "changed",
			Summary: "A copy that is changed, or could be through a pointer, stays.",
			Tier:    fix.Left,
		},
		{
			Name:    "comment",
			Summary: "A copy with a comment that speaks of something else stays.",
			Tier:    fix.Left,
		},
	},
}
