package timerleak

import (
	"fmt"
	"go/types"
	"regexp"

	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkAfterFunc reports a time.AfterFunc whose result is thrown away, so that
// nobody can stop the timer, if it is likely that somebody ought to: it limits how
// long the following steps may take.
func (c *checker) checkAfterFunc(t *timer, at inspector.Cursor) {
	if !unused(t.call) || !c.atLeast(t, long) || c.callersOf().endsProcess(t.call.Parent()) {
		return
	}
	f := callbackOf(t.call)
	if f.fn == nil || len(f.holds) == 0 {
		return
	}
	if f.aborts() && c.usedLater(t.call, f) {
		c.report(afterFuncGuard, at.Node(), fmt.Sprintf(
			"nobody can stop this timer when what it limits is done: it holds what its function uses for %s, then calls it all the same", c.duration(t, at)), nil)
	}
}

// unused reports whether nothing is done with the call's result.
func unused(call *ssa.Call) bool {
	for _, ref := range *call.Referrers() {
		if _, ok := ref.(*ssa.DebugRef); !ok {
			return false
		}
	}
	return true
}

// A callback is the function that a timer calls, and what it holds.
type callback struct {
	fn    *ssa.Function
	holds []ssa.Value // captured variables, by address, and bound receivers
}

func callbackOf(call *ssa.Call) callback {
	for _, arg := range call.Call.Args {
		if made, ok := arg.(*ssa.MakeClosure); ok {
			return callback{made.Fn.(*ssa.Function), made.Bindings}
		}
	}
	return callback{}
}

// aborting are the names of functions that cut something short.
var aborting = regexp.MustCompile(`(?i)time[d]?_?out|expire|abort|kill|^cancel|^close`)

// aborts reports whether the callback cuts something short: it is, or calls, a
// function that is named so.
func (f callback) aborts() bool {
	if aborting.MatchString(f.fn.Name()) {
		return true
	}
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if fn := timing.Callee(call); fn != nil && aborting.MatchString(fn.Name()) {
				return true
			}
			if named, ok := types.Unalias(call.Common().Value.Type()).(*types.Named); ok && named.Obj().Name() == "CancelFunc" {
				return true
			}
		}
	}
	return false
}

// usedLater reports whether the function that starts the timer goes on to call
// something with what the callback holds.
func (c *checker) usedLater(start *ssa.Call, f callback) bool {
	held := make(map[ssa.Value]bool)
	for _, v := range f.holds {
		held[v] = true
		for _, ref := range *v.Referrers() {
			if load, ok := ref.(*ssa.UnOp); ok {
				held[load] = true
			}
		}
	}
	after := false
	for b := range reachable(start.Block()) {
		for _, instr := range b.Instrs {
			if instr == ssa.Instruction(start) {
				after = true
				continue
			}
			call, ok := instr.(*ssa.Call)
			if !ok || b == start.Block() && !after {
				continue
			}
			if held[call.Call.Value] || len(call.Call.Args) > 0 && held[call.Call.Args[0]] {
				return true
			}
		}
	}
	return false
}

// reachable returns b and the blocks that control can reach from it.
func reachable(b *ssa.BasicBlock) map[*ssa.BasicBlock]bool {
	seen := make(map[*ssa.BasicBlock]bool)
	var visit func(b *ssa.BasicBlock)
	visit = func(b *ssa.BasicBlock) {
		if seen[b] {
			return
		}
		seen[b] = true
		for _, succ := range b.Succs {
			visit(succ)
		}
	}
	visit(b)
	return seen
}
