package randseed

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// of is what a seed comes of.
type of int

const (
	unknown    of = iota
	ofConstant    // the same at every run
	ofTime        // of time.Now, and used for nothing else
	ofUsedTime    // of time.Now, and used for something else too
)

// seed is what is known of a seed.
type seed struct {
	of of

	// variable is the statement that declares the variable that has the seed, if it does
	// nothing else.
	variable ast.Stmt
}

// origin tells what the seed of a call is.
func origin(pass *analysis.Pass, call *ast.CallExpr) seed {
	info := pass.TypesInfo
	if info.Types[call.Args[0]].Value != nil {
		return seed{of: ofConstant}
	}
	o := &operands{info: info}
	if !o.read(call.Args[0]) {
		return seed{}
	}
	switch {
	case len(o.variables) == 0 && o.now:
		return seed{of: ofTime}
	case len(o.variables) != 1:
		return seed{}
	}
	variable := o.variables[0]
	def, value := definition(pass, variable)
	inner := &operands{info: info}
	if value == nil || !inner.read(value) || len(inner.variables) > 0 || !inner.now && !o.now {
		return seed{}
	}
	if len(rewrite.Uses(info, variable)) > 1 || def == nil {
		return seed{of: ofUsedTime}
	}
	return seed{of: ofTime, variable: def}
}

// operands is what an expression is computed of.
type operands struct {
	info      *types.Info
	now       bool // time.Now is
	variables []*types.Var
}

// read adds the operands of an expression. It reports false if there are others than the
// time, the process's number, constants and local variables, or the expression does more
// than to compute.
func (o *operands) read(x ast.Expr) bool {
	if o.info.Types[x].Value != nil {
		return true
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		v, ok := o.info.Uses[x].(*types.Var)
		if !ok || v.Parent() == nil || v.Pkg() == nil || v.Parent() == v.Pkg().Scope() {
			return false
		}
		o.variables = append(o.variables, v)
		return true
	case *ast.BinaryExpr:
		// A quotient may panic, and a remainder.
		return x.Op != token.QUO && x.Op != token.REM && o.read(x.X) && o.read(x.Y) ||
			o.info.Types[x.Y].Value != nil && o.read(x.X)
	case *ast.CallExpr:
		return o.readCall(x)
	}
	return false
}

// readCall adds the operands of a conversion or call.
func (o *operands) readCall(call *ast.CallExpr) bool {
	if o.info.Types[call.Fun].IsType() {
		return len(call.Args) == 1 && o.read(call.Args[0])
	}
	fn := rewrite.Callee(o.info, call)
	switch {
	case rewrite.Calls(o.info, call, "time", "Now"):
		o.now = true
		return true
	case rewrite.Calls(o.info, call, "os", "Getpid", "Getppid"):
		return true
	case fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "time" || len(call.Args) > 0:
		return false
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	return ok && fn.Signature().Recv() != nil && o.read(sel.X)
}

// definition returns the value that a local variable is declared with, and the statement if
// that declares nothing else.
func definition(pass *analysis.Pass, v *types.Var) (stmt ast.Stmt, value ast.Expr) {
	file := rewrite.FileOf(pass, v.Pos())
	if file == nil {
		return nil, nil
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil || !rewrite.Within(v.Pos(), n) {
			return false
		}
		switch n := n.(type) {
		case *ast.BlockStmt:
			for _, s := range n.List {
				if defines(s, v.Pos()) != nil {
					stmt = s
				}
			}
		case *ast.AssignStmt, *ast.DeclStmt:
			value = defines(n.(ast.Stmt), v.Pos())
		}
		return value == nil
	})
	return stmt, value
}

// defines returns the value with which a statement declares the variable whose name stands
// at a place, if it declares only that.
func defines(stmt ast.Stmt, at token.Pos) ast.Expr {
	switch stmt := stmt.(type) {
	case *ast.AssignStmt:
		if stmt.Tok == token.DEFINE && len(stmt.Lhs) == 1 && len(stmt.Rhs) == 1 && stmt.Lhs[0].Pos() == at {
			return stmt.Rhs[0]
		}
	case *ast.DeclStmt:
		decl := stmt.Decl.(*ast.GenDecl)
		if len(decl.Specs) != 1 {
			return nil
		}
		spec, ok := decl.Specs[0].(*ast.ValueSpec)
		if ok && len(spec.Names) == 1 && len(spec.Values) == 1 && spec.Names[0].Pos() == at {
			return spec.Values[0]
		}
	}
	return nil
}
