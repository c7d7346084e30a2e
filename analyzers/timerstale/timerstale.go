package timerstale

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
	"github.com/gomend/gomend/analyzers/rule"
)

// Analyzer reports waits for timers that cannot end as they are meant to.
var Analyzer = &analysis.Analyzer{
	Name:     "timerstale",
	Doc:      "find waits for timers that block for ever or never fire, and what Go 1.23 makes needless",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/analyzers/timerstale",
	Flags:    goversion.TimersFlag(),
	Requires: []*analysis.Analyzer{inspect.Analyzer, ssabuild.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !model.ImportsClock(pass.Pkg) {
		return nil, nil
	}
	c := &checker{
		pass:     pass,
		ssa:      pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA),
		root:     pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root(),
		reported: make(map[token.Pos]bool),
	}
	c.timing = timing.New(pass, c.ssa, c.root)
	c.checkNilChannels()
	c.checkDrainedTwice()
	c.checkDrains()
	c.checkLengths()
	c.checkNeverFires()
	c.checkIdle()
	return nil, nil
}

// A checker looks at one package.
type checker struct {
	pass   *analysis.Pass
	ssa    *ssabuild.SSA
	root   inspector.Cursor
	timing *timing.Package

	// reported are the receives of which something graver was said.
	reported map[token.Pos]bool
}

// report reports a diagnostic of the given kind, if its condition holds.
func (c *checker) report(kind string, pos, end token.Pos, message string, related []analysis.RelatedInformation, fixes ...analysis.SuggestedFix) {
	when := rule.Always
	for _, k := range kinds {
		if k.Name == kind {
			when = k.When
		}
	}
	if !goversion.WithTimers(c.pass, when) {
		return
	}
	c.pass.Report(analysis.Diagnostic{
		Pos:            pos,
		End:            end,
		Category:       kind,
		Message:        message,
		Related:        related,
		SuggestedFixes: fixes,
	})
}

// receiveAt returns the receive expression whose arrow is at pos, which is where
// go/ssa says that it is.
func (c *checker) receiveAt(pos token.Pos) (*ast.UnaryExpr, bool) {
	at, ok := c.root.FindByPos(pos, pos+1)
	if !ok {
		return nil, false
	}
	for at := range at.Enclosing((*ast.UnaryExpr)(nil)) {
		return at.Node().(*ast.UnaryExpr), true
	}
	return nil, false
}

// receives calls f for each receive of the package, those of select statements
// included. It waits unless the select has a default case.
func (c *checker) receives(f func(channel ssa.Value, pos token.Pos, waits bool)) {
	for _, fn := range c.ssa.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.UnOp:
					if instr.Op == token.ARROW && instr.Pos().IsValid() {
						f(instr.X, instr.Pos(), true)
					}
				case *ssa.Select:
					for _, state := range instr.States {
						if state.Send == nil {
							f(state.Chan, state.Pos, instr.Blocking)
						}
					}
				}
			}
		}
	}
}
