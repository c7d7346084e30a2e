package loopvar

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds copies of loop variables.
var Analyzer = &analysis.Analyzer{
	Name:     "loopvar",
	Doc:      "remove copies of loop variables that each turn has anyway",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/loopvar",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.22") {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.ForStmt)(nil)) {
			check(pass, file, cur.Node().(*ast.ForStmt))
		}
	}
	return nil, nil
}

// check checks the copies at the beginning of a loop's body.
func check(pass *analysis.Pass, file *ast.File, loop *ast.ForStmt) {
	variables := declared(pass.TypesInfo, loop)
	if len(variables) == 0 || keepsInClauses(loop) {
		return
	}
	for _, stmt := range loop.Body.List {
		copies := copied(pass.TypesInfo, stmt, variables)
		if copies == nil {
			return
		}
		d := analysis.Diagnostic{
			Pos:      stmt.Pos(),
			End:      stmt.End(),
			Category: "copy",
			Message:  "each turn of the loop has a variable of its own since Go 1.22: the copy is needless",
		}
		edit, ok := rewrite.Delete(pass, file, stmt, aboutCopying)
		switch {
		case changes(pass.TypesInfo, loop.Body, copies):
			d.Category, d.Message = "changed", "the copy of the loop variable stays: it is changed, or its address is taken"
		case !ok:
			d.Category, d.Message = "comment", "the copy of the loop variable is needless since Go 1.22, but a comment on it speaks of something else"
		default:
			d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Remove the copy", TextEdits: []analysis.TextEdit{edit}}}
		}
		pass.Report(d)
	}
}

// declared returns the variables that a loop with three clauses declares.
func declared(info *types.Info, loop *ast.ForStmt) map[types.Object]bool {
	init, ok := loop.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE {
		return nil
	}
	variables := make(map[types.Object]bool)
	for _, x := range init.Lhs {
		if obj := info.Defs[x.(*ast.Ident)]; obj != nil {
			variables[obj] = true
		}
	}
	return variables
}

// keepsInClauses reports whether the clauses of a loop have what could change its variables
// from elsewhere: a function literal, an address.
func keepsInClauses(loop *ast.ForStmt) bool {
	found := false
	for _, clause := range []ast.Node{loop.Init, loop.Cond, loop.Post} {
		if clause == nil {
			continue
		}
		ast.Inspect(clause, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				found = true
			case *ast.UnaryExpr:
				found = found || n.Op == token.AND
			}
			return !found
		})
	}
	return found
}

// copied returns the variables that a statement declares as copies of loop variables under
// their names, or nil if it does anything else.
func copied(info *types.Info, stmt ast.Stmt, variables map[types.Object]bool) map[types.Object]bool {
	assign, ok := stmt.(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != len(assign.Rhs) {
		return nil
	}
	copies := make(map[types.Object]bool)
	for i, x := range assign.Lhs {
		name := x.(*ast.Ident)
		from, ok := assign.Rhs[i].(*ast.Ident)
		if !ok || from.Name != name.Name || !variables[info.Uses[from]] || info.Defs[name] == nil {
			return nil
		}
		copies[info.Defs[name]] = true
	}
	return copies
}

// aboutCopying reports whether a comment speaks of the copy, or to a linter.
func aboutCopying(comment string) bool {
	comment = strings.ToLower(comment)
	for _, word := range []string{"copy", "captur", "closure", "goroutine", "loop", "pin", "shadow", "scope", "range", "iteration", "lint", "local", "redeclare"} {
		if strings.Contains(comment, word) {
			return true
		}
	}
	return false
}
