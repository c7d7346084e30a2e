package ioutil

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// mentions reports whether code names a variable.
func mentions(info *types.Info, n ast.Node, v *types.Var) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && info.Uses[id] == v {
			found = true
		}
		return !found
	})
	return found
}

// comparesNil reports whether an expression compares a variable with nil.
func comparesNil(info *types.Info, x ast.Expr, v *types.Var, op token.Token) bool {
	cmp, ok := x.(*ast.BinaryExpr)
	if !ok || cmp.Op != op {
		return false
	}
	a, b := cmp.X, cmp.Y
	if info.Types[a].IsNil() {
		a, b = b, a
	}
	return info.Types[b].IsNil() && rewrite.Object(info, a) == v
}

// leaves reports whether control does not reach the end of a block: its last statement
// returns, panics, ends the program or the test, or goes on elsewhere. It does not count a
// goto, which may lead to what follows.
func leaves(info *types.Info, block *ast.BlockStmt) bool {
	if len(block.List) == 0 {
		return false
	}
	switch last := block.List[len(block.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		return last.Tok == token.BREAK || last.Tok == token.CONTINUE
	case *ast.BlockStmt:
		return leaves(info, last)
	case *ast.IfStmt:
		return leavesElse(info, last)
	case *ast.ExprStmt:
		call, ok := ast.Unparen(last.X).(*ast.CallExpr)
		return ok && neverReturns(info, call)
	}
	return false
}

// leavesElse reports whether both branches of an if statement leave.
func leavesElse(info *types.Info, stmt *ast.IfStmt) bool {
	if !leaves(info, stmt.Body) {
		return false
	}
	switch other := stmt.Else.(type) {
	case *ast.BlockStmt:
		return leaves(info, other)
	case *ast.IfStmt:
		return leavesElse(info, other)
	}
	return false
}

// final are the beginnings of the names of functions and methods that do not return, by
// their packages.
var final = map[string][]string{
	"github.com/golang/glog":     {"Exit", "Fatal"},
	"github.com/sirupsen/logrus": {"Exit", "Fatal", "Panic"},
	"k8s.io/klog":                {"Exit", "Fatal"},
	"k8s.io/klog/v2":             {"Exit", "Fatal"},
	"log":                        {"Fatal", "Panic"},
	"os":                         {"Exit"},
	"runtime":                    {"Goexit"},
	"testing":                    {"FailNow", "Fatal", "Skip"},
}

// neverReturns reports whether a call is of a function that does not return.
func neverReturns(info *types.Info, call *ast.CallExpr) bool {
	if b, ok := rewrite.Object(info, call.Fun).(*types.Builtin); ok {
		return b.Name() == "panic"
	}
	fn := rewrite.Callee(info, call)
	return fn != nil && fn.Pkg() != nil && slices.ContainsFunc(final[fn.Pkg().Path()], func(prefix string) bool {
		return strings.HasPrefix(fn.Name(), prefix)
	})
}

// failsTest reports whether a block fails a test. What the test then does with the entries
// decides nothing any more.
func failsTest(info *types.Info, block *ast.BlockStmt) bool {
	for _, stmt := range block.List {
		expr, ok := stmt.(*ast.ExprStmt)
		if !ok {
			continue
		}
		call, ok := ast.Unparen(expr.X).(*ast.CallExpr)
		if !ok {
			continue
		}
		fn := rewrite.Callee(info, call)
		if fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "testing" {
			switch fn.Name() {
			case "Error", "Errorf", "Fail":
				return true
			}
		}
	}
	return false
}

// assertions are the packages of test assertions, and those of their functions that fail
// the test if an argument is an error.
var assertions = map[string]map[string]bool{
	"github.com/frankban/quicktest":       {"Assert": true, "Check": true},
	"github.com/stretchr/testify/assert":  {"NoError": true, "NoErrorf": true, "Nil": true, "Nilf": true},
	"github.com/stretchr/testify/require": {"NoError": true, "NoErrorf": true, "Nil": true, "Nilf": true},
	"gopkg.in/check.v1":                   {"Assert": true, "Check": true},
	"gotest.tools/assert":                 {"NilError": true},
	"gotest.tools/v3/assert":              {"NilError": true},
	"launchpad.net/gocheck":               {"Assert": true, "Check": true},
}

// asserts reports whether an expression fails the test if the call returned an error.
func (l *listing) asserts(x ast.Expr) bool {
	x = ast.Unparen(x)
	if not, ok := x.(*ast.UnaryExpr); ok && not.Op == token.NOT {
		x = ast.Unparen(not.X)
	}
	call, ok := x.(*ast.CallExpr)
	if !ok {
		return false
	}
	info := l.pass.TypesInfo
	fn := rewrite.Callee(info, call)
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if fn.Pkg() == l.pass.Pkg {
		return l.refuses(fn, call)
	}
	if !assertions[fn.Pkg().Path()][fn.Name()] {
		return false
	}
	about := -1
	for i, arg := range call.Args {
		if rewrite.Object(info, arg) == l.err {
			about = i
		}
	}
	if about < 0 {
		return false
	}
	if fn.Name() != "Assert" && fn.Name() != "Check" {
		return true
	}
	// Of checkers, IsNil is the one that wants no error.
	return about+1 < len(call.Args) && nameOf(call.Args[about+1]) == "IsNil"
}

// refuses reports whether a function of the package does not return from a call if the call
// of ReadDir returned an error, which is an argument: it begins with an if statement that
// ends the program or the test, or panics.
func (l *listing) refuses(fn *types.Func, call *ast.CallExpr) bool {
	file := rewrite.FileOf(l.pass, fn.Pos())
	if file == nil || fn.Signature().Variadic() {
		return false
	}
	info := l.pass.TypesInfo
	for _, decl := range file.Decls {
		decl, ok := decl.(*ast.FuncDecl)
		if !ok || info.Defs[decl.Name] != types.Object(fn) || decl.Body == nil {
			continue
		}
		for i, arg := range call.Args {
			if rewrite.Object(info, arg) == types.Object(l.err) && i < fn.Signature().Params().Len() {
				return endsOn(info, decl.Body, fn.Signature().Params().At(i))
			}
		}
	}
	return false
}

// endsOn reports whether a function's body never returns if a parameter is an error, other
// than by marking itself as a test's helper before it looks.
func endsOn(info *types.Info, body *ast.BlockStmt, err *types.Var) bool {
	for _, stmt := range body.List {
		switch stmt := stmt.(type) {
		case *ast.ExprStmt:
			call, ok := stmt.X.(*ast.CallExpr)
			if !ok || nameOf(call.Fun) != "Helper" {
				return false
			}
		case *ast.IfStmt:
			if stmt.Init != nil || !comparesNil(info, ast.Unparen(stmt.Cond), err, token.NEQ) || len(stmt.Body.List) == 0 {
				return false
			}
			last, ok := stmt.Body.List[len(stmt.Body.List)-1].(*ast.ExprStmt)
			if !ok || slices.ContainsFunc(stmt.Body.List, func(s ast.Stmt) bool { _, isExpr := s.(*ast.ExprStmt); return !isExpr }) {
				return false
			}
			call, ok := ast.Unparen(last.X).(*ast.CallExpr)
			return ok && neverReturns(info, call)
		default:
			return false
		}
	}
	return false
}

// nameOf returns the last identifier of an expression such as x or p.x.
func nameOf(x ast.Expr) string {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}
