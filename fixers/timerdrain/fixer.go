package timerdrain

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "timers that are stopped without emptying their channels",
	Since:    "go1.23",
	Kinds: []fix.Kind{
		{
			Name:         "drain",
			Summary:      "if !t.Stop() { <-t.C } becomes t.Stop().",
			Tier:         fix.Proven,
			Precondition: "The module's go line is at least 1.23, the package does not ask for the old timers, and the statement does nothing else.",
		},
		{
			Name:    "comment",
			Summary: "A statement with a comment in it stays.",
			Tier:    fix.Left,
		},
		{
			Name:    "other",
			Summary: "A channel that is emptied under a further condition, or whose value is used, stays.",
			Tier:    fix.Left,
		},
	},
}
