package testenv

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// checkSetenv checks whether a statement sets an environment variable that the function sets
// back, and reports it.
func (s *scope) checkSetenv(i int) bool {
	info := s.pass.TypesInfo
	set, ok := s.failing(s.list[i], "Setenv")
	if !ok {
		return false
	}
	key := rewrite.Text(s.pass, set.Args[0])
	if !isPlain(info, set.Args[0]) {
		return false
	}
	for j, stmt := range s.list {
		c := s.deferred(stmt)
		if c == nil || j == i || !rewrite.Calls(info, c, "os", "Setenv", "Unsetenv") || rewrite.Text(s.pass, c.Args[0]) != key {
			continue
		}
		going := []ast.Stmt{stmt}
		if len(c.Args) == 2 {
			saved := s.saved(c.Args[1], "Getenv", key, going)
			if saved == nil || saved.Pos() > s.list[i].Pos() {
				return false
			}
			going = append(going, saved)
		}
		s.reportEnvironment(i, set, "setenv", "T.Setenv sets a variable for the time of the test", "Setenv", going)
		return true
	}
	return false
}

// checkChdir checks whether a statement changes the working directory, which the function
// changes back, and reports it.
func (s *scope) checkChdir(i int) bool {
	info := s.pass.TypesInfo
	change, ok := s.failing(s.list[i], "Chdir")
	if !ok {
		return false
	}
	for j, stmt := range s.list {
		c := s.deferred(stmt)
		if c == nil || j == i || !rewrite.Calls(info, c, "os", "Chdir") {
			continue
		}
		going := []ast.Stmt{stmt}
		saved := s.saved(c.Args[0], "Getwd", "", going)
		if saved == nil || saved.Pos() > s.list[i].Pos() {
			return false
		}
		going = append(going, saved)
		if assign := saved.(*ast.AssignStmt); len(assign.Lhs) == 2 && assign.Lhs[1].(*ast.Ident).Name != "_" {
			at := slices.Index(s.list, saved)
			err := info.ObjectOf(assign.Lhs[1].(*ast.Ident))
			if !s.failsOn(s.list[at+1], err) {
				return false
			}
			going = append(going, s.list[at+1])
			if again, ok := s.without(err, append(slices.Clone(going), s.list[i])); !ok || again != nil {
				return false
			}
		}
		s.reportEnvironment(i, change, "chdir", "T.Chdir changes the working directory for the time of the test", "Chdir", going)
		return true
	}
	return false
}

// reportEnvironment reports a call of package os in the statement of an index that a method
// of the test can stand for, while others go.
func (s *scope) reportEnvironment(i int, call *ast.CallExpr, kind, message, method string, going []ast.Stmt) {
	if s.maybeParallel() {
		s.report(call, "parallel", "the environment is changed for all tests that run beside this one, which may be parallel: T."+method+" would panic", nil)
		return
	}
	var args []string
	for _, arg := range call.Args {
		args = append(args, rewrite.Text(s.pass, arg))
	}
	text := s.t.Name() + "." + method + "(" + strings.Join(args, ", ") + ")"
	if edits, ok := s.rewriteAs(s.list[i], text, going...); ok {
		s.report(call, kind, message, edits)
	}
}

// failing returns the call of a function of package os in a statement that is that call
// alone, or fails the test with its error.
func (s *scope) failing(stmt ast.Stmt, name string) (*ast.CallExpr, bool) {
	info := s.pass.TypesInfo
	var x ast.Expr
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		x = stmt.X
		if call, ok := x.(*ast.CallExpr); ok && rewrite.Callee(info, call) != nil && len(call.Args) == 2 {
			// require.NoError(t, os.Setenv(key, value))
			fn := rewrite.Callee(info, call)
			if inner, ok := call.Args[1].(*ast.CallExpr); ok && fn.Pkg() != nil && slices.Contains(asserting["/"+fn.Pkg().Name()], fn.Name()) {
				x = inner
			}
		}
	case *ast.AssignStmt:
		if id, ok := stmt.Lhs[0].(*ast.Ident); ok && id.Name == "_" && len(stmt.Lhs) == 1 {
			x = stmt.Rhs[0]
		}
	case *ast.IfStmt:
		init, ok := stmt.Init.(*ast.AssignStmt)
		if !ok || init.Tok != token.DEFINE || len(init.Lhs) != 1 || len(init.Rhs) != 1 {
			return nil, false
		}
		if isNotNil(info, stmt.Cond, info.Defs[init.Lhs[0].(*ast.Ident)]) && s.failure(stmt) {
			x = init.Rhs[0]
		}
	}
	call, ok := x.(*ast.CallExpr)
	return call, ok && rewrite.Calls(info, call, "os", name)
}

// isPlain reports whether an expression is a constant or a variable, so that it means the
// same in several places.
func isPlain(info *types.Info, x ast.Expr) bool {
	if info.Types[x].Value != nil {
		return true
	}
	_, ok := ast.Unparen(x).(*ast.Ident)
	return ok
}

// saved returns the statement of the block that declares the variable x with what a function
// of package os returns for a key, if nothing else but the statements that go uses it.
func (s *scope) saved(x ast.Expr, function, key string, going []ast.Stmt) ast.Stmt {
	info := s.pass.TypesInfo
	v := rewrite.Object(info, x)
	if v == nil {
		return nil
	}
	for _, stmt := range s.list {
		assign, ok := stmt.(*ast.AssignStmt)
		if !ok || assign.Tok != token.DEFINE || len(assign.Rhs) != 1 || info.Defs[assign.Lhs[0].(*ast.Ident)] != v {
			continue
		}
		call, ok := assign.Rhs[0].(*ast.CallExpr)
		if !ok || !rewrite.Calls(info, call, "os", function) || len(call.Args) == 1 && rewrite.Text(s.pass, call.Args[0]) != key {
			return nil
		}
		for _, id := range rewrite.Uses(info, v) {
			if !slices.ContainsFunc(going, func(stmt ast.Stmt) bool { return rewrite.Within(id.Pos(), stmt) }) {
				return nil
			}
		}
		return assign
	}
	return nil
}

// maybeParallel reports whether the test around the block calls Parallel, or something that
// is called so, or the block is a helper's in a package that has parallel tests.
func (s *scope) maybeParallel() bool {
	for fn := range s.cur.Enclosing((*ast.FuncDecl)(nil)) {
		decl := fn.Node().(*ast.FuncDecl)
		if callsParallel(decl) {
			return true
		}
		isTest := strings.HasPrefix(decl.Name.Name, "Test") || strings.HasPrefix(decl.Name.Name, "Benchmark")
		for _, file := range s.pass.Files {
			for _, d := range file.Decls {
				other, ok := d.(*ast.FuncDecl)
				if !ok || !callsParallel(other) {
					continue
				}
				if !isTest || !strings.HasPrefix(other.Name.Name, "Test") {
					return true
				}
			}
		}
	}
	return false
}

// callsParallel reports whether a function has a call of something whose name speaks of
// parallel tests.
func callsParallel(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return !found
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			found = found || strings.Contains(fun.Name, "Parallel")
		case *ast.SelectorExpr:
			found = found || strings.Contains(fun.Sel.Name, "Parallel")
		}
		return !found
	})
	return found
}
