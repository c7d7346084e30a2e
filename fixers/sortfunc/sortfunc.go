package sortfunc

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds slices that are sorted by a function of indices.
var Analyzer = &analysis.Analyzer{
	Name:     "sortfunc",
	Doc:      "use slices.SortFunc for sort.Slice",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/sortfunc",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release with packages slices and cmp.
const since = "go1.21"

// largest is the size of elements from which on copying them costs more than the swaps by
// reflection that slices.SortFunc saves.
const largest = 128

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "sort") {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		// Where golang.org/x/exp/slices has the name, expstd has to come first.
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) || rewrite.ImportOf(file, "golang.org/x/exp/slices") != nil {
			continue
		}
		for stmt := range cur.Preorder((*ast.ExprStmt)(nil)) {
			if call, ok := ast.Unparen(stmt.Node().(*ast.ExprStmt).X).(*ast.CallExpr); ok {
				check(pass, file, call)
			}
		}
	}
	return nil, nil
}

// check checks a call that is a statement.
func check(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) {
	if !rewrite.Calls(pass.TypesInfo, call, "sort", "Slice", "SliceStable") || len(call.Args) != 2 {
		return
	}
	s := sortOf(pass, file, call)
	if s == nil || !s.reads() {
		return
	}
	name := rewrite.Callee(pass.TypesInfo, call).Name()
	kind, successor := "slice", "SortFunc"
	if name == "SliceStable" {
		kind, successor = "stable", "SortStableFunc"
	}
	edits, floats := s.compares()
	if edits == nil {
		return
	}
	if pass.TypesSizes.Sizeof(s.elem) > largest {
		rewrite.Report(pass, call.Fun, "large", fmt.Sprintf("sort.%s is left: slices.%s would copy two elements of %d bytes for each comparison", name, successor, pass.TypesSizes.Sizeof(s.elem)), nil)
		return
	}
	message := fmt.Sprintf("use slices.%s instead of sort.%s", successor, name)
	if floats {
		kind = "float"
		message += "; NaN will sort before all numbers"
	}
	more := s.rewrite(successor)
	if more == nil {
		return
	}
	rewrite.Report(pass, call.Fun, kind, message, append(edits, more...))
}

// A sort is a call of sort.Slice or SliceStable with a function literal.
type sort struct {
	pass *analysis.Pass
	file *ast.File
	call *ast.CallExpr
	path ast.Expr   // the slice: a variable, or a field of one
	elem types.Type // of its elements
	lit  *ast.FuncLit
	i, j types.Object // the literal's parameters
	a, b string       // the names that elements get

	imports []analysis.TextEdit // what the comparisons need

	// elements are the places in the literal where one of the two is read, s[i] or s[j].
	elements map[*ast.IndexExpr]types.Object

	// copies are the literal's variables that are set to an element, by the element's index.
	copies map[types.Object]types.Object
}

// sortOf returns the sort that a call is, or nil.
func sortOf(pass *analysis.Pass, file *ast.File, call *ast.CallExpr) *sort {
	info := pass.TypesInfo
	lit, ok := ast.Unparen(call.Args[1]).(*ast.FuncLit)
	if !ok || !isPath(info, call.Args[0]) {
		return nil
	}
	slice, ok := info.TypeOf(call.Args[0]).Underlying().(*types.Slice)
	if !ok || isGeneric(slice.Elem(), make(map[types.Type]bool)) || holdsLock(slice.Elem(), make(map[types.Type]bool)) {
		return nil
	}
	s := &sort{pass: pass, file: file, call: call, path: ast.Unparen(call.Args[0]), elem: slice.Elem(), lit: lit, elements: make(map[*ast.IndexExpr]types.Object), copies: make(map[types.Object]types.Object)}
	var params []*ast.Ident
	for _, field := range lit.Type.Params.List {
		params = append(params, field.Names...)
	}
	if len(params) != 2 || len(lit.Type.Results.List[0].Names) > 0 || rewrite.HasComment(file, lit.Type.Pos(), lit.Type.End()) {
		return nil
	}
	s.i, s.j = info.Defs[params[0]], info.Defs[params[1]]
	if s.i == nil || s.j == nil {
		return nil
	}
	for _, pair := range [][2]string{{"a", "b"}, {"x", "y"}, {"l", "r"}, {"first", "second"}} {
		if rewrite.FreshLocal(pass, file, lit, pair[0]) == pair[0] && rewrite.FreshLocal(pass, file, lit, pair[1]) == pair[1] {
			s.a, s.b = pair[0], pair[1]
			return s
		}
	}
	return nil
}

// isPath reports whether an expression is a variable, a field of one, or what one points to.
func isPath(info *types.Info, x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		_, ok := info.Uses[x].(*types.Var)
		return ok
	case *ast.SelectorExpr:
		_, ok := info.Uses[x.Sel].(*types.Var)
		if id, isID := x.X.(*ast.Ident); ok && isID {
			if _, ok := info.Uses[id].(*types.PkgName); ok {
				return true
			}
		}
		return ok && isPath(info, x.X)
	case *ast.StarExpr:
		return isPath(info, x.X)
	}
	return false
}

// same reports whether two paths are the same.
func same(info *types.Info, x, y ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		y, ok := ast.Unparen(y).(*ast.Ident)
		return ok && info.Uses[x] != nil && info.Uses[x] == info.Uses[y]
	case *ast.SelectorExpr:
		y, ok := ast.Unparen(y).(*ast.SelectorExpr)
		return ok && info.Uses[x.Sel] == info.Uses[y.Sel] && same(info, x.X, y.X)
	case *ast.StarExpr:
		y, ok := ast.Unparen(y).(*ast.StarExpr)
		return ok && same(info, x.X, y.X)
	}
	return false
}

// holdsLock reports whether values of a type must not be copied, as vet's copylocks has it.
func holdsLock(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if _, isInterface := named.Underlying().(*types.Interface); !isInterface {
			methods := types.NewMethodSet(types.NewPointer(named))
			if methods.Lookup(nil, "Lock") != nil && methods.Lookup(nil, "Unlock") != nil {
				return true
			}
			if obj := named.Obj(); obj.Pkg() != nil && obj.Pkg().Path() == "sync" {
				return true
			}
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if holdsLock(f.Type(), seen) {
				return true
			}
		}
	case *types.Array:
		return holdsLock(u.Elem(), seen)
	}
	return false
}

// isGeneric reports whether the size of a type depends on a type parameter.
func isGeneric(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for f := range u.Fields() {
			if isGeneric(f.Type(), seen) {
				return true
			}
		}
	case *types.Array:
		return isGeneric(u.Elem(), seen)
	}
	return false
}
