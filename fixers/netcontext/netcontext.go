package netcontext

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds imports of golang.org/x/net/context.
var Analyzer = &analysis.Analyzer{
	Name:     "netcontext",
	Doc:      "use package context instead of golang.org/x/net/context",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/netcontext",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release from which on the types of golang.org/x/net/context are other names
// for those of context.
const since = "go1.9"

// The packages of golang.org/x/net.
const (
	netContext = "golang.org/x/net/context"
	ctxhttp    = "golang.org/x/net/context/ctxhttp"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, netContext, ctxhttp) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		if spec := rewrite.ImportOf(file, netContext); spec != nil {
			moved(pass, file, cur, spec)
		}
		if spec := rewrite.ImportOf(file, ctxhttp); spec != nil {
			for _, use := range rewrite.Qualified(pass.TypesInfo, cur, spec) {
				request(pass, file, use)
			}
		}
	}
	return nil, nil
}

// moved reports an import of golang.org/x/net/context.
func moved(pass *analysis.Pass, file *ast.File, cur inspector.Cursor, spec *ast.ImportSpec) {
	uses := rewrite.Qualified(pass.TypesInfo, cur, spec)
	for _, use := range uses {
		if name, ok := pass.TypesInfo.Uses[use.Node().(*ast.SelectorExpr).Sel].(*types.TypeName); ok && !name.IsAlias() {
			rewrite.Report(pass, spec, "left", "golang.org/x/net/context is left: in this version, its "+name.Name()+" is a type of its own", nil)
			return
		}
	}
	if edits := rewrite.SwapImport(pass, file, spec, uses, "context"); len(edits) > 0 {
		rewrite.Report(pass, spec, "context", "use context instead of golang.org/x/net/context", edits)
	}
}

// request reports a use of package ctxhttp.
func request(pass *analysis.Pass, file *ast.File, use inspector.Cursor) {
	sel := use.Node().(*ast.SelectorExpr)
	name := sel.Sel.Name
	outer := rewrite.Unparen(use)
	if name != "Do" || outer.ParentEdgeKind() != edge.CallExpr_Fun {
		rewrite.Report(pass, sel, "ctxhttp-left", fmt.Sprintf("ctxhttp.%s is left: make a request with http.NewRequestWithContext and give it to the client's Do", name), nil)
		return
	}
	call := outer.Parent().Node().(*ast.CallExpr)
	if len(call.Args) != 3 || rewrite.HasComment(file, call.Pos(), call.End()) || !simple(call.Args[0]) {
		rewrite.Report(pass, sel, "ctxhttp-left", "ctxhttp.Do is left: its arguments can't be put in the order of the client's Do", nil)
		return
	}
	client := rewrite.Text(pass, call.Args[1])
	var edits []analysis.TextEdit
	if pass.TypesInfo.Types[call.Args[1]].IsNil() {
		var qualifier string
		qualifier, edits = rewrite.Import(pass, file, "net/http", "http", call.Pos())
		if client = "DefaultClient"; qualifier != "" {
			client = qualifier + ".DefaultClient"
		}
	} else if !operand(call.Args[1]) {
		rewrite.Report(pass, sel, "ctxhttp-left", "ctxhttp.Do is left: its arguments can't be put in the order of the client's Do", nil)
		return
	}
	req := rewrite.Text(pass, call.Args[2])
	if !operand(call.Args[2]) {
		req = "(" + req + ")"
	}
	text := fmt.Sprintf("%s.Do(%s.WithContext(%s))", client, req, rewrite.Text(pass, call.Args[0]))
	rewrite.Report(pass, sel, "ctxhttp", "give the request its context and use the client's Do instead of ctxhttp.Do; an error is then one of *url.Error that wraps the context's", append(edits, rewrite.Replace(call, text)))
}

// operand reports whether a selector may follow an expression as it is written.
func operand(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.CallExpr:
		return simple(x.Fun)
	case *ast.ParenExpr:
		return true
	}
	return simple(x)
}

// simple reports whether an expression is a name, or a field by names.
func simple(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return simple(x.X)
	}
	return false
}
