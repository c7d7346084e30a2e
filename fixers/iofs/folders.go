package iofs

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// endsAtError reports whether the first thing that the callback does is to return the error
// that it is given, which ends the walk.
func (v *visitor) endsAtError() bool {
	list := v.statements()
	if v.err == nil || len(list) == 0 {
		return false
	}
	check, ok := list[0].(*ast.IfStmt)
	if !ok || check.Init != nil || check.Else != nil || !v.isError(check.Cond) || len(check.Body.List) == 0 {
		return false
	}
	ret, ok := check.Body.List[len(check.Body.List)-1].(*ast.ReturnStmt)
	return ok && len(ret.Results) == 1 && v.keepsError(ret.Results[0])
}

// statements returns the statements of the callback.
func (v *visitor) statements() []ast.Stmt { return v.body.Node().(*ast.BlockStmt).List }

// isError reports whether a condition is that the callback's error is not nil.
func (v *visitor) isError(cond ast.Expr) bool {
	cmp, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	info := v.pass.TypesInfo
	return ok && cmp.Op == token.NEQ && info.Types[cmp.Y].IsNil() && rewrite.Object(info, cmp.X) == v.err
}

// wrappers are the functions that return an error if they are given one, by their packages.
var wrappers = map[string][]string{
	"fmt":                    {"Errorf"},
	"github.com/pkg/errors":  {"Errorf", "WithMessage", "WithMessagef", "WithStack", "Wrap", "Wrapf"},
	"golang.org/x/xerrors":   {"Errorf"},
	"github.com/juju/errors": {"Annotate", "Annotatef", "Trace"},
}

// keepsError reports whether an expression is the callback's error or wraps it.
func (v *visitor) keepsError(x ast.Expr) bool {
	info := v.pass.TypesInfo
	if rewrite.Object(info, x) == v.err {
		return true
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := rewrite.Callee(info, call)
	if fn == nil || fn.Pkg() == nil || !slices.Contains(wrappers[fn.Pkg().Path()], fn.Name()) {
		return false
	}
	return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool { return rewrite.Object(info, arg) == v.err })
}

// passesFolders reports whether the callback does nothing but return for a folder that
// comes without an error. Then it does not matter that WalkDir shows a folder before it is
// read, and once more if that fails.
func (v *visitor) passesFolders() bool {
	idle, _ := v.idle(v.statements())
	return idle
}

// idle reports whether statements do nothing for a folder but return, and whether they are
// sure to return.
func (v *visitor) idle(list []ast.Stmt) (idle, returns bool) {
	for _, stmt := range list {
		switch stmt := stmt.(type) {
		case *ast.ReturnStmt:
			return !slices.ContainsFunc(stmt.Results, v.acts), true
		case *ast.AssignStmt:
			if stmt.Tok != token.DEFINE || slices.ContainsFunc(stmt.Rhs, v.acts) {
				return false, false
			}
		case *ast.IfStmt:
			idle, returns := v.idleIf(stmt)
			if !idle || returns {
				return idle, returns
			}
		default:
			return false, false
		}
	}
	return true, false
}

// idleIf is idle for an if statement.
func (v *visitor) idleIf(stmt *ast.IfStmt) (idle, returns bool) {
	if stmt.Init != nil {
		if init, ok := stmt.Init.(*ast.AssignStmt); !ok || init.Tok != token.DEFINE || slices.ContainsFunc(init.Rhs, v.acts) {
			return false, false
		}
	}
	if v.acts(stmt.Cond) {
		return false, false
	}
	holds, fails := v.ofFolder(stmt.Cond)
	idle, returns = true, true
	if !fails {
		i, r := v.idle(stmt.Body.List)
		idle, returns = idle && i, returns && r
	}
	if holds {
		return idle, returns
	}
	switch other := stmt.Else.(type) {
	case *ast.BlockStmt:
		i, r := v.idle(other.List)
		idle, returns = idle && i, returns && r
	case *ast.IfStmt:
		i, r := v.idleIf(other)
		idle, returns = idle && i, returns && r
	default:
		returns = false
	}
	return idle, returns
}

// ofFolder reports whether a condition is sure to hold for a folder that comes without an
// error, or sure to fail.
func (v *visitor) ofFolder(cond ast.Expr) (holds, fails bool) {
	switch cond := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		if cond.Op == token.NOT {
			holds, fails := v.ofFolder(cond.X)
			return fails, holds
		}
	case *ast.BinaryExpr:
		switch cond.Op {
		case token.LAND, token.LOR:
			holdsX, failsX := v.ofFolder(cond.X)
			holdsY, failsY := v.ofFolder(cond.Y)
			if cond.Op == token.LAND {
				return holdsX && holdsY, failsX || failsY
			}
			return holdsX || holdsY, failsX && failsY
		case token.NEQ:
			return false, v.isError(cond)
		}
	case *ast.CallExpr:
		sel, ok := ast.Unparen(cond.Fun).(*ast.SelectorExpr)
		if !ok || v.info == nil {
			return false, false
		}
		x := ast.Unparen(sel.X)
		if mode, ok := x.(*ast.CallExpr); ok {
			if m, ok := ast.Unparen(mode.Fun).(*ast.SelectorExpr); ok && m.Sel.Name == "Mode" {
				x = ast.Unparen(m.X)
			}
		}
		if rewrite.Object(v.pass.TypesInfo, x) == v.info {
			return sel.Sel.Name == "IsDir", sel.Sel.Name == "IsRegular"
		}
	}
	return false, false
}
