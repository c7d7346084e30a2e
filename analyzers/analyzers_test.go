package analyzers_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/analyzers/internal/rulepage"
	"github.com/gomend/gomend/analyzers/rule"
)

func TestRulesAreValid(t *testing.T) {
	var all []*analysis.Analyzer
	var names []string
	for _, r := range analyzers.Rules() {
		all = append(all, r.Analyzer)
		names = append(names, r.Name())
		if r.Title == "" || r.Since == "" || r.Page == "" || len(r.Kinds) == 0 {
			t.Errorf("%s: title, since, page and kinds must be set", r.Name())
		}
		seen := make(map[string]bool)
		for _, k := range r.Kinds {
			if seen[k.Name] {
				t.Errorf("%s: two kinds are named %s", r.Name(), k.Name)
			}
			seen[k.Name] = true
			if _, err := rule.ParseConfidence(string(k.Confidence)); err != nil {
				t.Errorf("%s/%s: %v", r.Name(), k.Name, err)
			}
			if _, err := rule.ParseSeverity(string(k.Severity)); err != nil {
				t.Errorf("%s/%s: %v", r.Name(), k.Name, err)
			}
			if !strings.HasSuffix(k.Summary, ".") {
				t.Errorf("%s/%s: the summary must be a sentence", r.Name(), k.Name)
			}
		}
	}
	if err := analysis.Validate(all); err != nil {
		t.Error(err)
	}
	if !slices.IsSorted(names) {
		t.Errorf("rules are not sorted: %v", names)
	}
}

// The documents are part of the repository, not of the module.
func TestDocumentsAreUpToDate(t *testing.T) {
	dir := filepath.Join("..", "docs", "rules")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("not in the repository")
	}
	for name, want := range rulepage.Documents(analyzers.Rules()) {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("docs/rules/%s is stale: run go generate in the analyzers module", name)
		}
	}
}
