// Package pagetest holds a rule to its page: the wrong code must be reported,
// the right code must not, and both must compile.
package pagetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/imports"

	"github.com/gomend/gomend/analyzers/internal/rulepage"
	"github.com/gomend/gomend/analyzers/rule"
)

// Run tests the page in the current directory against r, with the code in a
// module of the given Go version, such as "1.22".
func Run(t *testing.T, r *rule.Rule, goVersion string) {
	t.Helper()
	page, err := rulepage.Read(".")
	if err != nil {
		t.Fatal(err)
	}
	if r.Page != page.Markdown {
		t.Errorf("page.go is stale: run go generate in the analyzers module")
	}
	if len(page.Wrong) == 0 || len(page.Right) == 0 {
		t.Errorf("the page shows %d blocks of wrong and %d of right code; it needs one of each", len(page.Wrong), len(page.Right))
	}
	for _, k := range r.Kinds {
		if !strings.Contains(page.Markdown, k.Name) {
			t.Errorf("the page does not mention the kind %s", k.Name)
		}
	}
	found := analyze(t, r.Analyzer, goVersion, slices.Concat(page.Wrong, page.Right))
	for i, code := range page.Wrong {
		t.Run(fmt.Sprintf("wrong %d", i+1), func(t *testing.T) {
			if len(found[i]) == 0 {
				t.Errorf("not reported:\n%s", code)
			}
		})
	}
	for i, code := range page.Right {
		t.Run(fmt.Sprintf("right %d", i+1), func(t *testing.T) {
			for _, d := range found[len(page.Wrong)+i] {
				t.Errorf("reported as %s: %s\n%s", d.Category, d.Message, code)
			}
		})
	}
}

// analyze returns what a reports on each of several blocks of declarations that
// lack only a package clause and imports. They are packages of one module, so
// that what they import is loaded and analysed once.
func analyze(t *testing.T, a *analysis.Analyzer, goVersion string, blocks []string) [][]analysis.Diagnostic {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module page\n\ngo "+goVersion+"\n")
	var patterns []string
	for i, code := range blocks {
		name := fmt.Sprintf("block%d", i)
		file := filepath.Join(dir, name, "page.go")
		source, err := imports.Process(file, []byte("package page\n\n"+code), nil)
		if err != nil {
			t.Fatalf("does not parse: %v\n%s", err, code)
		}
		write(t, file, string(source))
		patterns = append(patterns, "page/"+name)
	}
	env := append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off")
	return Analyze(t, a, dir, env, patterns)
}

// Analyze returns what a reports on each of the packages, which are given by their
// import paths and loaded in a directory with an environment.
func Analyze(t *testing.T, a *analysis.Analyzer, dir string, env, paths []string) [][]analysis.Diagnostic {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir, Env: env}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the page's code does not compile")
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	found := make([][]analysis.Diagnostic, len(paths))
	for _, root := range graph.Roots {
		if root.Err != nil {
			t.Fatal(root.Err)
		}
		found[slices.Index(paths, root.Package.PkgPath)] = root.Diagnostics
	}
	return found
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}
