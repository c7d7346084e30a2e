package testenv

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// asserting is the functions that fail a test for an error, by the ends of their packages'
// paths.
var asserting = map[string][]string{
	"/assert":  {"NilError", "Nil", "NoError", "NoErrorf", "Nilf"},
	"/require": {"Nil", "NoError", "NoErrorf", "Nilf"},
	"/qt":      {"Assert", "Check"},
}

// failsOn reports whether a statement does nothing but fail the test if an error is not nil.
func (s *scope) failsOn(stmt ast.Stmt, err types.Object) bool {
	info := s.pass.TypesInfo
	switch stmt := stmt.(type) {
	case *ast.IfStmt:
		return stmt.Init == nil && isNotNil(info, stmt.Cond, err) && s.failure(stmt)
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		if !ok || !slices.ContainsFunc(call.Args, func(x ast.Expr) bool { return rewrite.Object(info, x) == err }) {
			return false
		}
		fn := rewrite.Callee(info, call)
		if fn == nil || fn.Pkg() == nil {
			return false
		}
		for end, names := range asserting {
			if strings.HasSuffix(fn.Pkg().Path(), end) && slices.Contains(names, fn.Name()) {
				return true
			}
		}
	}
	return false
}

// isNotNil reports whether an expression is err != nil.
func isNotNil(info *types.Info, x ast.Expr, err types.Object) bool {
	cond, ok := ast.Unparen(x).(*ast.BinaryExpr)
	return ok && cond.Op == token.NEQ && rewrite.Object(info, cond.X) == err && info.Types[cond.Y].IsNil()
}

// failure reports whether the body of an if is calls, one of which fails or panics, and
// returns, and there is no else.
func (s *scope) failure(stmt *ast.IfStmt) bool {
	fails := false
	for _, inner := range stmt.Body.List {
		switch inner := inner.(type) {
		case *ast.ExprStmt:
			call, ok := inner.X.(*ast.CallExpr)
			if !ok {
				return false
			}
			switch fun := ast.Unparen(call.Fun).(type) {
			case *ast.Ident:
				fails = fails || fun.Name == "panic"
			case *ast.SelectorExpr:
				if strings.HasPrefix(fun.Sel.Name, "Skip") {
					return false
				}
				fails = fails || strings.HasPrefix(fun.Sel.Name, "Fatal") || strings.HasPrefix(fun.Sel.Name, "Error") || strings.HasPrefix(fun.Sel.Name, "Fail")
			}
		case *ast.ReturnStmt:
		default:
			return false
		}
	}
	return fails && stmt.Else == nil
}

// read reports whether something but the statements that go reads a variable.
func (s *scope) read(v types.Object, going []ast.Stmt) bool {
	return slices.ContainsFunc(s.rest(v, going), func(id *ast.Ident) bool { return !s.isAssigned(id) })
}

// rest returns where a variable is named but in the statements that go and where it is
// declared.
func (s *scope) rest(v types.Object, going []ast.Stmt) []*ast.Ident {
	return slices.DeleteFunc(rewrite.Uses(s.pass.TypesInfo, v), func(id *ast.Ident) bool {
		return slices.ContainsFunc(going, func(stmt ast.Stmt) bool { return rewrite.Within(id.Pos(), stmt) })
	})
}

// without reports whether the code compiles without the statements that go, as far as an
// error variable is concerned, and returns the assignment that has to declare it then, if it
// does not do so already.
func (s *scope) without(v types.Object, going []ast.Stmt) (again *ast.AssignStmt, ok bool) {
	rest := s.rest(v, going)
	if !slices.ContainsFunc(going, func(stmt ast.Stmt) bool { return rewrite.Within(v.Pos(), stmt) }) {
		return nil, s.read(v, going)
	}
	if len(rest) == 0 {
		return nil, true
	}
	for _, stmt := range s.list {
		if !rewrite.Within(rest[0].Pos(), stmt) {
			continue
		}
		assign, ok := stmt.(*ast.AssignStmt)
		if cond, isIf := stmt.(*ast.IfStmt); isIf && rewrite.Within(rest[len(rest)-1].Pos(), cond) {
			assign, ok = cond.Init.(*ast.AssignStmt)
		}
		if !ok || assign == nil || !s.read(v, append(slices.Clone(going), assign)) || !s.declares(assign, v, rest) {
			return nil, false
		}
		if assign.Tok == token.ASSIGN {
			return assign, true
		}
		return nil, assign.Tok == token.DEFINE
	}
	return nil, false
}

// declares reports whether an assignment could be the declaration of a variable: the first of
// the places that name it, with nothing else on the left that exists already if it is made
// one.
func (s *scope) declares(assign *ast.AssignStmt, v types.Object, places []*ast.Ident) bool {
	i := slices.IndexFunc(assign.Lhs, func(x ast.Expr) bool { return x == places[0] })
	if i < 0 || !types.Identical(resultType(s.pass.TypesInfo, assign, i), v.Type()) ||
		len(places) > 1 && rewrite.Within(places[1].Pos(), assign) {
		return false
	}
	return assign.Tok == token.DEFINE || !slices.ContainsFunc(assign.Lhs, func(x ast.Expr) bool {
		id, ok := x.(*ast.Ident)
		return !ok || id.Name != "_" && id != places[0]
	})
}

// isAssigned reports whether an identifier stands on the left of an assignment.
func (s *scope) isAssigned(id *ast.Ident) bool {
	cur, ok := s.cur.FindNode(id)
	if !ok {
		return false
	}
	assign, ok := cur.Parent().Node().(*ast.AssignStmt)
	return ok && slices.ContainsFunc(assign.Lhs, func(x ast.Expr) bool { return x == id })
}

// resultType returns the type of what an assignment gives its variable of an index.
func resultType(info *types.Info, assign *ast.AssignStmt, i int) types.Type {
	if len(assign.Lhs) == len(assign.Rhs) {
		return info.TypeOf(assign.Rhs[i])
	}
	if tuple, ok := info.TypeOf(assign.Rhs[0]).(*types.Tuple); ok && i < tuple.Len() {
		return tuple.At(i).Type()
	}
	return types.Typ[types.Invalid]
}
