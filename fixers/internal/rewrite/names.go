package rewrite

import (
	"fmt"
	"go/ast"

	"golang.org/x/tools/go/analysis"
)

// FreshLocal returns the name, or one like it, for a variable that is declared somewhere in
// a function, or in other code: no identifier in there has it, so that it hides nothing and
// is declared nowhere twice.
func FreshLocal(pass *analysis.Pass, file *ast.File, fn ast.Node, name string) string {
	taken := make(map[string]bool)
	ast.Inspect(fn, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			taken[id.Name] = true
		}
		return true
	})
	for n := 0; ; n++ {
		candidate := name
		if n > 0 {
			candidate = fmt.Sprintf("%s%d", name, n)
		}
		if !taken[candidate] && FreshName(pass, file, candidate, fn.Pos()) == candidate {
			return candidate
		}
	}
}
