package deadlock

import (
	"go/types"
)

// importSummary returns what the analysis of another package said of fn.
func (p *program) importSummary(fn *types.Func) *summary {
	if sum, ok := p.imported[fn]; ok {
		return sum
	}
	var fact Locks
	var sum *summary
	if p.pass.ImportObjectFact(fn, &fact) {
		sum = &fact.Summary
	}
	p.imported[fn] = sum
	return sum
}
