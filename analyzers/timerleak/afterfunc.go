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
// nobody can stop the timer, if it is likely that somebody ought to: it limits
// how long the following steps may take, or it belongs to an object that can be
// closed.
func (c *checker) checkAfterFunc(t *timer, at inspector.Cursor) {
	if !unused(t.call) || !c.atLeast(t, long) || c.callersOf().endsProcess(t.call.Parent()) {
		return
	}
	f := callbackOf(t.call)
	if f.fn == nil || len(f.holds) == 0 {
		return
	}
	switch {
	case f.aborts() && c.usedLater(t.call, f):
		c.report(afterFuncGuard, at.Node(), fmt.Sprintf(
			"nobody can stop this timer when what it limits is done: it holds what its function uses for %s, then calls it all the same", c.duration(t, at)), nil)
	case f.ofClosable(t.call.Parent()) && !c.computed(t) && !f.looksFirst():
		c.report(afterFuncDropped, at.Node(), fmt.Sprintf(
			"nobody can stop this timer when its object is closed: it holds the object for %s, then calls the function all the same", c.duration(t, at)), nil)
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

// ofClosable reports whether the callback holds the receiver of fn, the method
// that starts the timer, and the receiver's type can be closed.
func (f callback) ofClosable(fn *ssa.Function) bool {
	if fn.Signature.Recv() == nil || len(fn.Params) == 0 {
		return false
	}
	named, ok := types.Unalias(timing.Deref(fn.Signature.Recv().Type())).(*types.Named)
	if !ok || closerOf(named.Obj()) == nil || closes(fn.Name()) {
		return false // what a Close starts is part of the closing
	}
	for _, v := range f.holds {
		if v == ssa.Value(fn.Params[0]) {
			return true
		}
		if alloc, ok := v.(*ssa.Alloc); ok {
			for _, ref := range *alloc.Referrers() {
				if store, ok := ref.(*ssa.Store); ok && store.Val == ssa.Value(fn.Params[0]) {
					return true
				}
			}
		}
	}
	return false
}

// computed reports whether the timer's duration is made of a floating-point
// number, as the pace of a load generator is. One whose length is not known here
// is otherwise taken to be long.
func (c *checker) computed(t *timer) bool {
	if _, known := c.timing.Duration(t.period); known {
		return false
	}
	convert, ok := t.period.(*ssa.Convert)
	if !ok {
		return false
	}
	b, ok := convert.X.Type().Underlying().(*types.Basic)
	return ok && b.Info()&types.IsFloat != 0
}

// looksFirst reports whether the callback, or the method that is all it calls,
// looks at a field of the object and returns at once if there is nothing to do: it
// is harmless after a Close.
func (f callback) looksFirst() bool {
	if mayReturnAtOnce(f.fn) {
		return true
	}
	var only *ssa.Function
	for _, b := range f.fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			if only != nil {
				return false
			}
			if only = call.Common().StaticCallee(); only == nil {
				return false
			}
		}
	}
	return only != nil && only.Signature.Recv() != nil && mayReturnAtOnce(only)
}

// mayReturnAtOnce reports whether a branch on a field leads straight to a return.
func mayReturnAtOnce(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok || !readsField(branch.Cond, 4) {
			continue
		}
		for _, succ := range b.Succs {
			switch succ.Instrs[0].(type) {
			case *ssa.Return, *ssa.RunDefers:
				return true
			}
		}
	}
	return false
}

// readsField reports whether v is computed from a field that is a boolean, atomic
// or not, or is compared.
func readsField(v ssa.Value, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if _, ok := v.X.(*ssa.FieldAddr); ok {
			return true
		}
		return readsField(v.X, depth-1)
	case *ssa.BinOp:
		return readsField(v.X, depth-1) || readsField(v.Y, depth-1)
	case *ssa.Call:
		callee := timing.Callee(v)
		if callee == nil || callee.Pkg() == nil || callee.Pkg().Path() != "sync/atomic" || len(v.Call.Args) == 0 {
			return false
		}
		_, ok := v.Call.Args[0].(*ssa.FieldAddr)
		return ok
	}
	return false
}
