package stdapi_test

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/gomend/gomend/fixers/internal/stdapi"
)

func TestSince(t *testing.T) {
	const src = `package p

import ("bytes"; "io"; "net/http"; "os"; "slices"; "sync/atomic"; "strings"; "testing"; "time")

var (
	_ = io.ReadAll
	_ = io.Discard
	_ = strings.Index
	_ = time.DateTime
	_ = slices.Sort[[]int]
	_ = (*http.Request).PathValue
	_ = (*atomic.Pointer[int]).Load
	_ = (*testing.T).Setenv
	_ = os.ReadDir
	_ = (*bytes.Buffer).Available
	_ http.HandlerFunc
	local int
)
`
	want := map[string]string{
		"ReadAll": "go1.16", "Discard": "go1.16", "Index": "", "DateTime": "go1.20", "Sort": "go1.21",
		"PathValue": "go1.22", "Load": "go1.19", "Setenv": "go1.17", "ReadDir": "go1.16", "Available": "go1.21", "HandlerFunc": "",
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Uses: make(map[*ast.Ident]types.Object)}
	cfg := types.Config{Importer: importer.ForCompiler(fset, "gc", nil)}
	if _, err := cfg.Check("p", fset, []*ast.File{f}, info); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for id, obj := range info.Uses {
		w, ok := want[id.Name]
		if !ok {
			continue
		}
		seen++
		if got := stdapi.Since(obj); got != w {
			t.Errorf("%s: since %q, want %q", id.Name, got, w)
		}
		if _, tooNew := stdapi.TooNew(obj, "go1.17"); tooNew != (w != "" && w != "go1.16" && w != "go1.17") {
			t.Errorf("%s: too new for go1.17: %t", id.Name, tooNew)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d members were seen", seen, len(want))
	}
}
