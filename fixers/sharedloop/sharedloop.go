package sharedloop

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

func run(pass *analysis.Pass, wanted map[place]bool) error {
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for _, file := range pass.Files {
		if ast.IsGenerated(file) || !fix.Applies(pass, file, since) {
			continue
		}
		cur, ok := root.FindNode(file)
		if !ok {
			continue
		}
		for cur := range cur.Preorder((*ast.ForStmt)(nil), (*ast.RangeStmt)(nil)) {
			l := newLoop(pass, file, cur)
			if len(l.variables) == 0 || !l.among(wanted) {
				continue
			}
			if why := l.stays(); why != "" {
				rewrite.Report(pass, l.stmt, "left", "the loop shares its variables no more: "+why, nil)
				continue
			}
			rewrite.Report(pass, l.stmt, "share", "all turns of the loop share "+l.names(), l.edits())
		}
	}
	return nil
}

// A loop is one that declares variables.
type loop struct {
	pass      *analysis.Pass
	file      *ast.File
	cur       inspector.Cursor // of the statement, or of its label
	stmt      ast.Stmt
	body      *ast.BlockStmt
	variables []*ast.Ident
	reads     []ast.Expr // what is evaluated before the variables are there
	qualified []analysis.TextEdit
}

func newLoop(pass *analysis.Pass, file *ast.File, cur inspector.Cursor) *loop {
	l := &loop{pass: pass, file: file, cur: cur}
	var declared []ast.Expr
	switch s := cur.Node().(type) {
	case *ast.RangeStmt:
		l.stmt, l.body = s, s.Body
		if s.Tok == token.DEFINE {
			declared, l.reads = []ast.Expr{s.Key, s.Value}, []ast.Expr{s.X}
		}
	case *ast.ForStmt:
		l.stmt, l.body = s, s.Body
		if init, ok := s.Init.(*ast.AssignStmt); ok && init.Tok == token.DEFINE {
			declared = init.Lhs // what they are given moves with them
		}
	}
	for _, x := range declared {
		if id, ok := x.(*ast.Ident); ok && id.Name != "_" && pass.TypesInfo.Defs[id] != nil {
			l.variables = append(l.variables, id)
		}
	}
	for {
		if _, labeled := l.cur.Parent().Node().(*ast.LabeledStmt); !labeled {
			return l
		}
		l.cur = l.cur.Parent()
	}
}

// among reports whether the loop is one of those that are wanted.
func (l *loop) among(wanted map[place]bool) bool {
	return len(wanted) == 0 || slices.ContainsFunc(l.variables, func(id *ast.Ident) bool {
		pos := l.pass.Fset.PositionFor(id.Pos(), false)
		return wanted[place{pos.Filename, pos.Line}]
	})
}

func (l *loop) names() string {
	var names []string
	for _, id := range l.variables {
		names = append(names, id.Name)
	}
	return strings.Join(names, " and ")
}

// stays says why the loop can't be rewritten, or returns "".
func (l *loop) stays() string {
	for _, id := range l.variables {
		for _, x := range l.reads {
			if l.mentions(x, id.Name) {
				return "what it ranges over is called " + id.Name + ", too"
			}
		}
		for _, stmt := range l.body.List {
			// With the copy gone, which others remove, closures would see the variable.
			if s, ok := stmt.(*ast.AssignStmt); ok && s.Tok == token.DEFINE && slices.ContainsFunc(s.Rhs, func(x ast.Expr) bool {
				return rewrite.Object(l.pass.TypesInfo, x) == l.pass.TypesInfo.Defs[id]
			}) {
				return "its body copies " + id.Name
			}
		}
	}
	if s, ok := l.stmt.(*ast.RangeStmt); ok {
		for _, id := range l.variables {
			if _, ok := l.typeText(l.pass.TypesInfo.Defs[id].Type()); !ok {
				return fmt.Sprintf("%s has a type that can't be named here", id.Name)
			}
		}
		if rewrite.HasComment(l.file, s.Key.Pos(), s.X.Pos()) {
			return "a comment is in the way"
		}
	}
	return ""
}

// mentions reports whether an identifier of the name is used in an expression.
func (l *loop) mentions(n ast.Node, name string) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name && isVariable(l.pass.TypesInfo, id) {
			found = true
		}
		return !found
	})
	return found
}

// isVariable reports whether an identifier is found in a scope, unlike those of fields and
// methods.
func isVariable(info *types.Info, id *ast.Ident) bool {
	obj := info.ObjectOf(id)
	if v, ok := obj.(*types.Var); ok && v.IsField() {
		return false
	}
	if f, ok := obj.(*types.Func); ok && f.Signature().Recv() != nil {
		return false
	}
	return obj != nil
}

// typeText returns how a type is written in the file, and whether it can be.
func (l *loop) typeText(t types.Type) (string, bool) {
	ok := true
	text := types.TypeString(t, func(p *types.Package) string {
		if p == l.pass.Pkg {
			return ""
		}
		if strings.Contains(p.Path(), "/internal/") || strings.HasPrefix(p.Path(), "internal/") {
			ok = false
		}
		name, edits := rewrite.Import(l.pass, l.file, p.Path(), p.Name(), l.stmt.Pos())
		for _, e := range edits {
			if !slices.ContainsFunc(l.qualified, func(o analysis.TextEdit) bool { return o.Pos == e.Pos && string(o.NewText) == string(e.NewText) }) {
				l.qualified = append(l.qualified, e)
			}
		}
		return name
	})
	return text, ok && l.nameable(t)
}

// nameable reports whether a type and all that it consists of has a name that the place of
// the loop sees.
func (l *loop) nameable(t types.Type) bool {
	ok := true
	scope := l.pass.Pkg.Scope().Innermost(l.stmt.Pos())
	named := func(obj *types.TypeName) {
		switch {
		case obj.Pkg() != nil && obj.Pkg() != l.pass.Pkg:
			ok = ok && obj.Exported()
		default:
			_, seen := scope.LookupParent(obj.Name(), l.stmt.Pos())
			ok = ok && seen == obj
		}
	}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		switch t := t.(type) {
		case *types.Named:
			named(t.Obj())
			for arg := range t.TypeArgs().Types() {
				walk(arg)
			}
		case *types.Alias:
			named(t.Obj())
			for arg := range t.TypeArgs().Types() {
				walk(arg)
			}
		case *types.TypeParam:
			named(t.Obj())
		case *types.Basic:
			if obj, _ := types.Universe.Lookup(t.Name()).(*types.TypeName); obj != nil {
				named(obj)
			}
		case *types.Pointer:
			walk(t.Elem())
		case *types.Slice:
			walk(t.Elem())
		case *types.Array:
			walk(t.Elem())
		case *types.Chan:
			walk(t.Elem())
		case *types.Map:
			walk(t.Key())
			walk(t.Elem())
		case *types.Signature:
			for _, list := range []*types.Tuple{t.Params(), t.Results()} {
				for v := range list.Variables() {
					walk(v.Type())
				}
			}
		case *types.Struct:
			for f := range t.Fields() {
				walk(f.Type())
				ok = ok && (f.Exported() || f.Pkg() == l.pass.Pkg)
			}
		case *types.Interface:
			for m := range t.ExplicitMethods() {
				walk(m.Type())
				ok = ok && (m.Exported() || m.Pkg() == l.pass.Pkg)
			}
			for embedded := range t.EmbeddedTypes() {
				walk(embedded)
			}
		default:
			ok = false
		}
	}
	walk(t)
	return ok
}

// edits declares the variables before the loop, in a block of their own where the code around
// it has others of their names.
func (l *loop) edits() []analysis.TextEdit {
	at := l.cur.Node()
	var before string
	edits := l.qualified
	switch s := l.stmt.(type) {
	case *ast.RangeStmt:
		for _, id := range l.variables {
			text, _ := l.typeText(l.pass.TypesInfo.Defs[id].Type())
			before += fmt.Sprintf("var %s %s\n", id.Name, text)
		}
		edits = append(slices.Clip(l.qualified), analysis.TextEdit{Pos: s.TokPos, End: s.TokPos + token.Pos(len(":=")), NewText: []byte("=")})
	case *ast.ForStmt:
		before = rewrite.Text(l.pass, s.Init) + "\n"
		edits = append(edits, analysis.TextEdit{Pos: s.Init.Pos(), End: s.Init.End()})
	}
	if l.collides() {
		before = "{\n" + before
		edits = append(edits, analysis.TextEdit{Pos: at.End(), End: at.End(), NewText: []byte("\n}")})
	}
	return append(edits, analysis.TextEdit{Pos: at.Pos(), End: at.Pos(), NewText: []byte(before)})
}

// collides reports whether the code around the loop has something of the name of one of its
// variables: declared beside it, or used after it.
func (l *loop) collides() bool {
	block := l.cur.Parent().Node()
	scope := l.pass.TypesInfo.Scopes[l.stmt].Parent()
	return slices.ContainsFunc(l.variables, func(id *ast.Ident) bool {
		if scope.Lookup(id.Name) != nil {
			return true
		}
		found := false
		ast.Inspect(block, func(n ast.Node) bool {
			other, ok := n.(*ast.Ident)
			if ok && other.Name == id.Name && other.Pos() >= l.cur.Node().End() && isVariable(l.pass.TypesInfo, other) {
				found = true
			}
			return !found
		})
		return found
	})
}
