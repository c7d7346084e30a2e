package poolmisuse

import (
	"fmt"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
)

// earlyArguments reports deferred calls that put back what a variable held when
// they were deferred, not what it holds at the end.
func (r *reporter) earlyArguments(w *world, fn *ssa.Function) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			d, ok := instr.(*ssa.Defer)
			if !ok {
				continue
			}
			callee := alias.CalleeOf(&d.Call)
			for i, p := range w.pooling(callee).Params {
				if p.Fate == follow.Released && i < len(callee.Args) {
					r.earlyArgument(d, callee.Args[i])
				}
			}
		}
	}
}

func (r *reporter) earlyArgument(d *ssa.Defer, arg ssa.Value) {
	v := strip(arg)
	name := r.name(follow.Giving{At: d, Deferred: d}, arg)
	if c, ok := v.(*ssa.Const); ok && c.IsNil() {
		if name != "nil" {
			r.add("early-arg", d.Pos(), fmt.Sprintf("the deferred call puts back the value %s has now, which is nil: "+
				"the object that it gets later never returns to the pool; defer a function literal instead", name))
		}
		return
	}
	if _, ok := v.Type().Underlying().(*types.Slice); !ok {
		return
	}
	grown := grownAfter(d, v)
	if grown == nil {
		return
	}
	diag := r.add("early-arg", d.Pos(), fmt.Sprintf("the deferred call puts back the slice that %s is now: "+
		"when append has to grow it, the pool gets the old one and the grown one is lost; defer a function literal that puts the last value", name),
		related(grown.Pos(), "grown here"))
	if diag != nil {
		diag.SuggestedFixes = r.deferLiteral(d)
	}
}

// grownAfter returns an append to the slice v that runs after d.
func grownAfter(d *ssa.Defer, v ssa.Value) *ssa.Call {
	for {
		cut, ok := v.(*ssa.Slice)
		if !ok {
			break
		}
		v = cut.X
	}
	seen := map[ssa.Value]bool{v: true}
	work := []ssa.Value{v}
	for len(work) > 0 {
		v, work = work[len(work)-1], work[:len(work)-1]
		for _, ref := range *v.Referrers() {
			next, ok := ref.(ssa.Value)
			if !ok || seen[next] {
				continue
			}
			switch ref := ref.(type) {
			case *ssa.Slice, *ssa.Phi, *ssa.TypeAssert:
			case *ssa.Call:
				if b, ok := ref.Call.Value.(*ssa.Builtin); !ok || b.Name() != "append" || ref.Call.Args[0] != v {
					continue
				}
				if runsAfter(d, ref) {
					return ref
				}
			default:
				continue
			}
			seen[next] = true
			work = append(work, next)
		}
	}
	return nil
}

// runsAfter reports whether b may run after a.
func runsAfter(a, b ssa.Instruction) bool {
	if a.Block() == b.Block() {
		for _, instr := range a.Block().Instrs {
			if instr == a {
				return true
			}
			if instr == b {
				break
			}
		}
	}
	seen := make(map[*ssa.BasicBlock]bool)
	work := append([]*ssa.BasicBlock(nil), a.Block().Succs...)
	for len(work) > 0 {
		block := work[len(work)-1]
		work = work[:len(work)-1]
		if block == b.Block() {
			return true
		}
		if !seen[block] {
			seen[block] = true
			work = append(work, block.Succs...)
		}
	}
	return false
}
