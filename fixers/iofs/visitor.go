package iofs

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// A visitor is the function that filepath.Walk calls.
type visitor struct {
	pass *analysis.Pass
	body inspector.Cursor // of the function's block
	kind *ast.SelectorExpr
	info types.Object // the parameter for the file's info, nil if it has no name
	err  types.Object // the parameter for the error, nil if it has no name
}

// findVisitor returns the function that a call of filepath.Walk is given, or says why it
// can't be changed.
func findVisitor(pass *analysis.Pass, root inspector.Cursor, call *ast.CallExpr) (v *visitor, reason string) {
	if len(call.Args) != 2 {
		return nil, "its arguments come from another call"
	}
	var typ *ast.FuncType
	var body *ast.BlockStmt
	switch fn := ast.Unparen(call.Args[1]).(type) {
	case *ast.FuncLit:
		typ, body = fn.Type, fn.Body
	case *ast.Ident:
		typ, body, reason = declaration(pass, root, pass.TypesInfo.Uses[fn])
	default:
		reason = fmt.Sprintf("the callback %s is not declared here alone for it", rewrite.Text(pass, call.Args[1]))
	}
	if reason != "" {
		return nil, reason
	}
	names, kinds := parameters(typ)
	kind, ok := ast.Unparen(kinds[1]).(*ast.SelectorExpr)
	if !ok || kind.Sel.Name != "FileInfo" {
		return nil, "the callback's second parameter is not declared as os.FileInfo"
	}
	cur, ok := root.FindNode(body)
	if !ok {
		return nil, "the callback is declared in another package"
	}
	v = &visitor{pass: pass, body: cur, kind: kind}
	for i, obj := range []*types.Object{&v.info, &v.err} {
		if id := names[i+1]; id != nil && id.Name != "_" {
			*obj = pass.TypesInfo.Defs[id]
		}
	}
	return v, ""
}

// parameters returns the names, nil where there is none, and types of a function's
// parameters.
func parameters(typ *ast.FuncType) (names []*ast.Ident, kinds []ast.Expr) {
	for _, field := range typ.Params.List {
		if len(field.Names) == 0 {
			names, kinds = append(names, nil), append(kinds, field.Type)
		}
		for _, name := range field.Names {
			names, kinds = append(names, name), append(kinds, field.Type)
		}
	}
	return names, kinds
}

// declaration returns the type and body of a function that is named where a callback is
// asked for, if nothing else uses it: an unexported function, or a variable that is
// declared with a function literal.
func declaration(pass *analysis.Pass, root inspector.Cursor, obj types.Object) (typ *ast.FuncType, body *ast.BlockStmt, reason string) {
	if obj == nil || obj.Pkg() != pass.Pkg {
		return nil, nil, "the callback is declared in another package"
	}
	uses := 0
	for _, used := range pass.TypesInfo.Uses {
		if used == obj {
			uses++
		}
	}
	if obj.Exported() || uses > 1 {
		return nil, nil, fmt.Sprintf("the callback %s is used elsewhere too", obj.Name())
	}
	def, ok := root.FindByPos(obj.Pos(), obj.Pos()+token.Pos(len(obj.Name())))
	if !ok {
		return nil, nil, fmt.Sprintf("the callback %s is declared elsewhere", obj.Name())
	}
	switch def.ParentEdgeKind() {
	case edge.FuncDecl_Name:
		decl := def.Parent().Node().(*ast.FuncDecl)
		if file := rewrite.FileOf(pass, decl.Pos()); file == nil || ast.IsGenerated(file) || decl.Body == nil {
			return nil, nil, fmt.Sprintf("the callback %s stands in a generated file", obj.Name())
		}
		if rewrite.NamedElsewhere(pass, obj.Name()) {
			return nil, nil, fmt.Sprintf("the callback %s is used elsewhere too", obj.Name())
		}
		return decl.Type, decl.Body, ""
	case edge.AssignStmt_Lhs:
		assign := def.Parent().Node().(*ast.AssignStmt)
		if assign.Tok == token.DEFINE && len(assign.Lhs) == len(assign.Rhs) {
			if lit, ok := ast.Unparen(assign.Rhs[def.ParentEdgeIndex()]).(*ast.FuncLit); ok {
				return lit.Type, lit.Body, ""
			}
		}
	}
	return nil, nil, fmt.Sprintf("the function behind the callback %s is not known here", obj.Name())
}
