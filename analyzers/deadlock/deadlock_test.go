package deadlock_test

import (
	"go/types"
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/deadlock"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

func TestDeadlock(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), deadlock.Analyzer, "condition", "global", "rangefunc", "registry", "service")
}

// TestKinds checks what is reported, and that its kind is the one that the line
// names in a comment.
func TestKinds(t *testing.T) {
	testKinds(t, "relock", "order", "exits", "unlocked", "waits")
}

// TestTeam tells the rule of functions of one's own that it cannot see into.
func TestTeam(t *testing.T) {
	for _, a := range []*analysis.Analyzer{deadlock.Analyzer, ssabuild.Analyzer} {
		models := a.Flags.Lookup(model.TeamFlagName).Value
		if err := models.Set("blocks=queue.(*Consumer).Next,queue.Source.Next;never-returns=queue.Die,queue.Log.Fatal"); err != nil {
			t.Fatal(err)
		}
		defer models.Set("")
	}
	testKinds(t, "team")
}

func testKinds(t *testing.T, pkgs ...string) {
	t.Helper()
	for _, result := range analysistest.Run(t, analysistest.TestData(), deadlock.Analyzer, pkgs...) {
		for _, d := range result.Diagnostics {
			at := result.Pass.Fset.Position(d.Pos)
			if line := sourceLine(t, at.Filename, at.Line); !strings.Contains(line, "/* "+d.Category+" */") {
				t.Errorf("%s: reported as %s: %s", at, d.Category, line)
			}
		}
	}
}

func sourceLine(t *testing.T, file string, n int) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")[n-1]
}

// TestFactsAreStable checks that chance, in the order of a map, does not decide
// which part of what a function does has room in its fact: the go command looks at
// the importers of a package again when its facts change.
func TestFactsAreStable(t *testing.T) {
	var first string
	for i := range 5 {
		result := analysistest.Run(t, analysistest.TestData(), deadlock.Analyzer, "many")[0]
		reset, _, _ := types.LookupFieldOrMethod(result.Pass.Pkg.Scope().Lookup("Settings").Type(), true, result.Pass.Pkg, "Reset")
		for _, fact := range result.Facts[reset] {
			data, err := fact.(*deadlock.Locks).GobEncode()
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = string(data)
			}
			if len(data) < 100 || string(data) != first {
				t.Fatalf("the fact is %s, it was %s", data, first)
			}
		}
	}
	if first == "" {
		t.Fatal("there is no fact")
	}
}
