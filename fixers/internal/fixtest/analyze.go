package fixtest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
)

// analyzed is a package with what the analyzer reported of it.
type analyzed struct {
	pkg         *packages.Package
	diagnostics []analysis.Diagnostic
}

// analyze runs an analyzer on every package of the module in a folder, tests included.
func analyze(t *testing.T, dir string, analyzer *analysis.Analyzer) []analyzed {
	t.Helper()
	mode := packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
		packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo |
		packages.NeedModule | packages.NeedExportFile
	if readsFacts(analyzer) {
		mode |= packages.NeedDeps
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode:  mode,
		Dir:   dir,
		Tests: true,
		Env:   append(os.Environ(), "GO111MODULE=on", "GOPROXY=off", "GOWORK=off"),
	}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range pkgs {
		for _, e := range pkg.Errors {
			t.Errorf("%s: %v", pkg.ID, e)
		}
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{analyzer}, pkgs, &checker.Options{SanityCheck: true})
	if err != nil {
		t.Fatal(err)
	}
	var all []analyzed
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Errorf("%s: %v", act, act.Err)
			continue
		}
		all = append(all, analyzed{act.Package, act.Diagnostics})
	}
	return all
}

// readsFacts reports whether an analyzer, or one that it requires, uses facts, so that the
// packages that a package imports must be analysed too.
func readsFacts(a *analysis.Analyzer) bool {
	return len(a.FactTypes) > 0 || slices.ContainsFunc(a.Requires, readsFacts)
}

// lines returns the diagnostics as sorted lines, those of a package's test variant once.
func lines(all []analyzed, dir string) []string {
	var out []string
	for _, a := range all {
		for _, d := range a.diagnostics {
			at := a.pkg.Fset.PositionFor(d.Pos, false)
			name, err := filepath.Rel(dir, at.Filename)
			if err != nil {
				name = at.Filename
			}
			out = append(out, fmt.Sprintf("%s:%d: %s: %s", filepath.ToSlash(name), at.Line, d.Category, d.Message))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
