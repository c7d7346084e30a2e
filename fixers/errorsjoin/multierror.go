package errorsjoin

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

// hashicorpJoins turns a name of github.com/hashicorp/go-multierror into the edits of what it
// belongs to, says why the name has to stay, or does neither where the name goes with another
// one.
func hashicorpJoins(pass *analysis.Pass, file *ast.File, id inspector.Cursor) ([]analysis.TextEdit, string) {
	switch name := id.Node().(*ast.Ident).Name; name {
	case "Error":
		if v, old, text := declared(pass.TypesInfo, id); v != nil && collects(pass, id.Inspector(), v) {
			return accumulator(pass, file, id.Inspector(), v, rewrite.Replace(old, text)), ""
		}
		return nil, "the package uses its type *multierror.Error otherwise than to collect errors and return them by ErrorOrNil"
	case "ErrorOrNil":
		sel, ok := id.Parent().Node().(*ast.SelectorExpr)
		if !ok || rewrite.Unparen(id.Parent()).ParentEdgeKind() != edge.CallExpr_Fun {
			return nil, "ErrorOrNil is used as a function value"
		}
		if call, ok := ast.Unparen(sel.X).(*ast.CallExpr); ok && rewrite.Calls(pass.TypesInfo, call, multierror, "Append") {
			return nil, "" // which goes with Append
		}
		if collects(pass, id.Inspector(), rewrite.Object(pass.TypesInfo, sel.X)) {
			return nil, ""
		}
		return nil, "ErrorOrNil is asked of something else than a variable that collects errors"
	case "Append":
		return appends(pass, file, id)
	default:
		return nil, fmt.Sprintf("the package uses its %s, which the standard library does not have", name)
	}
}

// declared returns the variable of the type *multierror.Error that is declared, without
// errors, by the statement in which the type's name stands at the cursor, and the node that a
// declaration of another type replaces, with its text: the type of var v *multierror.Error, or
// all of v := new(multierror.Error) and v := &multierror.Error{}.
func declared(info *types.Info, id inspector.Cursor) (v *types.Var, old ast.Node, text string) {
	value := id.Parent().Parent()
	switch x := value.Node().(type) {
	case *ast.StarExpr:
		if value.ParentEdgeKind() != edge.ValueSpec_Type {
			return nil, nil, ""
		}
		spec := value.Parent().Node().(*ast.ValueSpec)
		if len(spec.Names) != 1 || len(spec.Values) > 0 {
			return nil, nil, ""
		}
		v, _ = info.Defs[spec.Names[0]].(*types.Var)
		return v, x, "error"
	case *ast.CallExpr:
		if rewrite.Object(info, x.Fun) != types.Universe.Lookup("new") {
			return nil, nil, ""
		}
	case *ast.CompositeLit:
		value = value.Parent()
		if address, ok := value.Node().(*ast.UnaryExpr); !ok || address.Op != token.AND || len(x.Elts) > 0 {
			return nil, nil, ""
		}
	default:
		return nil, nil, ""
	}
	if value.ParentEdgeKind() != edge.AssignStmt_Rhs {
		return nil, nil, ""
	}
	assign := value.Parent().Node().(*ast.AssignStmt)
	name, ok := assign.Lhs[0].(*ast.Ident)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 1 || !rewrite.InList(value.Parent()) {
		return nil, nil, ""
	}
	v, _ = info.Defs[name].(*types.Var)
	return v, assign, "var " + name.Name + " error"
}

// accumulator returns the edits that make an error of a variable that collects errors, of
// which one changes the declaration.
func accumulator(pass *analysis.Pass, file *ast.File, in *inspector.Inspector, v *types.Var, declaration analysis.TextEdit) []analysis.TextEdit {
	edits := []analysis.TextEdit{declaration}
	imported := false
	for _, use := range rewrite.Uses(pass.TypesInfo, v) {
		cur, ok := in.Root().FindNode(use)
		if !ok {
			return nil
		}
		switch cur.ParentEdgeKind() {
		case edge.SelectorExpr_X:
			edits = append(edits, rewrite.Replace(rewrite.Unparen(cur.Parent()).Parent().Node(), v.Name()))
		case edge.CallExpr_Args:
			fun, ok := ast.Unparen(cur.Parent().Node().(*ast.CallExpr).Fun).(*ast.SelectorExpr)
			if !ok {
				return nil
			}
			more := join(pass, file, fun)
			if imported {
				more = more[len(more)-1:] // without the import once more
			}
			imported = true
			edits = append(edits, more...)
		}
	}
	return edits
}

// collects reports whether an object is a local variable of the type *multierror.Error, to
// which errors are appended and which is asked ErrorOrNil, and nothing else.
func collects(pass *analysis.Pass, in *inspector.Inspector, obj types.Object) bool {
	v, ok := obj.(*types.Var)
	if !ok || v.IsField() || v.Parent() == pass.Pkg.Scope() || !isMultierror(v.Type()) || !declaredEmpty(pass.TypesInfo, in, v) {
		return false
	}
	file := rewrite.FileOf(pass, v.Pos())
	for _, use := range rewrite.Uses(pass.TypesInfo, v) {
		ok := false
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil || !rewrite.Within(use.Pos(), n) {
				return n == nil
			}
			switch n := n.(type) {
			case *ast.AssignStmt:
				ok = ok || appendsTo(pass.TypesInfo, n, v)
			case *ast.CallExpr:
				sel, isSel := ast.Unparen(n.Fun).(*ast.SelectorExpr)
				ok = ok || isSel && sel.X == use && rewrite.CallsMethod(pass.TypesInfo, n, multierror, "Error", "ErrorOrNil")
			}
			return true
		})
		if !ok {
			return false
		}
	}
	return true
}

// declaredEmpty reports whether a variable is declared as declared knows it.
func declaredEmpty(info *types.Info, in *inspector.Inspector, v *types.Var) bool {
	for cur := range in.Root().Preorder((*ast.Ident)(nil)) {
		if id := cur.Node().(*ast.Ident); id.Name != "Error" || !rewrite.IsMember(info.Uses[id], multierror, "Error") {
			continue
		}
		if declares, _, _ := declared(info, cur); declares == v {
			return true
		}
	}
	return false
}

// isMultierror reports whether a type is *multierror.Error.
func isMultierror(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	return ok && rewrite.IsMember(named.Obj(), multierror, "Error")
}

// appendsTo reports whether an assignment is v = multierror.Append(v, err), with errors of
// the type error.
func appendsTo(info *types.Info, assign *ast.AssignStmt, v types.Object) bool {
	if assign.Tok != token.ASSIGN || len(assign.Lhs) != 1 || rewrite.Object(info, assign.Lhs[0]) != v {
		return false
	}
	call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	if !ok || !rewrite.Calls(info, call, multierror, "Append") || call.Ellipsis.IsValid() || len(call.Args) < 2 || rewrite.Object(info, call.Args[0]) != v {
		return false
	}
	for _, arg := range call.Args[1:] {
		if !isError(info, arg) || rewrite.Mentions(info, arg, v) {
			return false
		}
	}
	return true
}

// appends turns a use of multierror.Append, at whose name the cursor stands.
func appends(pass *analysis.Pass, file *ast.File, id inspector.Cursor) ([]analysis.TextEdit, string) {
	info := pass.TypesInfo
	if id.ParentEdgeKind() != edge.SelectorExpr_Sel {
		return nil, "it is imported with a dot"
	}
	fun := rewrite.Unparen(id.Parent())
	if fun.ParentEdgeKind() != edge.CallExpr_Fun {
		return nil, "multierror.Append is used as a function value"
	}
	call := fun.Parent()
	outer := rewrite.Unparen(call)
	if assign, ok := outer.Parent().Node().(*ast.AssignStmt); ok {
		v := rewrite.Object(info, assign.Lhs[0])
		if v == nil || !appendsTo(info, assign, v) {
			return nil, "what Append returns goes elsewhere than to its first argument"
		}
		if collects(pass, id.Inspector(), v) {
			return nil, "" // which goes with the variable
		}
		if !isError(info, assign.Lhs[0]) {
			return nil, "the package uses its type *multierror.Error otherwise than to collect errors and return them by ErrorOrNil"
		}
		for _, arg := range call.Node().(*ast.CallExpr).Args[1:] {
			if notNil(info, outer, arg) {
				return join(pass, file, id.Parent().Node().(*ast.SelectorExpr)), ""
			}
		}
		return nil, "Append makes an error of nothing where all that is appended is nil, as errors.Join does not"
	}
	x := call.Node().(*ast.CallExpr)
	if sel, ok := outer.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel.Name == "ErrorOrNil" && outer.ParentEdgeKind() == edge.SelectorExpr_X {
		asked := rewrite.Unparen(outer.Parent())
		if asked.ParentEdgeKind() == edge.CallExpr_Fun && outer == call && asked == outer.Parent() && !x.Ellipsis.IsValid() && len(x.Args) > 0 {
			for _, arg := range x.Args {
				if !isError(info, arg) && !info.Types[arg].IsNil() {
					return nil, "an argument of Append is not of the type error"
				}
			}
			edits := join(pass, file, id.Parent().Node().(*ast.SelectorExpr))
			return append(edits, analysis.TextEdit{Pos: x.End(), End: asked.Parent().Node().End()}), ""
		}
	}
	return nil, "what Append returns is never nil, and goes elsewhere than to its first argument"
}
