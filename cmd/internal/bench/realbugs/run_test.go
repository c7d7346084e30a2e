package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary stand in for gomend: it reports what the file
// report.json in its working directory says, and cannot load a package where
// there is none unless it may mend go.mod.
func TestMain(m *testing.M) {
	if os.Getenv("REALBUGS_TEST_IS_GOMEND") == "" {
		os.Exit(m.Run())
	}
	report, err := os.ReadFile("report.json")
	if err != nil && !strings.Contains(os.Getenv("GOFLAGS"), "-mod=mod") {
		os.Stderr.WriteString("go: updates to go.mod needed")
		os.Exit(4)
	}
	if err != nil {
		report = []byte(`{"findings": []}`)
	}
	os.Stdout.Write(report)
	os.Exit(1)
}

func TestCaseIsRunAtBothRevisionsAndJudged(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	checkouts, results := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{
		"a/parent/sdk/report.json": `{"findings": [{"rule": "timerleak", "file": "sdk/t.go", "line": 9, "fingerprint": "f"}]}`,
		"a/parent/sdk/go.mod":      "module example.com/a/sdk\n\ngo 1.20\n",
		"a/fix/sdk/go.mod":         "module example.com/a/sdk\n\ngo 1.20\n",
	} {
		name = filepath.Join(checkouts, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("REALBUGS_TEST_IS_GOMEND", "1")
	t.Setenv("GOWORK", "")
	t.Setenv("GOFLAGS", "")
	r := runner{gomend: self, checkouts: checkouts, results: results, confidence: rule.Low}
	here := Case{ID: "a", Category: "timer", Module: "sdk", Package: ".", File: "sdk/t.go", Lines: []int{10}}
	gone := Case{ID: "b", Category: "timer", Package: "."}
	verdicts, err := r.runAll(context.Background(), []Case{here, gone})
	if err == nil || !strings.Contains(err.Error(), "b: ") {
		t.Errorf("error = %v, want one that names the case without a checkout", err)
	}
	if diff := cmp.Diff([]Verdict{{Case: here, Hit: true}}, verdicts); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"a/parent.json", "a/fix.json"} {
		if _, err := os.Stat(filepath.Join(results, filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}
}
