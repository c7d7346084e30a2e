package suite_test

import (
	"bytes"
	"cmp"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/imports"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/suite"
)

// trapPackages are the packages of the module in testdata/traps, with the analyzers whose
// rewrites they tempt.
func trapPackages(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir("testdata/traps")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	for _, e := range entries {
		if e.IsDir() {
			all[e.Name()] = strings.TrimSuffix(e.Name(), "func")
		}
	}
	return all
}

// run returns what each trap prints in the module of a folder.
func run(t *testing.T, dir string) map[string]string {
	t.Helper()
	cmd := exec.Command("go", "run", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	printed := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		fixer, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		name, outcome, _ := strings.Cut(rest, ": ")
		printed[fixer+": "+name] = outcome
	}
	return printed
}

// mended returns a copy of the traps to which each package's analyzer was applied.
func mended(t *testing.T, analyzers map[string]*analysis.Analyzer) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/traps")); err != nil {
		t.Fatal(err)
	}
	for name, analyzer := range trapPackages(t) {
		mend(t, dir, "./"+name, analyzers[analyzer])
	}
	return dir
}

// mend applies an analyzer's fixes to a package of the module in a folder.
func mend(t *testing.T, dir, pattern string, analyzer *analysis.Analyzer) {
	t.Helper()
	mode := packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedModule
	if len(analyzer.FactTypes) > 0 {
		mode |= packages.NeedDeps
	}
	pkgs, err := packages.Load(&packages.Config{Mode: mode, Dir: dir, Env: append(os.Environ(), "GOWORK=off", "GOPROXY=off")}, pattern)
	if err != nil {
		t.Fatal(err)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{analyzer}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	root := graph.Roots[0]
	if root.Err != nil {
		t.Fatalf("%s: %v", pattern, root.Err)
	}
	edits := make(map[string][]analysis.TextEdit)
	for _, d := range root.Diagnostics {
		if len(d.SuggestedFixes) > 0 {
			for _, e := range d.SuggestedFixes[0].TextEdits {
				name := root.Package.Fset.Position(e.Pos).Filename
				edits[name] = append(edits[name], e)
			}
		}
	}
	for name, list := range edits {
		write(t, name, list, func(e analysis.TextEdit) (int, int) {
			end := cmp.Or(e.End, e.Pos)
			return root.Package.Fset.Position(e.Pos).Offset, root.Package.Fset.Position(end).Offset
		})
	}
}

// write makes edits of a file, and removes the imports that it needs no more.
func write(t *testing.T, name string, edits []analysis.TextEdit, offsets func(analysis.TextEdit) (int, int)) {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(edits, func(a, b analysis.TextEdit) int { return cmp.Compare(a.Pos, b.Pos) })
	var out bytes.Buffer
	at := 0
	for i, e := range edits {
		from, to := offsets(e)
		if i > 0 && from == to && e.Pos == edits[i-1].Pos && bytes.Equal(e.NewText, edits[i-1].NewText) {
			continue // the same import, for another fix
		}
		if from < at {
			t.Fatalf("%s: edits overlap", name)
		}
		out.Write(src[at:from])
		out.Write(e.NewText)
		at = to
	}
	out.Write(src[at:])
	formatted, err := imports.Process(name, out.Bytes(), nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}
	if err := os.WriteFile(name, formatted, 0o666); err != nil {
		t.Fatal(err)
	}
}

// changes returns the traps that print something else, with what.
func changes(before, after map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			all = append(all, name+": "+before[name]+" -> "+after[name])
		}
	}
	return all
}

// TestTraps applies each analyzer of x/tools alone to code that tempts it, where it changes
// what the program prints as testdata/upstream.txt says, and then each fixer, without its
// suggestions, which must change nothing.
func TestTraps(t *testing.T) {
	before := run(t, "testdata/traps")

	got := strings.Join(changes(before, run(t, mended(t, upstreamByName()))), "\n")
	want, err := os.ReadFile("testdata/upstream.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.TrimSuffix(string(want), "\n") {
		t.Errorf("x/tools alone changes:\n%s\nwant:\n%s", got, want)
	}

	guarded := make(map[string]*analysis.Analyzer)
	for _, f := range suite.Fixers() {
		guarded[f.Name()] = suite.Analyzers([]*fix.Fixer{f})[0]
	}
	for _, c := range changes(before, run(t, mended(t, guarded))) {
		t.Errorf("the fixer changes %s", c)
	}
}
