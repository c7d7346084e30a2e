package deadlock

import (
	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// Analyzer reports locks that a goroutine can wait for for ever.
var Analyzer = &analysis.Analyzer{
	Name:      "deadlock",
	Doc:       "report locks that a goroutine can wait for for ever",
	Flags:     model.TeamFlag(),
	Run:       run,
	Requires:  []*analysis.Analyzer{ssabuild.Analyzer},
	FactTypes: []analysis.Fact{new(Locks), new(Locking)},
}

func run(pass *analysis.Pass) (any, error) {
	if !concernsLocks(pass) {
		return nil, nil
	}
	p := newProgram(pass, pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA))
	p.solve()
	for _, fn := range p.fns {
		if rec := p.records[fn]; rec != nil {
			p.reportRelocks(rec)
			p.reportExits(rec)
			p.reportUnlocks(rec)
			p.reportBlocked(rec)
		}
	}
	p.reportOrders()
	p.exportFacts()
	return nil, nil
}
