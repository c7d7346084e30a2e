package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestCasesAreReadAndChosenByIDOrCategory(t *testing.T) {
	cases, err := readCases(write(t, `[
		{"id": "a", "category": "timer", "module_dir": "sdk", "package": "./trace", "lines": [1]},
		{"id": "b", "category": "sync_pool", "package": "."},
		{"id": "c", "category": "timer", "package": "."}
	]`))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Case{ID: "a", Category: "timer", Module: "sdk", Package: "./trace", Lines: []int{1}}); !cmp.Equal(cases[0], want) {
		t.Errorf("first case = %v, want %v", cases[0], want)
	}
	for _, test := range []struct {
		names []string
		want  []string
	}{
		{nil, []string{"a", "b", "c"}},
		{[]string{"timer"}, []string{"a", "c"}},
		{[]string{"b"}, []string{"b"}},
		{[]string{"b", "timer"}, []string{"a", "b", "c"}},
	} {
		var got []string
		for _, c := range selected(cases, test.names) {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("selected by %q: %q, want %q", test.names, got, test.want)
		}
	}
}

func TestBrokenCasesAreErrors(t *testing.T) {
	for _, content := range []string{"", "{}", `[{"id": "a"}]`, `[{"package": "."}]`} {
		if got, err := readCases(write(t, content)); err == nil {
			t.Errorf("%q: read as %v, want an error", content, got)
		}
	}
}

func TestFlagsOfTheGoCommandBecomeGomends(t *testing.T) {
	got, err := Case{Package: "./p", Flags: []string{"-tags=a,b"}}.gomendArgs()
	if want := []string{"--tags", "a,b", "./p"}; !slices.Equal(got, want) || err != nil {
		t.Errorf("arguments = %q, %v; want %q", got, err, want)
	}
	if got, err := (Case{Package: "./p", Flags: []string{"-race"}}).gomendArgs(); err == nil {
		t.Errorf("-race became %q, want an error", got)
	}
}

func TestFilesAreRelativeToTheRepository(t *testing.T) {
	findings := []finding.Finding{{Rule: "timerleak", Kind: "k", Confidence: rule.High, Message: "m", Fingerprint: "f", Span: finding.Span{File: "trace/t.go", Line: 7}}}
	for base, want := range map[string]string{".": "trace/t.go", "sdk": "sdk/trace/t.go"} {
		got := entries(findings, base)
		if diff := cmp.Diff([]Entry{{"timerleak", "k", "high", want, 7, "m", "f"}}, got); diff != "" {
			t.Errorf("base %s:\n%s", base, diff)
		}
	}
}

func TestNoFindingIsAnEmptyArray(t *testing.T) {
	dir := t.TempDir()
	if err := writeEntries(dir, Case{ID: "a"}, "fix", entries(nil, ".")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "a", "fix.json"))
	if string(got) != "[]\n" || err != nil {
		t.Errorf("fix.json = %q, %v; want an empty array", got, err)
	}
}
