package timerleak

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// Analyzer reports timers that pile up or outlive what they were made for.
var Analyzer = &analysis.Analyzer{
	Name:     "timerleak",
	Doc:      "find timers and tickers that are left behind and pile up (Go before 1.23)",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/analyzers/timerleak",
	Flags:    goversion.TimersFlag(),
	Requires: []*analysis.Analyzer{inspect.Analyzer, ssabuild.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !model.ImportsClock(pass.Pkg) {
		return nil, nil
	}
	c := &checker{
		pass: pass,
		ssa:  pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA),
		root: pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root(),
	}
	c.timing = timing.New(pass, c.ssa, c.root)
	timers := c.timers()
	for _, t := range timers {
		c.checkTimer(t)
	}
	c.checkFields(timers)
	return nil, nil
}
