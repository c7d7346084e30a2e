package detect

import (
	"go/ast"
	"go/token"
	"go/types"
)

// panicnil finds panics with nil, and those with what recover returned that nobody has
// compared with nil.
var panicnil = setting(func(p *pass) {
	p.bodies(func(body *ast.BlockStmt) {
		recovered := p.recovered(body)
		inspectBody(body, func(n ast.Node) {
			call, ok := n.(*ast.CallExpr)
			if !ok || !p.isBuiltin(call, "panic") || len(call.Args) != 1 {
				return
			}
			arg := ast.Unparen(call.Args[0])
			if p.isNil(arg) {
				p.found(call, "panicnil", "panic(nil) panics with a *runtime.PanicNilError, and recover returns that in place of nil")
				return
			}
			v := p.variable(arg)
			again, ok := arg.(*ast.CallExpr)
			if ok && p.isBuiltin(again, "recover") || v != nil && recovered[v] && !p.compared(body, v) {
				p.found(call, "panicnil", "if there was no panic to recover from, panic(nil) panics with a *runtime.PanicNilError, and recover returns that in place of nil")
			}
		})
	})
}, "panicnil")

// inspectBody calls f with the nodes of a function's body, and not with those of functions
// in it.
func inspectBody(body *ast.BlockStmt, f func(ast.Node)) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if n != nil {
			f(n)
		}
		return true
	})
}

func (p *pass) isBuiltin(call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	return ok && p.TypesInfo.Uses[id] == types.Universe.Lookup(name)
}

// isNil reports whether an expression is nil, or nil converted to an interface.
func (p *pass) isNil(e ast.Expr) bool {
	if p.TypesInfo.Types[e].IsNil() {
		return true
	}
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !p.TypesInfo.Types[call.Fun].IsType() {
		return false
	}
	return types.IsInterface(p.TypesInfo.TypeOf(call)) && p.TypesInfo.Types[call.Args[0]].IsNil()
}

// recovered returns the variables that are declared with what recover returns.
func (p *pass) recovered(body *ast.BlockStmt) map[types.Object]bool {
	found := make(map[types.Object]bool)
	inspectBody(body, func(n ast.Node) {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 || assign.Tok != token.DEFINE {
			return
		}
		call, ok := assign.Rhs[0].(*ast.CallExpr)
		if ok && p.isBuiltin(call, "recover") {
			found[p.variable(assign.Lhs[0])] = true
		}
	})
	return found
}

// compared reports whether a variable is an operand of a condition, or of a switch.
func (p *pass) compared(body *ast.BlockStmt, v types.Object) bool {
	found := false
	inspectBody(body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			found = found || (n.Op == token.EQL || n.Op == token.NEQ) && (p.variable(n.X) == v || p.variable(n.Y) == v)
		case *ast.SwitchStmt:
			found = found || n.Tag != nil && p.mentions(n.Tag, v)
		case *ast.TypeSwitchStmt:
			found = found || p.mentions(n.Assign, v)
		case *ast.TypeAssertExpr:
			found = found || p.variable(n.X) == v
		}
	})
	return found
}

// nilCheck finds results that are used before the error beside them is looked at: the
// compiler used to move the check for a nil pointer behind that of the error.
var nilCheck = toolchain(Change{
	Name: "nilcheck", Toolchain: 25, Source: "https://go.dev/doc/go1.25#compiler",
}, func(p *pass) {
	p.inspector.Preorder([]ast.Node{(*ast.BlockStmt)(nil), (*ast.CaseClause)(nil), (*ast.CommClause)(nil)}, func(n ast.Node) {
		list := statements(n)
		for i := 0; i+2 < len(list); i++ {
			result, err := p.resultAndError(list[i])
			if result == nil || p.mentions(list[i+1], err) {
				continue
			}
			check, ok := list[i+2].(*ast.IfStmt)
			if !ok || check.Init != nil || !p.mentions(check.Cond, err) || p.mentions(check.Cond, result) {
				continue
			}
			if use := p.dereferenced(list[i+1], result); use != nil {
				p.found(use, "nilcheck", result.Name()+" is used before "+err.Name()+" is checked: if the call fails and it is nil, this panics")
			}
		}
	})
})

func statements(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	case *ast.CommClause:
		return n.Body
	}
	return nil
}

// resultAndError returns the variables of "result, err := call()", where the result is a
// pointer to a struct.
func (p *pass) resultAndError(stmt ast.Stmt) (result, err types.Object) {
	assign, ok := stmt.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return nil, nil
	}
	result, err = p.variable(assign.Lhs[0]), p.variable(assign.Lhs[1])
	if result == nil || err == nil || !types.Identical(err.Type(), types.Universe.Lookup("error").Type()) {
		return nil, nil
	}
	ptr, ok := result.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil, nil
	}
	if _, ok := ptr.Elem().Underlying().(*types.Struct); !ok {
		return nil, nil
	}
	return result, err
}

// dereferenced returns where a statement reads a field of what a variable points to, calls a
// method on a copy of it, or one of package os, all of which fail for nil. Other methods
// may well take a nil receiver.
func (p *pass) dereferenced(stmt ast.Stmt, v types.Object) ast.Node {
	switch stmt.(type) {
	case *ast.AssignStmt, *ast.ExprStmt:
	default:
		return nil
	}
	var use ast.Node
	ast.Inspect(stmt, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || use != nil || p.variable(sel.X) != v {
			return true
		}
		s := p.TypesInfo.Selections[sel]
		if s == nil {
			return true
		}
		f, method := s.Obj().(*types.Func)
		if !method || !isPointerMethod(f) || f.FullName() == "(*os.File).Name" {
			use = sel
		}
		return true
	})
	return use
}

func isPointerMethod(f *types.Func) bool {
	recv := f.Signature().Recv()
	if recv == nil {
		return false
	}
	_, ok := recv.Type().(*types.Pointer)
	return ok
}
