package mend

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A checked package is one that was type-checked.
type checked struct {
	listed *packages.Package
	fset   *token.FileSet
	files  []*ast.File
	types  *types.Package
	info   *types.Info
	sizes  types.Sizes
}

// A problem is something that is wrong with a package.
type problem struct {
	pos     token.Position
	message string
}

func (p problem) String() string {
	if p.pos.IsValid() {
		return fmt.Sprintf("%s: %s", p.pos, p.message)
	}
	return p.message
}

// check type-checks the packages of a group with files as read returns them.
func (g *group) check(ctx context.Context, read func(string) ([]byte, error)) ([]*checked, []problem, error) {
	u := g.newUniverse(ctx)
	var all []*checked
	var problems []problem
	for i, p := range g.packages {
		c := &checked{listed: p, fset: u.fset, sizes: g.world.sizes, info: &types.Info{
			Types: make(map[ast.Expr]types.TypeAndValue), Instances: make(map[*ast.Ident]types.Instance),
			Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
			Implicits: make(map[ast.Node]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
			Scopes: make(map[ast.Node]*types.Scope), FileVersions: make(map[*ast.File]string),
		}}
		for _, name := range p.GoFiles {
			data, err := read(name)
			if err != nil {
				return nil, nil, err
			}
			f, err := parser.ParseFile(u.fset, name, data, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				var list scanner.ErrorList
				if errors.As(err, &list) && len(list) > 0 {
					return nil, append(problems, problem{list[0].Pos, list[0].Msg}), nil
				}
				return nil, append(problems, problem{token.Position{Filename: name}, err.Error()}), nil
			}
			c.files = append(c.files, f)
		}
		cfg := types.Config{
			Importer: u.importerFor(p), Sizes: g.world.sizes, GoVersion: goVersion(p), FakeImportC: true,
			Error: func(err error) {
				var e types.Error
				if errors.As(err, &e) {
					problems = append(problems, problem{u.fset.PositionFor(e.Pos, false), strings.TrimSpace(e.Msg)})
				} else {
					problems = append(problems, problem{message: err.Error()})
				}
			},
		}
		c.types, _ = cfg.Check(p.PkgPath, u.fset, c.files, c.info) // the errors were told
		if err := ctx.Err(); err != nil {
			return nil, nil, context.Cause(ctx)
		}
		if i == 0 {
			u.keep()
		}
		u.ours[p.PkgPath] = c.types
		all = append(all, c)
		if u.group.world.shared == nil {
			u.known[p.PkgPath] = c.types
		}
	}
	return all, problems, nil
}

// unusedImports returns the offsets of import specs that the type checker says are not
// used, by file.
func unusedImports(problems []problem) map[string][]int {
	unused := make(map[string][]int)
	for _, p := range problems {
		if strings.HasSuffix(p.message, "and not used") && strings.Contains(p.message, " imported ") {
			unused[p.pos.Filename] = append(unused[p.pos.Filename], p.pos.Offset)
		}
	}
	return unused
}
