package suite_test

import (
	"go/version"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	upstream "golang.org/x/tools/go/analysis/suite/fix"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/suite"
)

// replaced are the analyzers of x/tools' suite whose work a fixer of gomend's does.
var replaced = []string{"buildtag", "plusbuild"}

func upstreamByName() map[string]*analysis.Analyzer {
	all := make(map[string]*analysis.Analyzer)
	for _, a := range upstream.Suite {
		all[a.Name] = a
	}
	return all
}

// TestSuiteIsKnown fails when x/tools' suite gains or loses an analyzer: its table has to
// say then what is thought of it.
func TestSuiteIsKnown(t *testing.T) {
	known := slices.Clone(replaced)
	for _, f := range suite.Fixers() {
		known = append(known, f.Name())
	}
	for name := range upstreamByName() {
		if !slices.Contains(known, name) {
			t.Errorf("x/tools' suite has %s, which the table does not", name)
		}
	}
	for _, name := range known {
		others := []string{"appendclipped", "bloop", "fmtappendf", "slicesdelete"}
		if upstreamByName()[name] == nil && !slices.Contains(others, name) {
			t.Errorf("the table has %s, which x/tools' suite has not", name)
		}
	}
	if len(known) != 34 {
		t.Errorf("%d analyzers are known, want 34: x/tools has lost one, or the table", len(known))
	}
}

func TestTable(t *testing.T) {
	var analyzers []*analysis.Analyzer
	for _, f := range suite.Fixers() {
		analyzers = append(analyzers, f.Analyzer)
		if f.Title == "" || !version.IsValid(f.Since) {
			t.Errorf("%s has the title %q and is there since %q", f.Name(), f.Title, f.Since)
		}
		if _, ok := f.Kind(""); !ok {
			t.Errorf("%s has no row for what has none of its own", f.Name())
		}
		for _, k := range f.Kinds {
			reasoned := k.Tier == fix.Safe || k.Tier == fix.Left
			if k.Summary == "" || (k.Precondition == "") != reasoned {
				t.Errorf("%s/%s, %s, has the summary %q and the precondition %q", f.Name(), k.Name, k.Tier, k.Summary, k.Precondition)
			}
		}
	}
	if err := analysis.Validate(analyzers); err != nil {
		t.Error(err)
	}
}

// TestUpstreamIsUnchanged fails if the fixers change the analyzers that they wrap, which
// whoever else is in the process shares.
func TestUpstreamIsUnchanged(t *testing.T) {
	for _, f := range suite.Fixers() {
		a := upstreamByName()[f.Name()]
		if a == nil {
			continue
		}
		if a == f.Analyzer {
			t.Errorf("%s is x/tools' own", f.Name())
		}
		if f.Analyzer.Doc != a.Doc || f.Analyzer.URL != a.URL || len(f.Analyzer.FactTypes) != len(a.FactTypes) {
			t.Errorf("%s is not documented as x/tools' own, or has other facts", f.Name())
		}
	}
}
