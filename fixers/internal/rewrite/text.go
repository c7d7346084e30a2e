package rewrite

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Text returns the source of a node as it stands in its file, or as gofmt would write it
// where the file can't be read.
func Text(pass *analysis.Pass, n ast.Node) string {
	from, to := pass.Fset.PositionFor(n.Pos(), false), pass.Fset.PositionFor(n.End(), false)
	if src, err := pass.ReadFile(from.Filename); err == nil && from.Offset <= to.Offset && to.Offset <= len(src) {
		return string(src[from.Offset:to.Offset])
	}
	var b bytes.Buffer
	if err := format.Node(&b, pass.Fset, n); err != nil {
		return ""
	}
	return b.String()
}

// Replace returns the edit that puts text in the place of a node.
func Replace(n ast.Node, text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: n.Pos(), End: n.End(), NewText: []byte(text)}
}

// HasComment reports whether a comment of the file begins in the range: a fix that rewrites
// all of it would lose that.
func HasComment(file *ast.File, from, to token.Pos) bool {
	for _, group := range file.Comments {
		if from <= group.Pos() && group.Pos() < to {
			return true
		}
	}
	return false
}

// DeleteStatement returns the edit that removes a statement with its line, if nothing else
// stands there.
func DeleteStatement(pass *analysis.Pass, stmt ast.Stmt) analysis.TextEdit {
	edit := analysis.TextEdit{Pos: stmt.Pos(), End: stmt.End()}
	f := pass.Fset.File(stmt.Pos())
	src, err := pass.ReadFile(f.Name())
	if err != nil || f.Size() != len(src) {
		return edit
	}
	from, to := f.Offset(stmt.Pos()), f.Offset(stmt.End())
	start := bytes.LastIndexByte(src[:from], '\n') + 1
	end := len(src)
	if i := bytes.IndexByte(src[to:], '\n'); i >= 0 {
		end = to + i + 1
	}
	if strings.TrimSpace(string(src[start:from])) == "" && strings.TrimSpace(string(src[to:end])) == "" {
		edit.Pos, edit.End = f.Pos(start), f.Pos(end)
	}
	return edit
}

// Callee returns the function or method that a call names, or nil: also that of an
// instance of generic code.
func Callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, _ := Object(info, call.Fun).(*types.Func)
	if fn != nil {
		return fn.Origin()
	}
	return nil
}

// Object returns what an expression such as x, p.x or (p.x[T]) names, or nil.
func Object(info *types.Info, x ast.Expr) types.Object {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return info.Uses[x]
	case *ast.SelectorExpr:
		return info.Uses[x.Sel]
	case *ast.IndexExpr:
		return Object(info, x.X)
	case *ast.IndexListExpr:
		return Object(info, x.X)
	}
	return nil
}

// IsMember reports whether an object is the package-level one of a name in a package of a
// path.
func IsMember(obj types.Object, path, name string) bool {
	return obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == path && obj.Name() == name && obj.Parent() == obj.Pkg().Scope()
}

// FileOf returns the file of the pass that a position is in, or nil.
func FileOf(pass *analysis.Pass, pos token.Pos) *ast.File {
	for _, f := range pass.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			return f
		}
	}
	return nil
}
