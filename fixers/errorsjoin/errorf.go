package errorsjoin

import (
	"go/ast"
	"go/token"
	"go/types"
	"math"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// errorf reports a call of fmt.Errorf whose message is several errors and nothing else, of
// which not all are wrapped.
func errorf(pass *analysis.Pass, cur inspector.Cursor) {
	call := cur.Node().(*ast.CallExpr)
	if len(call.Args) < 3 || call.Ellipsis.IsValid() || !rewrite.Calls(pass.TypesInfo, call, "fmt", "Errorf") {
		return
	}
	format, ok := ast.Unparen(call.Args[0]).(*ast.BasicLit)
	if !ok || format.Kind != token.STRING || !joins(format.Value, len(call.Args)-1) {
		return
	}
	for _, arg := range call.Args[1:] {
		if !isError(pass.TypesInfo, arg) || !notNil(pass.TypesInfo, cur, arg) {
			return
		}
	}
	text := strings.NewReplacer("%v", "%w", "%s", "%w").Replace(format.Value)
	if text != format.Value {
		rewrite.Report(pass, format, "wrap", "since Go 1.20 an error can wrap several: use %w for each, so that errors.Is and As find them", []analysis.TextEdit{rewrite.Replace(format, text)})
	}
}

// joins reports whether a format, as it stands in the source, has a verb for each of a number
// of errors, and nothing but punctuation or "and" between them.
func joins(format string, errors int) bool {
	verbs := strings.Count(format, "%")
	rest := strings.NewReplacer("%v", "", "%s", "", "%w", "").Replace(format)
	if verbs != errors || strings.Contains(rest, "%") {
		return false
	}
	for _, separator := range []string{`\n`, `\t`, "and", ";", ",", "&", "|", "/", "+", "`", `"`, "(", ")", "[", "]"} {
		rest = strings.ReplaceAll(rest, separator, "")
	}
	return strings.TrimSpace(rest) == ""
}

// notNil reports whether an error that is used where the cursor stands is known not to be
// nil: because an if statement around says so, or because it is made there.
func notNil(info *types.Info, cur inspector.Cursor, x ast.Expr) bool {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		return rewrite.Calls(info, call, "errors", "New") || rewrite.Calls(info, call, "fmt", "Errorf") ||
			rewrite.Calls(info, call, "github.com/pkg/errors", "New", "Errorf")
	}
	v, ok := rewrite.Object(info, x).(*types.Var)
	if id, isIdent := ast.Unparen(x).(*ast.Ident); !ok || !isIdent || info.Uses[id] == nil {
		return false
	}
	before := x.Pos()
	for ; cur.Node() != nil; cur = cur.Parent() {
		if cur.ParentEdgeKind() == edge.IfStmt_Body {
			if stmt := cur.Parent().Node().(*ast.IfStmt); impliesNotNil(info, stmt.Cond, v) && !setBetween(info, stmt.Body, v, before) {
				return true
			}
		}
		switch cur.Node().(type) {
		case *ast.ForStmt, *ast.RangeStmt:
			before = token.Pos(math.MaxInt) // what comes later in a loop comes before, too
		case *ast.FuncDecl, *ast.FuncLit:
			return false
		}
	}
	return false
}

// impliesNotNil reports whether a condition, or one of several that all hold, is that a
// variable is not nil.
func impliesNotNil(info *types.Info, cond ast.Expr, v *types.Var) bool {
	x, ok := ast.Unparen(cond).(*ast.BinaryExpr)
	if !ok {
		return false
	}
	switch x.Op {
	case token.LAND:
		return impliesNotNil(info, x.X, v) || impliesNotNil(info, x.Y, v)
	case token.NEQ:
		return rewrite.Object(info, x.X) == types.Object(v) && info.Types[x.Y].IsNil() ||
			rewrite.Object(info, x.Y) == types.Object(v) && info.Types[x.X].IsNil()
	}
	return false
}

// setBetween reports whether a variable may be set in a block before a place: by an
// assignment there, or by whoever has its address.
func setBetween(info *types.Info, block *ast.BlockStmt, v *types.Var, before token.Pos) bool {
	set := false
	ast.Inspect(block, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				set = set || n.End() <= before && rewrite.Object(info, x) == types.Object(v)
			}
		case *ast.UnaryExpr:
			set = set || n.Op == token.AND && rewrite.Object(info, n.X) == types.Object(v)
		}
		return !set
	})
	return set
}
