package testenv

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds what tests clean up by hand.
var Analyzer = &analysis.Analyzer{
	Name:     "testenv",
	Doc:      "use T.TempDir, T.Setenv and T.Chdir for what tests clean up by hand",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/testenv",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, "testing") || !rewrite.Imports(pass.Pkg, "os", "io/ioutil") {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		name := pass.Fset.File(file.FileStart).Name()
		if !strings.HasSuffix(name, "_test.go") || ast.IsGenerated(file) || !fix.Applies(pass, file, "go1.15") {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for block := range cur.Preorder((*ast.BlockStmt)(nil)) {
			if s, ok := scopeOf(pass, file, block); ok {
				s.check()
			}
		}
	}
	return nil, nil
}

// scope is a block of a function that has a testing parameter.
type scope struct {
	pass *analysis.Pass
	file *ast.File
	cur  inspector.Cursor // of the block
	list []ast.Stmt
	t    *types.Var // the parameter
}

// scopeOf returns a block as the scope of a test, a helper or a subtest.
func scopeOf(pass *analysis.Pass, file *ast.File, block inspector.Cursor) (*scope, bool) {
	for fn := range block.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var params *ast.FieldList
		switch fn := fn.Node().(type) {
		case *ast.FuncDecl:
			params = fn.Type.Params
		case *ast.FuncLit:
			params = fn.Type.Params
		}
		if lit, ok := fn.Node().(*ast.FuncLit); ok && !isSubtest(pass.TypesInfo, fn.Parent().Node(), lit) {
			return nil, false
		}
		for _, field := range params.List {
			for _, name := range field.Names {
				v, ok := pass.TypesInfo.Defs[name].(*types.Var)
				if !ok || name.Name == "_" || !isTesting(v.Type()) {
					continue
				}
				// The parameter must not be hidden in the block.
				inner := pass.Pkg.Scope().Innermost(block.Node().End() - 1)
				if inner == nil {
					return nil, false
				}
				if _, obj := inner.LookupParent(name.Name, block.Node().End()-1); obj != v {
					return nil, false
				}
				return &scope{pass: pass, file: file, cur: block, list: block.Node().(*ast.BlockStmt).List, t: v}, true
			}
		}
		return nil, false
	}
	return nil, false
}

// isSubtest reports whether a function literal is an argument of a call of Run.
func isSubtest(info *types.Info, parent ast.Node, lit *ast.FuncLit) bool {
	call, ok := parent.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 || call.Args[1] != lit {
		return false
	}
	return rewrite.CallsMethod(info, call, "testing", "T", "Run") || rewrite.CallsMethod(info, call, "testing", "B", "Run")
}

// isTesting reports whether a type is *testing.T, B or F, or testing.TB.
func isTesting(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		named, ok := types.Unalias(p.Elem()).(*types.Named)
		return ok && (rewrite.IsMember(named.Obj(), "testing", "T") || rewrite.IsMember(named.Obj(), "testing", "B") || rewrite.IsMember(named.Obj(), "testing", "F"))
	}
	named, ok := t.(*types.Named)
	return ok && rewrite.IsMember(named.Obj(), "testing", "TB")
}

// check checks the statements of the block.
func (s *scope) check() {
	s.checkTempDirs()
	for i := range s.list {
		switch {
		case fix.Applies(s.pass, s.file, "go1.17") && s.checkSetenv(i):
		case fix.Applies(s.pass, s.file, "go1.24") && s.checkChdir(i):
		}
	}
}

// report reports a statement with the edits that rewrite it, or none.
func (s *scope) report(at ast.Node, kind, message string, edits []analysis.TextEdit) {
	d := analysis.Diagnostic{Pos: at.Pos(), End: at.End(), Category: kind, Message: message}
	if len(edits) > 0 {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Let package testing clean up", TextEdits: edits}}
	}
	s.pass.Report(d)
}

// rewriteAs returns the edits that put text in the place of a statement and remove others,
// or false if a comment in them would be lost.
func (s *scope) rewriteAs(stmt ast.Stmt, text string, others ...ast.Stmt) ([]analysis.TextEdit, bool) {
	if rewrite.HasComment(s.file, stmt.Pos(), stmt.End()) {
		return nil, false
	}
	edits := []analysis.TextEdit{rewrite.Replace(stmt, text)}
	for _, other := range others {
		edit, ok := rewrite.Delete(s.pass, s.file, other, func(string) bool { return false })
		if !ok {
			return nil, false
		}
		edits = append(edits, edit)
	}
	return edits, true
}
