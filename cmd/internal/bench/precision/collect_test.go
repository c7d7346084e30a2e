package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMain lets the test binary stand in for gomend.
func TestMain(m *testing.M) {
	if report, ok := os.LookupEnv("PRECISION_TEST_REPORT"); ok {
		os.Stdout.WriteString(report)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// commitOf makes a repository with one commit and returns its hash.
func commitOf(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, args := range [][]string{
		{"init", "-q"},
		{"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "first"},
		{"rev-parse", "HEAD"},
	} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		var err error
		if out, err = cmd.Output(); err != nil {
			t.Fatalf("%s: %v", cmd, err)
		}
	}
	return strings.TrimSpace(string(out))
}

func TestWorksheetIsCollectedAndKeepsItsVerdicts(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	checkouts, worksheets := t.TempDir(), t.TempDir()
	r := Repository{Name: "owner/name", Commit: commitOf(t, filepath.Join(checkouts, "name"))}
	t.Setenv("PRECISION_TEST_REPORT", `{"findings": [
		{"rule": "deadlock", "kind": "k", "confidence": "high", "file": "a.go", "line": 1, "fingerprint": "x"},
		{"rule": "deadlock", "kind": "k", "confidence": "low", "file": "a.go", "line": 2, "fingerprint": "y"},
		{"rule": "deadlock", "kind": "k", "confidence": "low", "file": "a.go", "line": 3, "fingerprint": "z"}
	]}`)
	c := collector{gomend: self, checkouts: checkouts, worksheets: worksheets, sample: 1}
	if err := c.collect(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(worksheets, "owner-name.tsv")
	rows, err := readWorksheet(name)
	if err != nil || len(rows) != 2 || rows[0].Fingerprint != "x" {
		t.Fatalf("rows = %v, %v; want the one of high confidence and one of the others", rows, err)
	}
	rows[0].Verdict, rows[0].Proof = True, "a.go:1 locks again"
	if err := writeWorksheet(name, rows); err != nil {
		t.Fatal(err)
	}
	if err := c.collect(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	again, err := readWorksheet(name)
	if err != nil || len(again) != 2 || again[0].Verdict != True {
		t.Errorf("after another run rows = %v, %v; want the verdict kept", again, err)
	}
}

func TestAnotherCommitIsRefused(t *testing.T) {
	checkouts := t.TempDir()
	commitOf(t, filepath.Join(checkouts, "name"))
	c := collector{checkouts: checkouts, worksheets: t.TempDir()}
	err := c.collect(context.Background(), Repository{Name: "owner/name", Commit: "0123"})
	if err == nil || !strings.Contains(err.Error(), "the list says 0123") {
		t.Errorf("error = %v, want one that names the commit", err)
	}
}

func TestReportTakesInTheOtherMeasurements(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "goker.txt"), []byte("all  63  40\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "page.md")
	if err := writeReport(name, dir, []Repository{repository}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(page), "all  63  40\n") {
		t.Errorf("the page lacks what goker printed: %v\n%s", err, page)
	}
}
