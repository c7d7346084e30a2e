package timerleak

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// The fix for a timer that another case leaves behind is a timer for each turn
// that the other cases stop. One timer for all turns, reset each time, would
// save allocations, but before Go 1.23 no Reset is right here: between a Stop
// that returns false and the arrival of the value that it came too late for, a
// non-blocking drain finds nothing and the next turn receives the stale value,
// while a blocking one hangs if the value had been received. A fresh timer has
// no past, and is right on every version.

// stopFixes returns the fix for a one-shot timer that is made for a select.
func (c *checker) stopFixes(t *timer, at inspector.Cursor) []analysis.SuggestedFix {
	var edits []analysis.TextEdit
	switch {
	case t.kind == model.NewTimer:
		edits = c.stopTimer(at)
	case calleeIsTime(t) && selectorOf(at) != nil:
		edits = c.stopAfter(at)
	}
	if edits == nil {
		return nil
	}
	return []analysis.SuggestedFix{{Message: "Stop the timer when another case wins", TextEdits: edits}}
}

// calleeIsTime reports whether the timer is one of package time and not of a
// clock that wraps it.
func calleeIsTime(t *timer) bool {
	fn := timing.Callee(t.call)
	return fn != nil && fn.Pkg().Path() == "time" && fn.Signature().Recv() == nil
}

// selectorOf returns the function of a call that is written pkg.Name(…).
func selectorOf(call inspector.Cursor) *ast.SelectorExpr {
	sel, _ := call.Node().(*ast.CallExpr).Fun.(*ast.SelectorExpr)
	return sel
}

// stopAfter replaces the time.After of a case by a timer that is made before
// the select and stopped by the other cases. It gives up where the duration
// would be computed earlier than something it may depend on.
func (c *checker) stopAfter(at inspector.Cursor) []analysis.TextEdit {
	clause, ok := receivingClause(at)
	if !ok {
		return nil
	}
	body := clause.Parent().Node().(*ast.BlockStmt)
	sel := clause.Parent().Parent()
	call := at.Node().(*ast.CallExpr)
	if !c.movable(call.Args[0], body, clause.Node().(*ast.CommClause)) {
		return nil
	}
	stmt, ok := statementInList(sel)
	if !ok || hasGoto(sel) {
		return nil
	}
	name := c.freshName("timer", sel.Node())
	pkg := c.text(selectorOf(at).X.Pos(), selectorOf(at).X.End())
	arg := c.text(call.Lparen+1, call.Rparen)
	if pkg == "" || arg == "" {
		return nil
	}
	edits := []analysis.TextEdit{
		{Pos: stmt.Pos(), End: stmt.Pos(), NewText: []byte(name + " := " + pkg + ".NewTimer(" + arg + ")\n" + c.indent(stmt.Pos()))},
		{Pos: call.Pos(), End: call.End(), NewText: []byte(name + ".C")},
	}
	return append(edits, c.stopInOthers(body, clause.Node().(*ast.CommClause), name)...)
}

// receivingClause returns the case `<-call` or `x := <-call` around the call.
func receivingClause(call inspector.Cursor) (clause inspector.Cursor, ok bool) {
	recv, isUnary := parenthesized(call).Parent().Node().(*ast.UnaryExpr)
	if !isUnary || recv.Op != token.ARROW {
		return clause, false
	}
	stmt := parenthesized(parenthesized(call).Parent()).Parent()
	if kind, _ := stmt.ParentEdge(); kind != edge.CommClause_Comm {
		return clause, false
	}
	return stmt.Parent(), true
}

// parenthesized returns the outermost parentheses around the expression.
func parenthesized(c inspector.Cursor) inspector.Cursor {
	for {
		if _, ok := c.Parent().Node().(*ast.ParenExpr); !ok {
			return c
		}
		c = c.Parent()
	}
}

// movable reports whether the duration is the same if it is computed before the
// operands of the select's other cases: it calls nothing, or they call nothing
// but Done.
func (c *checker) movable(duration ast.Expr, body *ast.BlockStmt, own *ast.CommClause) bool {
	if c.pass.TypesInfo.Types[duration].Value != nil {
		return true
	}
	pure := true
	for _, stmt := range body.List {
		clause := stmt.(*ast.CommClause)
		if clause != own && clause.Comm != nil && c.callsMoreThan("Done", clause.Comm) {
			pure = false
		}
	}
	_, isLocal := ast.Unparen(duration).(*ast.Ident)
	return pure || isLocal
}

// callsMoreThan reports whether n calls a function that is not named name.
func (c *checker) callsMoreThan(name string, n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || c.pass.TypesInfo.Types[call.Fun].IsType() {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		found = found || !ok || sel.Sel.Name != name
		return true
	})
	return found
}

// statementInList returns the statement, its labels included, if it stands in a
// list, so that another can be put before it.
func statementInList(c inspector.Cursor) (ast.Stmt, bool) {
	for {
		switch kind, _ := c.ParentEdge(); kind {
		case edge.LabeledStmt_Stmt:
			c = c.Parent()
		case edge.BlockStmt_List, edge.CaseClause_Body, edge.CommClause_Body:
			return c.Node().(ast.Stmt), true
		default:
			return nil, false
		}
	}
}

// hasGoto reports whether the function around the node has a goto, which must
// not jump over a declaration.
func hasGoto(c inspector.Cursor) bool {
	for fn := range c.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		for branch := range fn.Preorder((*ast.BranchStmt)(nil)) {
			if branch.Node().(*ast.BranchStmt).Tok == token.GOTO {
				return true
			}
		}
		return false
	}
	return false
}

// freshName returns a name like base that means nothing at n nor anything inside
// n that is declared outside of it.
func (c *checker) freshName(base string, n ast.Node) string {
	scope := c.pass.Pkg.Scope().Innermost(n.Pos())
	for i := 1; ; i++ {
		name := base
		if i > 1 {
			name += strconv.Itoa(i)
		}
		if scope == nil {
			return name
		}
		if _, obj := scope.LookupParent(name, token.NoPos); obj == nil {
			return name
		}
	}
}

// stopTimer stops a timer that the statement before a select makes, in the cases
// of the select that do not mention it.
func (c *checker) stopTimer(at inspector.Cursor) []analysis.TextEdit {
	ident, stmt, ok := c.definedBy(at)
	if !ok {
		return nil
	}
	next, ok := stmt.NextSibling()
	for ok {
		labeled, isLabeled := next.Node().(*ast.LabeledStmt)
		if !isLabeled {
			break
		}
		next = next.Child(labeled.Stmt)
	}
	if !ok {
		return nil
	}
	sel, isSelect := next.Node().(*ast.SelectStmt)
	if !isSelect {
		return nil
	}
	obj := c.pass.TypesInfo.Defs[ident]
	for _, s := range sel.Body.List {
		clause := s.(*ast.CommClause)
		if clause.Comm != nil && c.mentions(clause.Comm, obj) {
			return c.stopInOthers(sel.Body, clause, ident.Name)
		}
	}
	return nil
}

// definedBy returns the variable that a statement `name := call` of a list
// declares.
func (c *checker) definedBy(call inspector.Cursor) (*ast.Ident, inspector.Cursor, bool) {
	stmt := parenthesized(call).Parent()
	assign, ok := stmt.Node().(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 1 {
		return nil, stmt, false
	}
	ident, ok := assign.Lhs[0].(*ast.Ident)
	if !ok || c.pass.TypesInfo.Defs[ident] == nil {
		return nil, stmt, false
	}
	_, inList := statementInList(stmt)
	return ident, stmt, inList
}

// mentions reports whether n uses the object.
func (c *checker) mentions(n ast.Node, obj types.Object) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		ident, ok := n.(*ast.Ident)
		found = found || ok && c.pass.TypesInfo.Uses[ident] == obj
		return !found
	})
	return found
}

// stopInOthers begins each case but own, unless it mentions the timer already,
// with name.Stop().
func (c *checker) stopInOthers(body *ast.BlockStmt, own *ast.CommClause, name string) []analysis.TextEdit {
	var edits []analysis.TextEdit
	for _, stmt := range body.List {
		clause := stmt.(*ast.CommClause)
		if clause == own || c.stopsAlready(clause, name) {
			continue
		}
		indent := c.indent(clause.Pos()) + "\t"
		edit := analysis.TextEdit{Pos: c.lineEnd(clause.Colon + 1), NewText: []byte("\n" + indent + name + ".Stop()")}
		if len(clause.Body) > 0 && c.line(clause.Body[0].Pos()) == c.line(clause.Colon) {
			edit = analysis.TextEdit{Pos: clause.Body[0].Pos(), NewText: []byte("\n" + indent + name + ".Stop()\n" + indent)}
		}
		edit.End = edit.Pos
		edits = append(edits, edit)
	}
	return edits
}

// stopsAlready reports whether the clause calls name.Stop.
func (c *checker) stopsAlready(clause *ast.CommClause, name string) bool {
	found := false
	for _, stmt := range clause.Body {
		ast.Inspect(stmt, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Stop" {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

// tickerFix stops a ticker as its function ends, if no other function needs it
// longer. A ticker that one goroutine alone receives from is stopped as that
// ends.
func (c *checker) tickerFix(t *timer, at inspector.Cursor) []analysis.SuggestedFix {
	ident, stmt, ok := c.definedBy(at)
	if !ok || timing.InLoop(at) {
		return nil
	}
	indent := c.indent(stmt.Node().Pos())
	var where token.Pos
	switch fn := onlyReceiver(t); {
	case fn == nil:
		return nil
	case fn == t.call.Parent():
		where = c.lineEnd(stmt.Node().End())
	default:
		lit, ok := fn.Syntax().(*ast.FuncLit)
		if !ok || !startedOnce(fn) || fn.Synthetic != "" {
			return nil
		}
		where = c.lineEnd(lit.Body.Lbrace + 1)
		indent = c.indent(lit.Pos()) + "\t"
	}
	return []analysis.SuggestedFix{{
		Message:   "Stop the ticker when the function ends",
		TextEdits: []analysis.TextEdit{{Pos: where, End: where, NewText: []byte("\n" + indent + "defer " + ident.Name + ".Stop()")}},
	}}
}

// onlyReceiver returns the function that alone receives from the timer's
// channel, or nil.
func onlyReceiver(t *timer) *ssa.Function {
	if len(t.uses.receivers) != 1 {
		return nil
	}
	for fn := range t.uses.receivers {
		return fn
	}
	return nil
}

// startedOnce reports whether fn is a literal of a go statement that stands in
// no loop of the function around it.
func startedOnce(fn *ssa.Function) bool {
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			g, ok := instr.(*ssa.Go)
			if ok && g.Call.StaticCallee() == fn {
				return !reachesItself(b)
			}
		}
	}
	return false
}

func reachesItself(b *ssa.BasicBlock) bool {
	for _, succ := range b.Succs {
		if reachable(succ)[b] {
			return true
		}
	}
	return false
}

// tickFix replaces the time.Tick of a statement outside of loops by a ticker
// that is stopped as the function ends. NewTicker panics where Tick returns nil,
// for a period that is not positive: the period must be known.
func (c *checker) tickFix(t *timer, at inspector.Cursor) []analysis.SuggestedFix {
	period, known := c.timing.Duration(t.period)
	if !known || period <= 0 || !calleeIsTime(t) || selectorOf(at) == nil || timing.InLoop(at) || onlyReceiver(t) != t.call.Parent() {
		return nil
	}
	for stmt := range at.Enclosing((*ast.AssignStmt)(nil), (*ast.RangeStmt)(nil)) {
		in, ok := statementInList(stmt)
		if !ok || hasGoto(stmt) {
			return nil
		}
		call := at.Node().(*ast.CallExpr)
		name := c.freshName("ticker", in)
		pkg := c.text(selectorOf(at).X.Pos(), selectorOf(at).X.End())
		indent := c.indent(in.Pos())
		return []analysis.SuggestedFix{{
			Message: "Use a ticker that stops when the function ends",
			TextEdits: []analysis.TextEdit{
				{Pos: in.Pos(), End: in.Pos(), NewText: []byte(name + " := " + pkg + ".NewTicker(" + c.text(call.Lparen+1, call.Rparen) + ")\n" +
					indent + "defer " + name + ".Stop()\n" + indent)},
				{Pos: call.Pos(), End: call.End(), NewText: []byte(name + ".C")},
			},
		}}
	}
	return nil
}

// text returns the source between two positions of a file.
func (c *checker) text(from, to token.Pos) string {
	file := c.pass.Fset.File(from)
	src, err := c.pass.ReadFile(file.Name())
	if err != nil || file.Offset(to) > len(src) {
		return ""
	}
	return string(src[file.Offset(from):file.Offset(to)])
}

// indent returns the white space that the line at pos begins with.
func (c *checker) indent(pos token.Pos) string {
	file := c.pass.Fset.File(pos)
	line := c.text(file.LineStart(file.Line(pos)), pos)
	return line[:len(line)-len(strings.TrimLeft(line, " \t"))]
}

func (c *checker) line(pos token.Pos) int { return c.pass.Fset.File(pos).Line(pos) }

// lineEnd returns the end of the line if nothing but a comment follows pos on
// it, and pos otherwise.
func (c *checker) lineEnd(pos token.Pos) token.Pos {
	file := c.pass.Fset.File(pos)
	line := file.Line(pos)
	if line == file.LineCount() {
		return pos
	}
	end := file.LineStart(line+1) - 1
	if rest := strings.TrimSpace(c.text(pos, end)); rest != "" && !strings.HasPrefix(rest, "//") {
		return pos
	}
	return end
}
