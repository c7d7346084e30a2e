package goroutineleak

import (
	"fmt"
	"go/types"
	"iter"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/machine"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// unwatched reports calls of functions of which the team says that they may block
// for ever, in the functions that goroutines run, where a context is at hand that
// the call is not passed.
func unwatched(pass *analysis.Pass, funcs []*ssa.Function) {
	if !model.TeamClaims(&pass.Analyzer.Flags, model.Blocks) {
		return
	}
	seen := make(map[*ssa.Function]bool)
	for body := range goroutineBodies(funcs) {
		ctx := contextAtHand(body)
		if ctx == nil || seen[body] {
			continue
		}
		seen[body] = true
		for _, b := range body.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok || passesContext(&call.Call) || !model.TeamSays(&pass.Analyzer.Flags, model.Blocks, timing.Callee(call)) {
					continue
				}
				pass.Report(analysis.Diagnostic{
					Pos: call.Pos(), Category: "unwatched-call",
					Message: fmt.Sprintf("%s may block for ever, and the goroutine does not see that %s is done meanwhile", calleeName(pass, call), ctx.Name()),
					Related: []analysis.RelatedInformation{{Pos: ctx.Pos(), Message: "the goroutine has this context"}},
				})
			}
		}
	}
}

// goroutineBodies yields the functions of funcs that one of them starts as a
// goroutine, by a go statement or by a call such as WaitGroup.Go.
func goroutineBodies(funcs []*ssa.Function) iter.Seq[*ssa.Function] {
	return func(yield func(*ssa.Function) bool) {
		for _, fn := range funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if body := startedBody(instr); body != nil && body.Pkg == fn.Pkg && !yield(body) {
						return
					}
				}
			}
		}
	}
}

// startedBody returns the function that a goroutine runs which instr starts, nil if
// it starts none or it is not known which.
func startedBody(instr ssa.Instruction) *ssa.Function {
	switch instr := instr.(type) {
	case *ssa.Go:
		return timing.Static(instr)
	case *ssa.Call:
		args := instr.Call.Args
		if len(args) == 0 || !model.Starts(timing.Callee(instr)) {
			return nil
		}
		switch fn := args[len(args)-1].(type) {
		case *ssa.MakeClosure:
			return fn.Fn.(*ssa.Function)
		case *ssa.Function:
			return timing.Origin(fn)
		}
	}
	return nil
}

// contextAtHand returns a parameter of fn, or a variable that it captured, that is a
// context; nil if there is none.
func contextAtHand(fn *ssa.Function) ssa.Value {
	for _, p := range fn.Params {
		if isContext(p.Type()) {
			return p
		}
	}
	for _, v := range fn.FreeVars {
		if isContext(timing.Deref(v.Type())) {
			return v
		}
	}
	return nil
}

func passesContext(call *ssa.CallCommon) bool {
	for _, arg := range call.Args {
		if isContext(arg.Type()) {
			return true
		}
	}
	return false
}

func isContext(t types.Type) bool { return timing.IsNamed(t, "context", "Context") }

// unendedMessage tells of a goroutine in a call that ends with a context at the
// latest.
func unendedMessage(pass *analysis.Pass, leak *machine.Leak) string {
	call := leak.Op.(ssa.CallInstruction)
	where := ""
	switch {
	case leak.Op == leak.Go:
	case position(leak) == leak.Go.Pos():
		where = fmt.Sprintf(", which it calls at line %d,", pass.Fset.Position(opPos(leak)).Line)
	default:
		return fmt.Sprintf("a goroutine can stay here for ever: %s ends with a context that nobody is left to cancel", calleeName(pass, call))
	}
	return fmt.Sprintf("this goroutine can run for ever: %s%s ends with a context that nobody is left to cancel", calleeName(pass, call), where)
}

// calleeName returns the name of what is called, as the package writes it.
func calleeName(pass *analysis.Pass, call ssa.CallInstruction) string {
	fn := timing.Callee(call)
	switch {
	case fn == nil:
		return "the function"
	case fn.Pkg() == nil || fn.Pkg() == pass.Pkg:
		return model.Name(fn)
	}
	return fn.Pkg().Name() + "." + model.Name(fn)
}
