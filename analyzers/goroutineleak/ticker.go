package goroutineleak

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// tickers reports goroutines that range over a ticker's channel and have no
// other way out: Stop does not close the channel (see time.Ticker.Stop).
func tickers(pass *analysis.Pass, funcs []*ssa.Function) {
	stopped := stoppedTickers(funcs)
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				start, ok := instr.(*ssa.Go)
				if !ok {
					continue
				}
				body := start.Call.StaticCallee()
				if body == nil || body.Pkg != fn.Pkg || len(body.Blocks) == 0 {
					continue
				}
				for _, loop := range tickerLoops(body) {
					reportTicker(pass, start, body, loop, stopped)
				}
			}
		}
	}
}

// tickerLoop is a range over a ticker's channel.
type tickerLoop struct {
	pos    token.Pos
	ticker origin // zero if the ticker has no name
}

// origin is the variable or field that a ticker is kept in.
type origin struct {
	field    *types.Var
	variable ssa.Value
}

// tickerLoops returns the ranges over tickers' channels in fn that nothing but
// the channel's end can end.
func tickerLoops(fn *ssa.Function) []tickerLoop {
	var loops []tickerLoop
	for _, b := range fn.Blocks {
		if b.Comment != "rangechan.loop" || len(b.Succs) != 2 || leaves(b) {
			continue
		}
		for _, instr := range b.Instrs {
			recv, ok := instr.(*ssa.UnOp)
			if !ok || recv.Op != token.ARROW {
				continue
			}
			if ticker, ok := tickerOf(recv.X); ok {
				loops = append(loops, tickerLoop{pos: loopPos(b, recv), ticker: ticker})
			}
		}
	}
	return loops
}

// loopPos returns a position in the loop with header b.
func loopPos(b *ssa.BasicBlock, recv *ssa.UnOp) token.Pos {
	if recv.Pos().IsValid() {
		return recv.Pos()
	}
	if pos := recv.X.Pos(); pos.IsValid() {
		return pos
	}
	return b.Parent().Pos()
}

// leaves reports whether the loop with header b can be left from its body.
func leaves(b *ssa.BasicBlock) bool {
	body, done := b.Succs[0], b.Succs[1]
	seen := map[*ssa.BasicBlock]bool{b: true}
	var visit func(x *ssa.BasicBlock) bool
	visit = func(x *ssa.BasicBlock) bool {
		if x == done {
			return true
		}
		if seen[x] {
			return false
		}
		seen[x] = true
		if len(x.Succs) == 0 {
			return true
		}
		for _, succ := range x.Succs {
			if visit(succ) {
				return true
			}
		}
		return false
	}
	return visit(body)
}

// tickerOf returns what keeps the ticker whose channel ch is.
func tickerOf(ch ssa.Value) (origin, bool) {
	if call, ok := ch.(*ssa.Call); ok {
		return origin{}, calls(call, "time", "Tick")
	}
	load, ok := ch.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return origin{}, false
	}
	field, ok := load.X.(*ssa.FieldAddr)
	if !ok || !isTicker(field.X.Type()) {
		return origin{}, false
	}
	return keeper(field.X), true
}

// keeper returns the variable or field that v was loaded from.
func keeper(v ssa.Value) origin {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op != token.MUL {
			break
		}
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			return origin{field: timing.Field(addr)}
		case *ssa.FreeVar:
			return origin{variable: captured(addr)}
		case *ssa.Alloc:
			return origin{variable: addr}
		}
	case *ssa.FreeVar:
		return origin{variable: captured(v)}
	case *ssa.Call, *ssa.Parameter:
		return origin{variable: v}
	}
	return origin{}
}

// captured returns the variable of an enclosing function that a free variable
// is, as far as each literal is made in one place.
func captured(v *ssa.FreeVar) ssa.Value {
	fn := v.Parent()
	index := -1
	for i, f := range fn.FreeVars {
		if f == v {
			index = i
		}
	}
	parent := fn.Parent()
	if parent == nil {
		return v
	}
	for _, b := range parent.Blocks {
		for _, instr := range b.Instrs {
			if made, ok := instr.(*ssa.MakeClosure); ok && made.Fn == fn {
				if outer, ok := made.Bindings[index].(*ssa.FreeVar); ok {
					return captured(outer)
				}
				return made.Bindings[index]
			}
		}
	}
	return v
}

func isTicker(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && named.Obj().Name() == "Ticker" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time"
}

// calls reports whether call calls the named function of a package.
func calls(call ssa.CallInstruction, pkg, name string) bool {
	callee := call.Common().StaticCallee()
	if callee == nil {
		return false
	}
	fn, ok := callee.Object().(*types.Func)
	return ok && fn.Pkg() != nil && fn.Pkg().Path() == pkg && model.Name(fn) == name
}

// stoppedTickers returns what keeps the tickers that are stopped, with the
// function that stops them.
func stoppedTickers(funcs []*ssa.Function) map[origin]*ssa.Function {
	stopped := make(map[origin]*ssa.Function)
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if ok && calls(call, "time", "Ticker.Stop") {
					if at := keeper(call.Common().Args[0]); at != (origin{}) {
						stopped[at] = fn
					}
				}
			}
		}
	}
	return stopped
}

func reportTicker(pass *analysis.Pass, start *ssa.Go, body *ssa.Function, loop tickerLoop, stopped map[origin]*ssa.Function) {
	line := pass.Fset.Position(loop.pos).Line
	d := analysis.Diagnostic{
		Pos:     start.Pos(),
		Related: []analysis.RelatedInformation{{Pos: loop.pos, Message: "the loop has no other way out"}},
	}
	switch by := stopped[loop.ticker]; {
	case by != nil && by != body && loop.ticker != (origin{}):
		d.Category = "stopped-ticker"
		d.Message = fmt.Sprintf("this goroutine never ends: it ranges over a ticker's channel at line %d, and the Stop in %s does not close the channel", line, name(by))
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: by.Pos(), Message: name(by) + " stops the ticker"})
	case owner(start) != "":
		d.Category = "endless-ticker"
		d.Message = fmt.Sprintf("this goroutine never ends, not even after %s: it ranges over a ticker's channel at line %d", owner(start), line)
	default:
		return
	}
	pass.Report(d)
}

// owner returns the method by which what the goroutine belongs to is ended, ""
// if it belongs to nothing or to what is never ended: the goroutine is started
// by a method, or uses the receiver, of a type with such a method.
func owner(start *ssa.Go) string {
	var candidates []types.Type
	fn := start.Parent()
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if recv := fn.Signature.Recv(); recv != nil {
		candidates = append(candidates, recv.Type())
	}
	if callee := start.Call.StaticCallee(); callee != nil && callee.Signature.Recv() != nil {
		candidates = append(candidates, callee.Signature.Recv().Type())
	}
	for _, t := range candidates {
		for _, method := range []string{"Close", "Stop", "Shutdown"} {
			if obj, _, _ := types.LookupFieldOrMethod(t, true, start.Parent().Pkg.Pkg, method); obj != nil {
				if m, ok := obj.(*types.Func); ok {
					return m.Name()
				}
			}
		}
	}
	return ""
}
