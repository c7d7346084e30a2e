package sharedloop

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"

	"github.com/gomend/gomend/fixers/fix"
)

// since is the release that gave each turn variables of its own.
const since = "go1.22"

// For returns the codemod for the loops whose variables are declared in the given lines; for
// all loops if there are none.
func For(variables ...token.Position) *fix.Fixer {
	wanted := make(map[place]bool)
	for _, p := range variables {
		wanted[place{p.Filename, p.Line}] = true
	}
	return &fix.Fixer{
		Analyzer: &analysis.Analyzer{
			Name:     "sharedloop",
			Doc:      "have all turns of a loop share its variables",
			URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/sharedloop",
			Requires: []*analysis.Analyzer{inspect.Analyzer},
			Run:      func(pass *analysis.Pass) (any, error) { return nil, run(pass, wanted) },
		},
		Title: "loops that share their variables, as they did before Go 1.22",
		Since: since,
		Kinds: []fix.Kind{
			{
				Name:         "share",
				Summary:      "for _, v := range x becomes var v T; for _, v = range x.",
				Tier:         fix.Proven,
				Precondition: "The loop was asked for, as the program relies on what it did.",
			},
			{
				Name:    "left",
				Summary: "A loop whose variables can't be declared before it stays.",
				Tier:    fix.Left,
			},
		},
	}
}

// A place is a line of a file.
type place struct {
	file string
	line int
}
