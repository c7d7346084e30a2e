package recipe

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// A splice puts text in the place of a part of the template.
type splice struct {
	from, to token.Pos
	text     string
}

// A rendering is what becomes of a match.
type rendering struct {
	text  string
	edits []analysis.TextEdit // that import packages
}

// render returns a part of after, in the words of the code at the match.
func (s *site) render(e ast.Expr) rendering {
	r, p := s.recipe, s.match.pattern.pair
	var out rendering
	var splices []splice
	root := inspector.New([]*ast.File{r.file}).Root()
	imported := make(map[string]string)
	for _, i := range r.imports {
		if !r.uses(e, i) {
			continue
		}
		name, known := s.imported(i)
		if !known {
			var edits []analysis.TextEdit
			name, edits = rewrite.Import(s.pass, s.file, i.path, i.name.Name(), s.node.Pos())
			out.edits = append(out.edits, edits...)
		}
		imported[i.path] = name
	}
	ast.Inspect(e, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		for _, i := range r.imports {
			if id, ok := sel.X.(*ast.Ident); ok && r.info.Uses[id] == types.Object(i.name) {
				if name := imported[i.path]; name != "" {
					splices = append(splices, splice{id.Pos(), id.End(), name})
				} else {
					splices = append(splices, splice{id.Pos(), sel.Sel.Pos(), ""})
				}
			}
		}
		return true
	})
	runs := s.runs(e)
	for _, u := range runs {
		text := rewrite.Text(s.pass, u.code)
		if u.spread {
			text += "..."
		}
		splices = append(splices, splice{u.from, u.to, text})
	}
	for _, o := range r.occurrences(p, e) {
		cur, ok := root.FindNode(o.id)
		if !ok || slices.ContainsFunc(runs, func(u run) bool { return u.from <= o.id.Pos() && o.id.End() <= u.to }) {
			continue
		}
		splices = append(splices, s.splice(cur, o))
	}
	slices.SortFunc(splices, func(a, b splice) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := e.Pos()
	for _, sp := range splices {
		b.WriteString(r.text[r.offset(at):r.offset(sp.from)])
		b.WriteString(sp.text)
		at = sp.to
	}
	b.WriteString(r.text[r.offset(at):r.offset(e.End())])
	out.text = b.String()
	return out
}

// imported returns the name by which the file can refer to an import of the template at the
// match, as it is now: "" for none.
func (s *site) imported(i *importOf) (name string, ok bool) {
	if i.path == s.pass.Pkg.Path() {
		return "", true
	}
	scope := s.pass.TypesInfo.Scopes[s.file]
	if scope == nil {
		return "", false
	}
	if inner := scope.Innermost(s.node.Pos()); inner != nil {
		scope = inner
	}
	for _, spec := range s.file.Imports {
		pkg := s.pass.TypesInfo.PkgNameOf(spec)
		if pkg == nil || pkg.Imported().Path() != i.path || pkg.Name() == "_" {
			continue
		}
		if pkg.Name() == "." {
			return "", true
		}
		if _, obj := scope.LookupParent(pkg.Name(), s.node.Pos()); obj == types.Object(pkg) {
			return pkg.Name(), true
		}
	}
	return "", false
}

// splice returns what comes in the place of a wildcard.
func (s *site) splice(cur inspector.Cursor, o occurrence) splice {
	b := s.match.bound[o.param]
	if o.variadic {
		call := cur.Parent().Node().(*ast.CallExpr)
		sp := splice{o.id.Pos(), call.Ellipsis + token.Pos(len("...")), s.list(b)}
		if len(b.exprs) == 0 {
			sp.from = call.Lparen + 1
			if n := len(call.Args); n > 1 {
				sp.from = call.Args[n-2].End()
			}
		}
		return sp
	}
	if b.object != nil {
		return splice{o.id.Pos(), o.id.End(), b.object.Name()}
	}
	e, text := b.exprs[0], rewrite.Text(s.pass, b.exprs[0])
	if b.addressed && cur.ParentEdgeKind() != edge.SelectorExpr_X {
		e, text = &ast.UnaryExpr{Op: token.AND, X: e}, "&"+text
	}
	if needsParens(e, cur.Parent().Node(), cur.ParentEdgeKind()) {
		text = "(" + text + ")"
	}
	return splice{o.id.Pos(), o.id.End(), text}
}

// list returns the source of what a variadic wildcard stands for, with what is in between.
func (s *site) list(b *binding) string {
	if len(b.exprs) == 0 {
		return ""
	}
	text := rewrite.Text(s.pass, span{b.exprs[0].Pos(), b.exprs[len(b.exprs)-1].End()})
	if b.spread {
		text += "..."
	}
	return text
}

// A span is a part of a file.
type span struct{ from, to token.Pos }

func (s span) Pos() token.Pos { return s.from }
func (s span) End() token.Pos { return s.to }

// needsParens reports whether an expression needs parentheses where it stands.
func needsParens(e ast.Expr, parent ast.Node, at edge.Kind) bool {
	operand := false
	switch at {
	case edge.SelectorExpr_X, edge.IndexExpr_X, edge.IndexListExpr_X, edge.SliceExpr_X, edge.TypeAssertExpr_X, edge.CallExpr_Fun:
		operand = true
	}
	switch e := e.(type) {
	case *ast.BinaryExpr:
		switch parent := parent.(type) {
		case *ast.BinaryExpr:
			if at == edge.BinaryExpr_X {
				return parent.Op.Precedence() > e.Op.Precedence()
			}
			return parent.Op.Precedence() >= e.Op.Precedence()
		case *ast.UnaryExpr, *ast.StarExpr:
			return true
		}
		return operand
	case *ast.UnaryExpr, *ast.StarExpr:
		switch parent := parent.(type) {
		case *ast.BinaryExpr:
			// The operators of both could be read as one.
			return at == edge.BinaryExpr_Y && slices.Contains([]token.Token{token.ADD, token.SUB, token.AND, token.QUO, token.LSS}, parent.Op)
		case *ast.UnaryExpr:
			return true
		}
		return operand
	case *ast.FuncLit, *ast.FuncType, *ast.ArrayType, *ast.ChanType, *ast.MapType:
		return operand && at != edge.CallExpr_Fun
	}
	return false
}

// inHeader reports whether a composite literal at a place could be read as the body of an if,
// for or switch.
func inHeader(cur inspector.Cursor) bool {
	for c := range cur.Enclosing() {
		switch c.ParentEdgeKind() {
		case edge.IfStmt_Cond, edge.ForStmt_Cond, edge.SwitchStmt_Tag, edge.RangeStmt_X,
			edge.IfStmt_Init, edge.ForStmt_Init, edge.ForStmt_Post, edge.SwitchStmt_Init, edge.TypeSwitchStmt_Init, edge.TypeSwitchStmt_Assign:
			return true
		case edge.ParenExpr_X, edge.CallExpr_Args, edge.IndexExpr_Index, edge.CompositeLit_Elts, edge.FuncLit_Body, edge.BlockStmt_List:
			return false
		}
	}
	return false
}
