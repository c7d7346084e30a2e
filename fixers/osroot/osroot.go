package osroot

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds files that are opened by the names of requests.
var Analyzer = &analysis.Analyzer{
	Name:     "osroot",
	Doc:      "use os.OpenInRoot for files that a request names",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/osroot",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release with os.Root.
const since = "go1.24"

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "path/filepath") || !rewrite.Imports(pass.Pkg, "os") {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for call := range cur.Preorder((*ast.CallExpr)(nil)) {
			check(pass, file, cur, call.Node().(*ast.CallExpr))
		}
	}
	return nil, nil
}

// check checks a call.
func check(pass *analysis.Pass, file *ast.File, root inspector.Cursor, open *ast.CallExpr) {
	info := pass.TypesInfo
	if !rewrite.Calls(info, open, "os", "Open") || len(open.Args) != 1 {
		return
	}
	join, ok := ast.Unparen(open.Args[0]).(*ast.CallExpr)
	if !ok || !rewrite.Calls(info, join, "path/filepath", "Join") || len(join.Args) != 2 || join.Ellipsis.IsValid() {
		return
	}
	dir, name := join.Args[0], join.Args[1]
	if fromRequest(info, root, dir) || !fromRequest(info, root, name) {
		return
	}
	fun, ok := ast.Unparen(open.Fun).(*ast.SelectorExpr)
	if !ok || rewrite.HasComment(file, open.Args[0].Pos(), join.Args[0].Pos()) || rewrite.HasComment(file, name.End(), open.Rparen) {
		return
	}
	rewrite.Report(pass, open.Fun, "open", "a request names the file: use os.OpenInRoot, which opens none outside of the folder", []analysis.TextEdit{
		rewrite.Replace(fun.Sel, "OpenInRoot"),
		{Pos: open.Args[0].Pos(), End: dir.Pos()},
		{Pos: name.End(), End: open.Rparen},
	})
}

// fromRequest reports whether a text is what a request says, or a variable that is set to
// that, and to nothing else, and not checked.
func fromRequest(info *types.Info, root inspector.Cursor, x ast.Expr) bool {
	if says(info, x) {
		return true
	}
	v, ok := rewrite.Object(info, x).(*types.Var)
	if _, isID := ast.Unparen(x).(*ast.Ident); !ok || !isID {
		return false
	}
	said, touched := false, false
	for cur := range root.Preorder((*ast.AssignStmt)(nil), (*ast.CallExpr)(nil), (*ast.UnaryExpr)(nil)) {
		switch n := cur.Node().(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				id, ok := lhs.(*ast.Ident)
				switch {
				case !ok:
				case info.Defs[id] == types.Object(v):
					said = len(n.Lhs) == len(n.Rhs) && says(info, n.Rhs[i])
				case info.Uses[id] == types.Object(v):
					touched = true
				}
			}
		case *ast.CallExpr:
			touched = touched || mayCheck(info, n, v)
		case *ast.UnaryExpr:
			touched = touched || rewrite.Object(info, n.X) == types.Object(v)
		}
	}
	return said && !touched
}

// mayCheck reports whether a call may look for what is wrong with a name: any of strings,
// regexp or path/filepath but Join that gets it, and any function of this code base.
func mayCheck(info *types.Info, call *ast.CallExpr, v *types.Var) bool {
	gets := false
	for _, arg := range call.Args {
		gets = gets || rewrite.Object(info, arg) == types.Object(v)
	}
	if !gets {
		return false
	}
	fn := rewrite.Callee(info, call)
	if fn == nil || fn.Pkg() == nil {
		_, builtin := rewrite.Object(info, call.Fun).(*types.Builtin)
		return !builtin && !info.Types[call.Fun].IsType()
	}
	switch fn.Pkg().Path() {
	case "errors", "fmt", "log", "log/slog", "os", "testing":
		return false
	case "path/filepath":
		return fn.Name() != "Join"
	}
	return true
}
