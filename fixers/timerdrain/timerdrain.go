package timerdrain

import (
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds timers whose channels are emptied after Stop.
var Analyzer = &analysis.Analyzer{
	Name:     "timerdrain",
	Doc:      "stop timers without emptying their channels",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/timerdrain",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "time") || !newTimers(pass) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.23") {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.IfStmt)(nil)) {
			check(pass, file, cur.Node().(*ast.IfStmt))
		}
	}
	return nil, nil
}

// newTimers reports whether programs that have the package in them have the timers of Go
// 1.23: by the module's go line, and the package's //go:debug lines.
func newTimers(pass *analysis.Pass) bool {
	if pass.Module == nil || version.Compare("go"+strings.TrimPrefix(pass.Module.GoVersion, "go"), "go1.23") < 0 {
		return false
	}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:debug") && strings.Contains(c.Text, "asynctimerchan") {
					return false
				}
			}
		}
	}
	return true
}

// check checks an if statement.
func check(pass *analysis.Pass, file *ast.File, stmt *ast.IfStmt) {
	timer, more := stopped(pass.TypesInfo, stmt.Cond)
	if timer == nil || stmt.Init != nil || stmt.Else != nil || len(stmt.Body.List) != 1 {
		return
	}
	takes, plain := empties(pass, stmt.Body.List[0], rewrite.Text(pass, timer))
	if !takes {
		return
	}
	d := analysis.Diagnostic{Pos: stmt.Pos(), End: stmt.End(), Category: "drain", Message: "since Go 1.23 a stopped timer leaves no value in its channel"}
	switch {
	case more || !plain:
		d.Category, d.Message = "other", "since Go 1.23 a stopped timer leaves no value in its channel, but more is done here than to empty it"
	case otherComment(file, stmt):
		d.Category, d.Message = "comment", "since Go 1.23 a stopped timer leaves no value in its channel, but a comment here would be lost"
	default:
		text := rewrite.Text(pass, timer) + ".Stop()"
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Stop the timer only", TextEdits: []analysis.TextEdit{rewrite.Replace(stmt, text)}}}
	}
	pass.Report(d)
}

// otherComment reports whether a comment in a statement speaks of something else than that
// the channel has to be emptied.
func otherComment(file *ast.File, stmt ast.Stmt) bool {
	for _, group := range file.Comments {
		text := strings.ToLower(group.Text())
		if rewrite.Within(group.Pos(), stmt) && !strings.Contains(text, "drain") && !strings.Contains(text, "stale") && !strings.Contains(text, "empty") {
			return true
		}
	}
	return false
}

// stopped returns the timer of a condition that is the negated result of its Stop, or
// demands that and more.
func stopped(info *types.Info, cond ast.Expr) (timer ast.Expr, more bool) {
	switch cond := ast.Unparen(cond).(type) {
	case *ast.BinaryExpr:
		if cond.Op == token.LAND {
			if timer, _ = stopped(info, cond.X); timer == nil {
				timer, _ = stopped(info, cond.Y)
			}
			return timer, true
		}
	case *ast.UnaryExpr:
		call, ok := ast.Unparen(cond.X).(*ast.CallExpr)
		if !ok || cond.Op != token.NOT || !rewrite.CallsMethod(info, call, "time", "Timer", "Stop") {
			return nil, false
		}
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if ok && isPath(info, sel.X) {
			return sel.X, false
		}
	}
	return nil, false
}

// isPath reports whether an expression is a variable, or a field of one.
func isPath(info *types.Info, x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		_, ok := info.Uses[x].(*types.Var)
		return ok
	case *ast.SelectorExpr:
		return isPath(info, x.X)
	}
	return false
}

// empties reports whether a statement receives from the channel of a timer, and whether it
// does nothing else.
func empties(pass *analysis.Pass, stmt ast.Stmt, timer string) (takes, plain bool) {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		return receives(pass, stmt.X, timer), true
	case *ast.AssignStmt:
		if len(stmt.Rhs) == 1 && receives(pass, stmt.Rhs[0], timer) {
			id, ok := stmt.Lhs[0].(*ast.Ident)
			return true, ok && id.Name == "_" && len(stmt.Lhs) == 1
		}
	case *ast.SelectStmt:
		plain = len(stmt.Body.List) == 2
		byDefault := false
		for _, c := range stmt.Body.List {
			clause := c.(*ast.CommClause)
			plain = plain && len(clause.Body) == 0
			if clause.Comm == nil {
				byDefault = true
				continue
			}
			taken, only := empties(pass, clause.Comm, timer)
			takes = takes || taken
			plain = plain && (!taken || only)
		}
		return takes, plain && byDefault
	}
	return false, false
}

// receives reports whether an expression receives from the channel of a timer.
func receives(pass *analysis.Pass, x ast.Expr, timer string) bool {
	recv, ok := ast.Unparen(x).(*ast.UnaryExpr)
	return ok && recv.Op == token.ARROW && rewrite.Text(pass, recv.X) == timer+".C"
}
