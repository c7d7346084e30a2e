package pathwalk_test

import (
	"fmt"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

func TestWalk(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), walks, "a")
}

// walks reports what the paths from calls of start come to.
var walks = &analysis.Analyzer{
	Name:     "walks",
	Doc:      "report the calls of at that are reached from a call of start",
	Requires: []*analysis.Analyzer{ssabuild.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		for _, fn := range pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA).Funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					if call := calls(instr, "start"); call != nil {
						v := &reporter{pass: pass, start: call, told: make(map[string]bool)}
						if !pathwalk.Walk(call, pathwalk.Subject{Value: call}, v) {
							pass.Reportf(call.Pos(), "gave up")
						}
					}
				}
			}
		}
		return nil, nil
	},
}

// calls returns instr if it calls the named function.
func calls(instr ssa.Instruction, name string) *ssa.Call {
	call, ok := instr.(*ssa.Call)
	if !ok || call.Call.StaticCallee() == nil || call.Call.StaticCallee().Name() != name {
		return nil
	}
	return call
}

// reporter tells of the calls of at.
type reporter struct {
	pass  *analysis.Pass
	start *ssa.Call
	told  map[string]bool
}

func (r *reporter) Instr(instr ssa.Instruction, p *pathwalk.Path) bool {
	if instr == ssa.Instruction(r.start) {
		return false
	}
	if call := calls(instr, "at"); call != nil {
		if p.Holds(call.Call.Args[0]) {
			r.tell(call, "holds")
		} else {
			r.tell(call, "reached")
		}
		for _, which := range p.Choices() {
			r.tell(call, fmt.Sprintf("case %d", which))
		}
	}
	return true
}

func (r *reporter) Case(*ssa.Select, int, *pathwalk.Path) bool { return true }

func (r *reporter) tell(call *ssa.Call, what string) {
	key := fmt.Sprint(call.Pos(), what)
	if !r.told[key] {
		r.told[key] = true
		r.pass.Reportf(call.Pos(), "%s", what)
	}
}
