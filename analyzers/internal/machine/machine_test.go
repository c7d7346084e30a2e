package machine_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/internal/machine"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// explorer reports each leak at the operation that blocks: what it waits for, and
// what the machine says of the way there.
func explorer(limits machine.Limits) *analysis.Analyzer {
	flags := model.TeamFlag()
	return &analysis.Analyzer{
		Name:     "explorer",
		Doc:      "report what the machine finds",
		Requires: []*analysis.Analyzer{ssabuild.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			built := pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA)
			m := machine.New(built.Pkg, limits, &flags)
			for _, fn := range built.Funcs {
				for _, leak := range m.Explore(fn) {
					pass.Reportf(leak.Op.Pos(), "%s", describe(leak))
				}
			}
			return nil, nil
		},
	}
}

var waits = map[machine.Wait]string{
	machine.Send: "send", machine.Receive: "receive", machine.Range: "range", machine.Choice: "select",
	machine.Done: "done", machine.Group: "group", machine.Signal: "signal", machine.Lock: "lock", machine.Forever: "for ever",
}

func describe(leak *machine.Leak) string {
	said := []string{leak.Root.Name() + ":", waits[leak.Waits]}
	v := reflect.ValueOf(*leak)
	for _, name := range []string{"Fatal", "Failed", "Sometimes", "Doubt", "Meant", "Stuck"} {
		if v.FieldByName(name).Bool() {
			said = append(said, strings.ToLower(name))
		}
	}
	if leak.Buffer > 0 {
		said = append(said, fmt.Sprintf("buffer %d", leak.Buffer))
	}
	return strings.Join(said, " ")
}

func TestMachine(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), explorer(machine.DefaultLimits), "channels", "groups", "ways")
}

// TestBounds checks that what lies beyond the bounds is not reported, and that what
// was found within them stands.
func TestBounds(t *testing.T) {
	limits := machine.DefaultLimits
	limits.Goroutines = 2
	analysistest.Run(t, analysistest.TestData(), explorer(limits), "bounds")
}
