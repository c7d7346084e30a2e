package deadlock

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// kindBlocks is the kind of a lock that is held while a function is called of
// which the team says that it may block for ever.
const kindBlocks = "blocks-under-lock"

// saysBlocks reports whether the team says of the function that is called, or of
// the interface's method, that it may block for ever.
func (p *program) saysBlocks(call ssa.CallInstruction) bool {
	return model.TeamSays(&p.pass.Analyzer.Flags, model.Blocks, timing.Callee(call))
}

// endsHere reports whether a call of an interface's method does not return. Of
// functions, package ssabuild knows.
func (p *program) endsHere(method *types.Func) bool {
	return model.ExitOf(method) != model.Returns || model.TeamSays(&p.pass.Analyzer.Flags, model.NeverReturns, method)
}

// reportBlocks reports a lock that is held while such a function is called. A call
// that only may lead there is not enough for what the rule cannot see.
func (p *program) reportBlocks(b *blocked, h hold) bool {
	if b.maybe {
		return false
	}
	p.pass.Report(analysis.Diagnostic{
		Pos: b.stands(), Category: kindBlocks,
		Message: fmt.Sprintf("%s is held while %s calls %s, which may block for ever: whoever needs %s waits as long",
			h.Path, waiter(b), p.nameOf(timing.Callee(b.op.instr.(ssa.CallInstruction))), h.Path),
		Related: p.lockedHere(b, h),
	})
	return true
}

// nameOf returns a function's name as the package writes it.
func (p *program) nameOf(fn *types.Func) string {
	if fn.Pkg() == p.pass.Pkg {
		return model.Name(fn)
	}
	return fn.Pkg().Name() + "." + model.Name(fn)
}
