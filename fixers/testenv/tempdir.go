package testenv

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// folder is a temporary folder that a test makes and removes.
type folder struct {
	assign *ast.AssignStmt
	call   *ast.CallExpr
	dir    *types.Var
	err    types.Object // nil if it is discarded
	going  []ast.Stmt   // what checks the error, and what removes the folder
}

// checkTempDirs reports the temporary folders of the block.
func (s *scope) checkTempDirs() {
	var folders []*folder
	for i := range s.list {
		if f := s.folder(i); f != nil {
			folders = append(folders, f)
		}
	}
	for _, f := range folders {
		var sharing []ast.Stmt // statements that go, and know the same error
		kin := 0
		for _, other := range folders {
			if other.err == f.err {
				kin++
				sharing = append(append(sharing, other.going...), other.assign)
			}
		}
		s.checkTempDir(f, sharing, kin > 1)
	}
}

// folder returns the folder that the statement of an index makes, or nil.
func (s *scope) folder(i int) *folder {
	info := s.pass.TypesInfo
	assign, ok := s.list[i].(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return nil
	}
	call, ok := ast.Unparen(assign.Rhs[0]).(*ast.CallExpr)
	if !ok || !rewrite.Calls(info, call, "os", "MkdirTemp") && !rewrite.Calls(info, call, "io/ioutil", "TempDir") {
		return nil
	}
	dir, ok := info.Defs[assign.Lhs[0].(*ast.Ident)].(*types.Var)
	if !ok || !isDefaultPlace(info, call.Args[0]) || !s.isName(call.Args[1]) {
		return nil
	}
	remove := slices.IndexFunc(s.list[i:], func(stmt ast.Stmt) bool {
		c := s.deferred(stmt)
		return c != nil && rewrite.Calls(info, c, "os", "RemoveAll") && rewrite.Object(info, c.Args[0]) == dir
	})
	if remove < 0 {
		return nil
	}
	f := &folder{assign: assign, call: call, dir: dir, going: []ast.Stmt{s.list[i+remove]}}
	if id := assign.Lhs[1].(*ast.Ident); id.Name != "_" {
		f.err = info.ObjectOf(id)
		if i+1 >= len(s.list) || !s.failsOn(s.list[i+1], f.err) {
			return nil
		}
		f.going = append(f.going, s.list[i+1])
	}
	return f
}

// checkTempDir reports one folder. The statements of sharing go if all fixes are made; kin
// says that they are those of several folders.
func (s *scope) checkTempDir(f *folder, sharing []ast.Stmt, kin bool) {
	const left = "the temporary folder is not made by T.TempDir: "
	if !s.read(f.dir, append(slices.Clone(f.going), f.assign)) {
		return
	}
	var again *ast.AssignStmt
	if f.err != nil {
		var ok bool
		again, ok = s.without(f.err, sharing)
		if !ok || again != nil && kin {
			s.report(f.call, "kept", left+"its error is used in another way", nil)
			return
		}
	}
	edits, ok := s.rewriteAs(f.assign, f.dir.Name()+" := "+s.t.Name()+".TempDir()", f.going...)
	if !ok {
		s.report(f.call, "kept", left+"a comment would be lost", nil)
		return
	}
	if again != nil {
		edits = append(edits, analysis.TextEdit{Pos: again.TokPos, End: again.TokPos + 1, NewText: []byte(":=")})
	}
	kind, message := "tempdir", "T.TempDir makes a folder that is removed when the test ends"
	if s.minds() {
		kind, message = "tempdirname", "T.TempDir makes a folder that is removed when the test ends; its name is longer, and failing to remove it fails the test"
	}
	s.report(f.call, kind, message, edits)
}

// isDefaultPlace reports whether an expression is the constant "" or os.TempDir().
func isDefaultPlace(info *types.Info, x ast.Expr) bool {
	if call, ok := ast.Unparen(x).(*ast.CallExpr); ok {
		return rewrite.Calls(info, call, "os", "TempDir")
	}
	v := info.Types[x].Value
	return v != nil && v.Kind() == constant.String && constant.StringVal(v) == ""
}

// isName reports whether an expression is a constant, the test's name or made of them: what
// does nothing, and uses no variable.
func (s *scope) isName(x ast.Expr) bool {
	info := s.pass.TypesInfo
	if info.Types[x].Value != nil {
		return true
	}
	switch x := ast.Unparen(x).(type) {
	case *ast.BinaryExpr:
		return s.isName(x.X) && s.isName(x.Y)
	case *ast.CallExpr:
		sel, ok := x.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Name" && rewrite.Object(info, sel.X) == s.t
	}
	return false
}

// minds reports whether the file has what depends on a folder's name or permissions.
func (s *scope) minds() bool {
	found := false
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || strings.Contains(n.Name, "Chmod") || strings.Contains(strings.ToLower(n.Name), "unix") && !strings.HasPrefix(n.Name, "Unix")
		case *ast.BasicLit:
			found = found || n.Kind == token.STRING && (strings.Contains(n.Value, "unix") || strings.Contains(n.Value, ".sock"))
		}
		return !found
	})
	return found
}

// deferred returns the call that a statement defers to the end of the function or of the
// test, alone or as the only statement of a function literal, or nil.
func (s *scope) deferred(stmt ast.Stmt) *ast.CallExpr {
	switch stmt := stmt.(type) {
	case *ast.DeferStmt:
		if lit, ok := stmt.Call.Fun.(*ast.FuncLit); ok && len(stmt.Call.Args) == 0 {
			return only(lit)
		}
		return stmt.Call
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return nil
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != "Cleanup" || rewrite.Object(s.pass.TypesInfo, sel.X) != s.t {
			return nil
		}
		if lit, ok := call.Args[0].(*ast.FuncLit); ok {
			return only(lit)
		}
	}
	return nil
}

// only returns the call that is all that a function literal does, or nil.
func only(lit *ast.FuncLit) *ast.CallExpr {
	if len(lit.Body.List) != 1 {
		return nil
	}
	switch stmt := lit.Body.List[0].(type) {
	case *ast.ExprStmt:
		call, _ := stmt.X.(*ast.CallExpr)
		return call
	case *ast.AssignStmt:
		if id, ok := stmt.Lhs[0].(*ast.Ident); ok && id.Name == "_" && len(stmt.Lhs) == 1 {
			call, _ := stmt.Rhs[0].(*ast.CallExpr)
			return call
		}
	}
	return nil
}
