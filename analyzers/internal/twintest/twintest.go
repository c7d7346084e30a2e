// Package twintest holds a rule to the twins: fragments with the concurrency
// of a known bug and without the bug, which the rule must not report.
package twintest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

// Wrong is a report on a twin, which is correct.
type Wrong struct {
	Twin string // as "etcd6857"
	Kind string // of the rule, as "abandoned-send"
	Why  string // what the rule gets wrong
}

// Silent tests that a reports nothing on the package twins of testdata but what
// reportedWrongly lists. It fails as well when one of those is no longer
// reported, so that the list only shrinks.
func Silent(t *testing.T, testdata string, a *analysis.Analyzer, reportedWrongly []Wrong) {
	t.Helper()
	dir, err := filepath.Abs(testdata)
	if err != nil {
		t.Fatal(err)
	}
	results := analysistest.Run(logging{t}, dir, a, "twins")
	if len(results) != 1 || results[0].Err != nil {
		t.Fatalf("%s did not run on the twins", a.Name)
	}
	type report struct{ twin, kind string }
	unseen := make(map[report]bool)
	for _, wrong := range reportedWrongly {
		unseen[report{wrong.Twin, wrong.Kind}] = true
	}
	for _, d := range results[0].Diagnostics {
		at := results[0].Pass.Fset.Position(d.Pos)
		file := filepath.Base(at.Filename)
		found := report{strings.TrimSuffix(file, ".go"), d.Category}
		if _, known := unseen[found]; !known {
			t.Errorf("%s:%d: the twin is correct, but reported as %s: %s", file, at.Line, d.Category, d.Message)
			continue
		}
		unseen[found] = false
	}
	for _, wrong := range reportedWrongly {
		if unseen[report{wrong.Twin, wrong.Kind}] {
			t.Errorf("%s is not reported as %s any more: take it off the list", wrong.Twin, wrong.Kind)
		}
	}
}

// logging makes a log line of what analysistest has against a diagnostic that
// no comment announces: Silent judges the diagnostics itself.
type logging struct{ *testing.T }

func (l logging) Errorf(format string, args ...any) { l.Log(fmt.Sprintf(format, args...)) }
