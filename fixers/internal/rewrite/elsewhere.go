package rewrite

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// NamedElsewhere reports whether a name occurs in a file of the package that the pass does
// not have: a test, a file for another platform or behind a tag, assembly. It reports true
// where it can't tell. Comments count, as the compiler reads names in some.
func NamedElsewhere(pass *analysis.Pass, name string) bool {
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	seen := make(map[string]bool)
	folders := make(map[string]bool)
	for _, file := range pass.Files {
		path := pass.Fset.File(file.FileStart).Name()
		seen[path] = true
		folders[filepath.Dir(path)] = true
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:linkname") && word.MatchString(c.Text) {
					return true
				}
			}
		}
	}
	for folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return true
		}
		for _, entry := range entries {
			path := filepath.Join(folder, entry.Name())
			if seen[path] || entry.IsDir() || !slices.Contains([]string{".go", ".s", ".c", ".h"}, filepath.Ext(path)) {
				continue
			}
			// Drivers let a pass read its own files only.
			src, err := os.ReadFile(path)
			if err != nil || word.Match(src) && inPackage(path, src, pass.Pkg.Name()) {
				return true
			}
		}
	}
	return false
}

// inPackage reports whether a file belongs to a package of a name, as one that is not Go or
// that can't be parsed may do.
func inPackage(path string, src []byte, name string) bool {
	if filepath.Ext(path) != ".go" {
		return true
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.PackageClauseOnly)
	return err != nil || file.Name.Name == name
}
