package suite

import (
	"go/ast"
	"go/types"
	"go/version"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/stdapi"
)

// withOwnVersions returns what is known of the types of a package. In one of the standard
// library, files have the Go version that what they replace a function by needs: x/tools
// goes by the toolchain's version instead, and would inline nothing in older code
// (golang/go#75726). Drivers that know no version of the standard library get none either
// way, and would inline it in code that is too old.
func withOwnVersions(pass *analysis.Pass) *types.Info {
	if !isStandard(pass) {
		return pass.TypesInfo
	}
	var versions map[*ast.File]string
	for _, file := range pass.Files {
		since, ok := inlinedSince(pass.TypesInfo, file)
		if !ok {
			continue
		}
		if versions == nil {
			versions = maps.Clone(pass.TypesInfo.FileVersions)
			if versions == nil {
				versions = make(map[*ast.File]string)
			}
		}
		versions[file] = since
	}
	if versions == nil {
		return pass.TypesInfo
	}
	info := *pass.TypesInfo
	info.FileVersions = versions
	return &info
}

// isStandard reports whether a package is one of the standard library: it has no module,
// and no dot in what would be one's host.
func isStandard(pass *analysis.Pass) bool {
	if m := pass.Module; m != nil && m.Path != "" && m.Path != "std" {
		return false
	}
	host, _, _ := strings.Cut(pass.Pkg.Path(), "/")
	return !strings.Contains(host, ".") && host != "command-line-arguments"
}

// inlinedSince returns the Go version that brought the newest member of the standard library
// which the functions of a file that are to be inlined use. It reports false for a file
// without such functions, and for one in which they do more than call another function, so
// that they may need a newer language.
func inlinedSince(info *types.Info, file *ast.File) (string, bool) {
	newest, found := "go1", false
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || !isMarked(fn.Doc) {
			continue
		}
		if !isForwarder(fn) {
			return "", false
		}
		found = true
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if since := stdapi.Since(info.Uses[id]); since != "" && version.Compare(since, newest) > 0 {
					newest = since
				}
			}
			return true
		})
	}
	return newest, found
}

// inlined guards against constants that are replaced by what the file's Go version does not
// have, of which x/tools looks only at functions, and against arguments that the body of the
// function would evaluate only sometimes, or later in a function literal.
func inlined(s *site) verdict {
	if call, ok := s.at.Node().(*ast.CallExpr); ok {
		circuits, closes := s.brings("&&", "||"), s.brings("func(") && s.brings("{") // func(int) alone is a type
		for _, arg := range call.Args {
			if circuits && (s.calls(arg) || s.mayPanic(arg, s.at)) {
				return left(s.text(arg) + " would not be evaluated always")
			}
			if closes && !s.constant(arg) {
				return left("a function literal would see what becomes of " + s.text(arg))
			}
		}
	}
	c, ok := s.info.Uses[s.name()].(*types.Const)
	if !ok {
		return sound
	}
	for _, e := range s.edits {
		_, name, _ := strings.Cut(string(e.NewText), ".")
		obj := c.Pkg().Scope().Lookup(name)
		if obj == nil {
			continue
		}
		if since := stdapi.Since(obj); since != "" && !fix.Applies(s.pass, s.file, since) {
			return left(obj.Name() + " is there since " + since)
		}
	}
	return sound
}

// brings reports whether the fix puts one of the tokens into the file.
func (s *site) brings(tokens ...string) bool {
	return slices.ContainsFunc(s.edits, func(e analysis.TextEdit) bool {
		return slices.ContainsFunc(tokens, func(token string) bool { return strings.Contains(string(e.NewText), token) })
	})
}

// constant reports whether an expression has the same value always: it has only constants,
// functions, and local variables that are set where they are declared and nowhere else.
func (s *site) constant(e ast.Expr) bool {
	return s.fixed(e) && s.all(e, func(n ast.Expr) bool {
		v, ok := s.info.ObjectOf(identOf(n)).(*types.Var)
		return !ok || !slices.ContainsFunc(s.uses(v), func(use inspector.Cursor) bool { return s.accessOf(use) != read })
	})
}

// name returns the name that the diagnostic is about, without that of its package.
func (s *site) name() *ast.Ident {
	switch n := s.at.Node().(type) {
	case *ast.Ident:
		return n
	case *ast.SelectorExpr:
		return n.Sel
	}
	return nil
}

// isMarked reports whether a declaration has the directive //go:fix inline.
func isMarked(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, c := range doc.List {
		if strings.TrimSpace(c.Text) == "//go:fix inline" {
			return true
		}
	}
	return false
}

// isForwarder reports whether a function does no more than call another one.
func isForwarder(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) != 1 || fn.Type.TypeParams != nil {
		return false
	}
	var e ast.Expr
	switch stmt := fn.Body.List[0].(type) {
	case *ast.ExprStmt:
		e = stmt.X
	case *ast.ReturnStmt:
		if len(stmt.Results) != 1 {
			return false
		}
		e = stmt.Results[0]
	}
	if _, ok := e.(*ast.CallExpr); !ok {
		return false
	}
	plain := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.CallExpr, *ast.SelectorExpr, *ast.Ident, *ast.BasicLit:
		default:
			plain = false
		}
		return plain
	})
	return plain
}
