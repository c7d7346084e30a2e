package fixers_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/fixerpage"
	"github.com/gomend/gomend/fixers/suite"
)

// Drivers refuse analyzers of one name, and users choose fixers by it.
func TestTables(t *testing.T) {
	all := slices.Concat(fixers.Own(), suite.Fixers())
	var analyzers []*analysis.Analyzer
	names := make(map[string]bool)
	for _, f := range all {
		analyzers = append(analyzers, f.Analyzer)
		if names[f.Name()] {
			t.Errorf("there are two fixers %s", f.Name())
		}
		names[f.Name()] = true
		if f.Title == "" || strings.HasSuffix(f.Title, ".") || !strings.HasPrefix(f.Since, "go1") {
			t.Errorf("%s: the title %q, since %q", f.Name(), f.Title, f.Since)
		}
		for _, k := range f.Kinds {
			if tier, err := fix.ParseTier(string(k.Tier)); err != nil || k.Summary == "" {
				t.Errorf("%s/%s: tier %q, summary %q", f.Name(), k.Name, tier, k.Summary)
			}
			if needs := k.Tier == fix.Proven || k.Tier == fix.Suggestion; needs != (k.Precondition != "") {
				t.Errorf("%s/%s is %s, and its precondition is %q", f.Name(), k.Name, k.Tier, k.Precondition)
			}
		}
	}
	if err := analysis.Validate(analyzers); err != nil {
		t.Error(err)
	}
	if !slices.IsSortedFunc(fixers.Own(), func(a, b *fix.Fixer) int { return strings.Compare(a.Name(), b.Name()) }) {
		t.Error("our own are not sorted")
	}
}

// TestDocuments tells when the manual lags behind the fixers.
func TestDocuments(t *testing.T) {
	documents, err := fixerpage.Documents(".", fixers.Own(), suite.Fixers())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join("..", "docs", "fixers")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if documents[e.Name()] == nil {
			t.Errorf("docs/fixers/%s is of no fixer", e.Name())
		}
	}
	for name, want := range documents {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/fixers/%s is stale: run go generate in the fixers module", name)
		}
	}
}
