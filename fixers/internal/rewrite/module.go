package rewrite

import (
	"go/ast"
	"os"
	"path/filepath"

	"golang.org/x/tools/go/analysis"
)

// ModuleRoot returns the folder of the go.mod file of a file's module, or "".
func ModuleRoot(pass *analysis.Pass, file *ast.File) string {
	dir := filepath.Dir(pass.Fset.File(file.FileStart).Name())
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return ""
		}
		dir = parent
	}
}
