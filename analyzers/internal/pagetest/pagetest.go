// Package pagetest holds a rule to its page: the wrong code must be reported,
// the right code must not, and both must compile.
package pagetest

import (
	"fmt"
	"os"
	"path/filepath"
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
	for i, code := range page.Wrong {
		t.Run(fmt.Sprintf("wrong %d", i+1), func(t *testing.T) {
			if found := analyze(t, r.Analyzer, goVersion, code); len(found) == 0 {
				t.Errorf("not reported:\n%s", code)
			}
		})
	}
	for i, code := range page.Right {
		t.Run(fmt.Sprintf("right %d", i+1), func(t *testing.T) {
			for _, d := range analyze(t, r.Analyzer, goVersion, code) {
				t.Errorf("reported as %s: %s\n%s", d.Category, d.Message, code)
			}
		})
	}
}

// analyze returns what a reports on declarations that lack only a package
// clause and imports.
func analyze(t *testing.T, a *analysis.Analyzer, goVersion, code string) []analysis.Diagnostic {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "page.go")
	source, err := imports.Process(file, []byte("package page\n\n"+code), nil)
	if err != nil {
		t.Fatalf("does not parse: %v\n%s", err, code)
	}
	for name, content := range map[string]string{
		file:                         string(source),
		filepath.Join(dir, "go.mod"): "module page\n\ngo " + goVersion + "\n",
	} {
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax,
		Dir:  dir,
		Env:  append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "GOPROXY=off"),
	}, ".")
	if err != nil {
		t.Fatal(err)
	}
	if packages.PrintErrors(pkgs) > 0 {
		t.Fatalf("does not compile:\n%s", source)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{a}, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	root := graph.Roots[0]
	if root.Err != nil {
		t.Fatal(root.Err)
	}
	return root.Diagnostics
}
