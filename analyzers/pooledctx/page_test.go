package pooledctx_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/internal/pagetest"
	"github.com/gomend/gomend/analyzers/internal/rulepage"
	"github.com/gomend/gomend/analyzers/pooledctx"
)

// TestPage holds the rule to its page. The code there uses the frameworks, so it
// is compiled against their stand-ins.
func TestPage(t *testing.T) {
	page, err := rulepage.Read(".")
	if err != nil {
		t.Fatal(err)
	}
	if pooledctx.Rule.Page != page.Markdown {
		t.Errorf("page.go is stale: run go generate in the analyzers module")
	}
	for _, k := range pooledctx.Rule.Kinds {
		if !strings.Contains(page.Markdown, "\n"+k.Name+" (") {
			t.Errorf("the page does not explain the kind %s", k.Name)
		}
	}
	if len(page.Wrong) == 0 || len(page.Wrong) != len(page.Right) {
		t.Errorf("the page shows %d blocks of wrong and %d of right code", len(page.Wrong), len(page.Right))
	}
	wrong, right := analyze(t, page.Wrong), analyze(t, page.Right)
	for i, code := range page.Wrong {
		if len(wrong[i]) == 0 {
			t.Errorf("not reported:\n%s", code)
		}
	}
	for i, code := range page.Right {
		for _, d := range right[i] {
			t.Errorf("reported as %s: %s\n%s", d.Category, d.Message, code)
		}
	}
}

// paths are the import paths of what the page's code uses.
var paths = map[string]string{
	"echo":    "github.com/labstack/echo/v4",
	"fiber":   "github.com/gofiber/fiber/v2",
	"gin":     "github.com/gin-gonic/gin",
	"strings": "strings",
}

var qualified = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)

// analyze returns what the rule reports on each of several blocks of
// declarations that lack only a package clause and imports.
func analyze(t *testing.T, blocks []string) [][]analysis.Diagnostic {
	t.Helper()
	gopath := t.TempDir()
	if err := os.CopyFS(gopath, os.DirFS(analysistest.TestData())); err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for i, code := range blocks {
		var source strings.Builder
		source.WriteString("package page\n")
		var imported []string
		for _, m := range qualified.FindAllStringSubmatch(code, -1) {
			if path, ok := paths[m[1]]; ok && !slices.Contains(imported, path) {
				imported = append(imported, path)
				fmt.Fprintf(&source, "import %q\n", path)
			}
		}
		source.WriteString(code)
		pattern := fmt.Sprintf("page%d", i)
		dir := filepath.Join(gopath, "src", pattern)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "page.go"), []byte(source.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		patterns = append(patterns, pattern)
	}
	env := append(os.Environ(), "GOPATH="+gopath, "GO111MODULE=off", "GOWORK=off", "GOPROXY=off")
	return pagetest.Analyze(t, pooledctx.Analyzer, gopath, env, patterns)
}
