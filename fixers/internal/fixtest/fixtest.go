// Package fixtest holds a codemod to its contract: what it reports stands in its table,
// each fix compiles by itself and with all others, and a second run finds nothing to do.
package fixtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/fixers/fix"
)

// Scripts runs the codemod on each module in the testdata folder that is written as a txtar
// archive, as a test of its own.
func Scripts(t *testing.T, fixer *fix.Fixer) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			Run(t, Extract(t, name), fixer)
		})
	}
}

// Transcripts tests the codemod on each module in the testdata folder that is written as a
// txtar archive: of its files, those below want/ are what the fixes make of others, and
// "diagnostics" has all that is reported, as [Settles] returns it. It sees what is reported
// of files that are not built, where "want" comments are not read.
func Transcripts(t *testing.T, fixer *fix.Fixer) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives in testdata: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			transcript(t, name, fixer)
		})
	}
}

// transcript runs one archive of [Transcripts].
func transcript(t *testing.T, archive string, fixer *fix.Fixer) {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	files, want := make(map[string]string), make(map[string]string)
	var told string
	for _, f := range ar.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			want[name] = string(f.Data)
		} else if f.Name == "diagnostics" {
			told = string(f.Data)
		} else {
			files[f.Name] = string(f.Data)
		}
	}
	dir := t.TempDir()
	write(t, dir, files)
	changed, diagnostics := Settles(t, dir, fixer)
	if got := strings.Join(diagnostics, "\n"); got != strings.TrimSpace(told) {
		t.Errorf("diagnostics:\n%s\nwant:\n%s", got, told)
	}
	for name, text := range want {
		if got, ok := changed[name]; !ok || strings.TrimSpace(got) != strings.TrimSpace(text) {
			t.Errorf("%s becomes:\n%s\nwant:\n%s", name, got, text)
		}
	}
	for name, text := range changed {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is changed, to:\n%s", name, text)
		}
	}
}

// Extract writes the files of a txtar archive into a folder of the test and returns that.
func Extract(t *testing.T, archive string) string {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, f := range ar.Files {
		files[f.Name] = string(f.Data)
	}
	dir := t.TempDir()
	write(t, dir, files)
	return dir
}

// Run tests the codemod on the module in a folder, which has a go.mod of the right go line.
// What is reported is what comments such as // want `pattern` at the end of a line say, or
// // want +1 `pattern` of the next line; what the fixes make of a file is in the golden file
// beside it. Both are as analysistest has them, which reads the standard library from source
// for each module.
func Run(t *testing.T, dir string, fixer *fix.Fixer) {
	t.Helper()
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := analyze(t, dir, fixer.Analyzer)
	for _, a := range found {
		checkWants(t, a)
	}
	changed, _ := settle(t, dir, fixer, found)
	checkGoldens(t, dir, changed)
}

// Settles checks that each fix that the codemod suggests for the module in a folder compiles
// by itself and together with all others, and that a run on what they make of the module
// suggests nothing more. It returns the changed files, by their paths in the module, and all
// diagnostics, in the form "path:line: kind: message".
func Settles(t *testing.T, dir string, fixer *fix.Fixer) (changed map[string]string, diagnostics []string) {
	t.Helper()
	return settle(t, dir, fixer, analyze(t, dir, fixer.Analyzer))
}

// settle does what [Settles] does with what was found of the module.
func settle(t *testing.T, dir string, fixer *fix.Fixer, first []analyzed) (changed map[string]string, diagnostics []string) {
	t.Helper()
	for _, a := range first {
		checkTable(t, fixer, a.diagnostics)
		checkAlone(t, a)
	}
	changed = together(t, dir, first)
	diagnostics = lines(first, dir)
	if len(changed) == 0 {
		return changed, diagnostics
	}
	after := t.TempDir()
	if err := os.CopyFS(after, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	write(t, after, changed)
	for _, a := range analyze(t, after, fixer.Analyzer) {
		for _, d := range a.diagnostics {
			if len(d.SuggestedFixes) > 0 {
				t.Errorf("%s: a second run still suggests: %s", a.pkg.Fset.Position(d.Pos), d.Message)
			}
		}
	}
	return changed, diagnostics
}

// checkTable checks that each diagnostic is of a kind in the fixer's table, and that it has
// one fix if the kind's tier has fixes.
func checkTable(t *testing.T, fixer *fix.Fixer, diagnostics []analysis.Diagnostic) {
	t.Helper()
	for _, d := range diagnostics {
		kind, ok := fixer.Kind(d.Category)
		want := 1
		if kind.Tier == fix.Left {
			want = 0
		}
		switch {
		case !ok:
			t.Errorf("%q has the category %q, which is no kind of %s", d.Message, d.Category, fixer.Name())
		case len(d.SuggestedFixes) != want:
			t.Errorf("%q of the tier %s has %d fixes, want %d", d.Message, kind.Tier, len(d.SuggestedFixes), want)
		}
	}
}

// write writes files into a folder.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
