package goroutineleak

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/machine"
)

// bufferOfOne returns the fix that gives an unbuffered channel room for the one
// value that is ever sent on it: then the sender ends whether or not somebody
// receives. It is offered only where one value is all that can be sent.
func bufferOfOne(pass *analysis.Pass, leak *machine.Leak) (analysis.SuggestedFix, bool) {
	if leak.Waits != machine.Send || leak.Buffer != 0 || leak.Go == nil {
		return analysis.SuggestedFix{}, false
	}
	made, ok := leak.Made.(*ssa.MakeChan)
	if !ok || !sendsOnce(made, leak) {
		return analysis.SuggestedFix{}, false
	}
	call := makeCall(pass, made)
	if call == nil || len(call.Args) != 1 {
		return analysis.SuggestedFix{}, false
	}
	return analysis.SuggestedFix{
		Message:   "Give the channel room for the one value that is sent on it",
		TextEdits: []analysis.TextEdit{{Pos: call.Rparen, End: call.Rparen, NewText: []byte(", 1")}},
	}, true
}

// sendsOnce reports whether each channel that made makes is sent on at most
// once: by one goroutine, started once for each channel, whose sends exclude
// each other.
func sendsOnce(made *ssa.MakeChan, leak *machine.Leak) bool {
	start, ok := leak.Go.(*ssa.Go)
	if !ok || start.Parent() != made.Parent() || repeats(made.Block(), start.Block()) {
		return false
	}
	body, ok := start.Call.Value.(*ssa.MakeClosure)
	if !ok || leak.Fn != body.Fn {
		return false
	}
	sends, ok := sendsOn(made)
	if !ok {
		return false
	}
	for i, a := range sends {
		if a.Parent() != leak.Fn {
			return false
		}
		for j, b := range sends {
			if i != j && a.Block() == b.Block() || follows(a.Block(), b.Block()) {
				return false
			}
		}
	}
	return len(sends) > 0
}

// sendsOn returns the sends on the channel that made makes, in its function and
// the function's literals. It reports false if the channel is used in a way that
// may lead to others.
func sendsOn(made *ssa.MakeChan) ([]ssa.Instruction, bool) {
	var sends []ssa.Instruction
	seen := make(map[ssa.Value]bool)
	var follow func(v ssa.Value) bool
	follow = func(v ssa.Value) bool {
		if seen[v] {
			return true
		}
		seen[v] = true
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Send:
				if ref.X == v {
					return false
				}
				sends = append(sends, ref)
			case *ssa.Select:
				for _, s := range ref.States {
					if s.Send == v {
						return false
					}
					if s.Send != nil && s.Chan == v {
						sends = append(sends, ref)
					}
				}
			case *ssa.UnOp:
				// A load from the variable that holds the channel, or a
				// receive, whose result is a value that was sent.
				if ref.X == v && ref.Op.String() == "*" && !follow(ref) {
					return false
				}
			case *ssa.Store:
				if ref.Val != v {
					continue // the variable gets its channel
				}
				variable, ok := ref.Addr.(*ssa.Alloc)
				if !ok || stores(variable) != 1 || !follow(variable) {
					return false
				}
			case *ssa.MakeClosure:
				fn := ref.Fn.(*ssa.Function)
				for i, b := range ref.Bindings {
					if b == v && !follow(fn.FreeVars[i]) {
						return false
					}
				}
			case *ssa.ChangeType:
				if !follow(ref) {
					return false
				}
			case *ssa.Call:
				if b, ok := ref.Call.Value.(*ssa.Builtin); !ok || b.Name() != "close" {
					return false
				}
			case *ssa.Defer:
				if b, ok := ref.Call.Value.(*ssa.Builtin); !ok || b.Name() != "close" {
					return false
				}
			case *ssa.DebugRef:
			default:
				return false
			}
		}
		return true
	}
	ok := follow(made)
	return sends, ok
}

// stores returns how many stores to the variable there are.
func stores(variable *ssa.Alloc) int {
	n := 0
	for _, ref := range *variable.Referrers() {
		if s, ok := ref.(*ssa.Store); ok && s.Addr == variable {
			n++
		}
	}
	return n
}

// repeats reports whether then can be reached again without passing through
// first in between.
func repeats(first, then *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	var visit func(b *ssa.BasicBlock) bool
	visit = func(b *ssa.BasicBlock) bool {
		for _, succ := range b.Succs {
			if succ == first || seen[succ] {
				continue
			}
			if succ == then {
				return true
			}
			seen[succ] = true
			if visit(succ) {
				return true
			}
		}
		return false
	}
	return first != then && visit(then)
}

// follows reports whether b can be executed after a.
func follows(a, b *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	var visit func(x *ssa.BasicBlock) bool
	visit = func(x *ssa.BasicBlock) bool {
		for _, succ := range x.Succs {
			if succ == b {
				return true
			}
			if !seen[succ] {
				seen[succ] = true
				if visit(succ) {
					return true
				}
			}
		}
		return false
	}
	return visit(a)
}

// makeCall returns the call of make that made is.
func makeCall(pass *analysis.Pass, made *ssa.MakeChan) *ast.CallExpr {
	for _, file := range pass.Files {
		if file.FileStart <= made.Pos() && made.Pos() < file.FileEnd {
			path, _ := astutil.PathEnclosingInterval(file, made.Pos(), made.Pos())
			for _, n := range path {
				if call, ok := n.(*ast.CallExpr); ok && call.Lparen == made.Pos() {
					return call
				}
			}
		}
	}
	return nil
}
