package printfconst

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"regexp"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// percents is what is known of the % signs in a text. Of two parts the larger holds for the
// whole.
type percents int

const (
	free       percents = iota // there are none
	unknown                    // they come at run time, if at all
	named                      // the text is called a format
	inConstant                 // a constant has one
)

// wording is the functions whose results have no % whatever their arguments are.
var wording = map[string][]string{
	"strconv":      {"FormatBool", "FormatFloat", "FormatInt", "FormatUint", "Itoa"},
	"encoding/hex": {"EncodeToString"},
}

// percents tells what is known of the % signs in a text that is an argument of a call.
func (c *checker) percents(call inspector.Cursor, text ast.Expr) percents {
	return c.read(call, text, make(map[*types.Var]bool))
}

// read tells what is known of a text, given the variables that are being looked at.
func (c *checker) read(at inspector.Cursor, x ast.Expr, seen map[*types.Var]bool) percents {
	x = ast.Unparen(x)
	if v := c.pass.TypesInfo.Types[x].Value; v != nil {
		if v.Kind() == constant.String && strings.Contains(constant.StringVal(v), "%") {
			return inConstant
		}
		return free
	}
	switch x := x.(type) {
	case *ast.BinaryExpr:
		return max(c.read(at, x.X, seen), c.read(at, x.Y, seen))
	case *ast.Ident:
		return c.readVariable(at, x, seen)
	case *ast.SelectorExpr:
		if isFormatName(x.Sel.Name) {
			return named
		}
	case *ast.CallExpr:
		return c.readCall(at, x, seen)
	}
	return unknown
}

// readCall tells what is known of the result of a call.
func (c *checker) readCall(at inspector.Cursor, call *ast.CallExpr, seen map[*types.Var]bool) percents {
	info := c.pass.TypesInfo
	if info.Types[call.Fun].IsType() {
		if len(call.Args) == 1 && isString(info.TypeOf(call.Args[0])) {
			return c.read(at, call.Args[0], seen)
		}
		return unknown
	}
	for path, names := range wording {
		if rewrite.Calls(info, call, path, names...) {
			return free
		}
	}
	if rewrite.Calls(info, call, "strings", "Repeat") {
		return c.read(at, call.Args[0], seen)
	}
	formatting := c.formats(call)
	for i, arg := range call.Args {
		v := info.Types[arg].Value
		if v == nil || v.Kind() != constant.String {
			continue
		}
		// A format that is applied first leaves no % but one that is doubled twice.
		percent := "%"
		if formatting && isFormatArg(info, call, i) {
			percent = "%%%%"
		}
		if strings.Contains(constant.StringVal(v), percent) {
			return inConstant
		}
	}
	return unknown
}

// isFormatArg reports whether an argument of a call that formats is its format.
func isFormatArg(info *types.Info, call *ast.CallExpr, i int) bool {
	sig, ok := info.TypeOf(call.Fun).Underlying().(*types.Signature)
	return ok && i == sig.Params().Len()-2
}

// readVariable tells what is known of the text in a variable: of all that it is given in the
// function that declares it, or in the package.
func (c *checker) readVariable(at inspector.Cursor, id *ast.Ident, seen map[*types.Var]bool) percents {
	v, ok := c.pass.TypesInfo.Uses[id].(*types.Var)
	if !ok {
		return unknown
	}
	if seen[v] {
		return free
	}
	seen[v] = true
	in := c.root
	for outer := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if rewrite.Within(v.Pos(), outer.Node()) {
			in = outer
			break
		}
	}
	known := c.given(in, v, seen)
	if !c.local(in, v) {
		known = max(known, unknown)
	}
	if known == unknown && isFormatName(v.Name()) {
		return named
	}
	return known
}

// local reports whether a variable is declared by a statement of a function, so that it has
// no text but those that the function gives it.
func (c *checker) local(fn inspector.Cursor, v *types.Var) bool {
	for cur := range fn.Preorder((*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil)) {
		var declared []ast.Expr
		switch n := cur.Node().(type) {
		case *ast.AssignStmt:
			declared = n.Lhs
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declared = append(declared, name)
			}
		}
		for _, x := range declared {
			if id, ok := x.(*ast.Ident); ok && c.pass.TypesInfo.Defs[id] == v {
				return v.Parent() != v.Pkg().Scope()
			}
		}
	}
	return false
}

// given tells what is known of the texts that are assigned to a variable in a part of the
// package.
func (c *checker) given(in inspector.Cursor, v *types.Var, seen map[*types.Var]bool) percents {
	info := c.pass.TypesInfo
	known := free
	for cur := range in.Preorder((*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil), (*ast.UnaryExpr)(nil), (*ast.RangeStmt)(nil)) {
		switch n := cur.Node().(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if !names(info, lhs, v) {
					continue
				}
				if len(n.Lhs) != len(n.Rhs) {
					known = max(known, unknown)
					continue
				}
				known = max(known, c.read(cur, n.Rhs[i], seen))
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if info.Defs[name] != v || len(n.Values) == 0 {
					continue
				}
				if len(n.Names) != len(n.Values) {
					known = max(known, unknown)
					continue
				}
				known = max(known, c.read(cur, n.Values[i], seen))
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND && names(info, n.X, v) {
				known = max(known, unknown)
			}
		case *ast.RangeStmt:
			if names(info, n.Key, v) || names(info, n.Value, v) {
				known = max(known, unknown)
			}
		}
	}
	return known
}

// names reports whether an expression is the name of a variable.
func names(info *types.Info, x ast.Expr, v *types.Var) bool {
	if x == nil {
		return false
	}
	id, ok := ast.Unparen(x).(*ast.Ident)
	return ok && (info.Uses[id] == v || info.Defs[id] == v)
}

// formatName is in the names of formats, and not in "formatted" or "information".
var formatName = regexp.MustCompile(`(?i)(^|[^n])format($|[^et])|fmt|template|tmpl`)

// isFormatName reports whether a variable's name says that it has a format.
func isFormatName(name string) bool { return formatName.MatchString(name) }
