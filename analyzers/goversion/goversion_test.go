package goversion_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/analyzers/rule"
)

// told reports at each package clause what a rule would be told.
var told = &analysis.Analyzer{
	Name: "told",
	Doc:  "report what the version of a file and of its package changes",
	Run: func(pass *analysis.Pass) (any, error) {
		for _, file := range pass.Files {
			pass.Reportf(file.Package, "asynctimerchan=%s", goversion.Timers.Value(pass))
			pass.Reportf(file.Package, "loopvar %t", goversion.LoopVar.InFile(pass, file))
		}
		return nil, nil
	},
}

func TestVersions(t *testing.T) {
	for _, dir := range []string{"go1.21", "go1.22", "go1.23"} {
		t.Run(dir, func(t *testing.T) {
			analysistest.Run(t, filepath.Join(analysistest.TestData(), dir), told, "./...")
		})
	}
}

// conditional returns an analyzer that reports the conditions that it is to
// report under.
func conditional() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:  "conditional",
		Doc:   "report the conditions that hold",
		Flags: goversion.TimersFlag(),
		Run: func(pass *analysis.Pass) (any, error) {
			for _, when := range []rule.Condition{rule.Always, rule.OldTimers, rule.NewTimers, "nosuchsetting=1"} {
				if goversion.WithTimers(pass, when) {
					pass.Reportf(pass.Files[0].Package, "condition %q", when)
				}
			}
			return nil, nil
		},
	}
}

func TestConditions(t *testing.T) {
	for _, test := range []struct {
		name, timers string
	}{
		{"old", "auto"},
		{"new", "auto"},
		{"both", "both"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := conditional()
			if err := a.Flags.Set("timers", test.timers); err != nil {
				t.Fatal(err)
			}
			analysistest.Run(t, filepath.Join(analysistest.TestData(), "conditions", test.name), a, ".")
		})
	}
}

func TestTimersFlagRefusesOtherValues(t *testing.T) {
	if err := conditional().Flags.Set("timers", "old"); err == nil {
		t.Error("-timers=old was accepted")
	}
}

// TestTable checks what the users of the table rely on.
func TestTable(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range goversion.All() {
		if seen[c.Name] {
			t.Errorf("%s: two changes of one name", c.Name)
		}
		seen[c.Name] = true
		if c.Scope == goversion.Program && (c.Setting == "" || c.Old == "" || c.New == "" || c.Old == c.New) {
			t.Errorf("%s: a change of the scope Program needs a setting with two values", c.Name)
		}
		if c.Summary == "" || c.Source == "" {
			t.Errorf("%s: a change needs a summary and a source", c.Name)
		}
	}
}
