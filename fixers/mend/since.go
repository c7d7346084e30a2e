package mend

import (
	"fmt"
	"go/ast"
	"go/types"
	"go/version"

	"github.com/gomend/gomend/fixers/internal/stdapi"
)

// tooNew says which members of the standard library the changed files begin to use that
// their versions of Go do not have: a newer toolchain compiles them all the same.
func tooNew(content map[string][]byte, before, after []*checked) []problem {
	used := make(map[string]bool)
	for _, c := range before {
		for id, obj := range c.info.Uses {
			if stdapi.Since(obj) != "" {
				used[memberIn(c, id, obj)] = true
			}
		}
	}
	var problems []problem
	for _, c := range after {
		for _, f := range c.files {
			if _, ok := content[c.fset.PositionFor(f.FileStart, false).Filename]; !ok {
				continue
			}
			goVersion := c.info.FileVersions[f]
			ast.Inspect(f, func(n ast.Node) bool {
				id, ok := n.(*ast.Ident)
				if !ok {
					return true
				}
				obj := c.info.Uses[id]
				if since := stdapi.Since(obj); older(goVersion, since) && !used[memberIn(c, id, obj)] {
					problems = append(problems, problem{
						c.fset.PositionFor(id.Pos(), false),
						fmt.Sprintf("%s.%s is there since %s, and the file is %s", obj.Pkg().Path(), obj.Name(), since, goVersion),
					})
				}
				return true
			})
		}
	}
	return problems
}

// memberIn names a member and the file in which it is used.
func memberIn(c *checked, id *ast.Ident, obj types.Object) string {
	return c.fset.PositionFor(id.Pos(), false).Filename + " " + obj.Pkg().Path() + " " + obj.Name()
}

// older reports whether a version of Go is older than another; "" is any version.
func older(v, than string) bool {
	return version.IsValid(v) && than != "" && version.Compare(version.Lang(v), version.Lang(than)) < 0
}

// newest returns the version that brought the newest member of the standard library that a
// node names.
func newest(info *types.Info, n ast.Node) string {
	found := ""
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if since := stdapi.Since(info.Uses[id]); since != "" && (found == "" || version.Compare(since, found) > 0) {
				found = since
			}
		}
		return true
	})
	return found
}
