package goroutineleak_test

import (
	"go/ast"
	"maps"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pagetest"
)

func TestReports(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), goroutineleak.Analyzer, "a", "reply")
}

func TestSilence(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), goroutineleak.Analyzer, "silent", "example.com/cmd/load/files")
}

// TestTeam tells the rule of functions of one's own that it cannot see into.
func TestTeam(t *testing.T) {
	models := goroutineleak.Analyzer.Flags.Lookup(model.TeamFlagName).Value
	err := models.Set("blocks=worker.(*Consumer).Next,worker.(*Consumer).NextContext;" +
		"ends-with-context=worker.(*Worker).Run,worker.Runner.Run,worker.Serve,team.loop,team.seen;never-returns=worker.Log.Fatal,worker.Die")
	if err != nil {
		t.Fatal(err)
	}
	defer models.Set("")
	got := make(map[string]int)
	for _, result := range analysistest.Run(t, analysistest.TestData(), goroutineleak.Analyzer, "team") {
		for _, d := range result.Diagnostics {
			got[d.Category]++
		}
	}
	want := map[string]int{"unended-call": 10, "unwatched-call": 3, "uncancelled": 1, "abandoned-send": 1}
	if !maps.Equal(got, want) {
		t.Errorf("kinds are %v, want %v", got, want)
	}
}

func TestPage(t *testing.T) { pagetest.Run(t, goroutineleak.Rule, "1.26") }

// TestKinds holds the rule to how sure it is of what it reports.
func TestKinds(t *testing.T) {
	got := make(map[string]string)
	for _, result := range analysistest.Run(t, analysistest.TestData(), goroutineleak.Analyzer, "kinds", "command") {
		for _, d := range result.Action.Diagnostics {
			for _, f := range result.Pass.Files {
				for _, decl := range f.Decls {
					if fn, ok := decl.(*ast.FuncDecl); ok && fn.Pos() <= d.Pos && d.Pos < fn.End() {
						got[fn.Name.Name] = d.Category
					}
				}
			}
		}
	}
	want := map[string]string{
		"input":       "abandoned-send",
		"consequence": "abandoned-receive",
		"asserted":    "failed-test",
		"nilError":    "failed-test",
		"unasserted":  "abandoned-receive",
		"guarded":     "abandoned-send",
		"either":      "abandoned-send",
		"bothWays":    "abandoned-send",
		"walk":        "abandoned-send",
		"never":       "state-dependent",

		"main":    "abandoned-send",
		"retried": "unclosed-range",
		"send":    "abandoned-send",
		"answer":  "abandoned-send",
		"count":   "abandoned-send",

		"TestAlways": "abandoned-send",
	}
	if !maps.Equal(got, want) {
		t.Errorf("kinds are %v, want %v", got, want)
	}
}
