package timerstale

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkDrains reports the receives that used to drain a timer's channel. They
// are known by their form, because every one is written alike: a receive after
// Stop, alone or under its result, or a select that does not wait.
func (c *checker) checkDrains() {
	for at := range c.root.Preorder((*ast.IfStmt)(nil), (*ast.ExprStmt)(nil), (*ast.SelectStmt)(nil)) {
		switch stmt := at.Node().(type) {
		case *ast.IfStmt:
			c.checkDrainIf(at, stmt)
		case *ast.ExprStmt:
			c.checkDrainReceive(at, stmt)
		case *ast.SelectStmt:
			c.checkDrainSelect(at, stmt)
		}
	}
}

// checkDrainIf reports `if !t.Stop() { <-t.C }`, and `if t.Stop() { <-t.C }`,
// which somebody got wrong.
func (c *checker) checkDrainIf(at inspector.Cursor, stmt *ast.IfStmt) {
	if stmt.Else != nil || len(stmt.Body.List) != 1 {
		return
	}
	stopped, negated, alone := c.stopIn(at, stmt)
	drained, blocking := c.drains(stmt.Body.List[0])
	if stopped == "" || stopped != drained {
		return
	}
	drain := stmt.Body.List[0]
	switch {
	case c.alreadyReported(drain):
	case !negated && blocking:
		c.report(drainInverted, drain.Pos(), drain.End(), "this blocks for ever: Stop reports true if it stops the timer, and then no value comes", nil)
	case !negated:
	case blocking:
		c.report(needlessDrain, drain.Pos(), drain.End(),
			"needless since Go 1.23, or blocks for ever: Stop reports false only if the value was received before, and leaves none to drain", nil,
			c.dropDrain(at, stmt, stopped, alone)...)
	default:
		c.report(needlessDrain, drain.Pos(), drain.End(),
			"needless since Go 1.23: Stop leaves no value to drain", nil,
			c.dropDrain(at, stmt, stopped, alone)...)
	}
}

// stopIn returns the timer whose Stop decides the if statement. Negated tells
// that it does if Stop reports false, alone that nothing else decides.
func (c *checker) stopIn(at inspector.Cursor, stmt *ast.IfStmt) (timer string, negated, alone bool) {
	alone = true
	cond := ast.Unparen(stmt.Cond)
	for {
		and, ok := cond.(*ast.BinaryExpr)
		if !ok || and.Op != token.LAND {
			break
		}
		alone = false
		if cond = ast.Unparen(and.X); !c.mentionsStop(cond, at, stmt) {
			cond = ast.Unparen(and.Y)
		}
	}
	if not, ok := cond.(*ast.UnaryExpr); ok && not.Op == token.NOT {
		negated, cond = true, ast.Unparen(not.X)
	}
	if timer = c.stopCall(cond); timer != "" {
		return timer, negated, alone && stmt.Init == nil
	}
	return c.stopAssigned(at, stmt, cond), negated, alone && stmt.Init != nil
}

// mentionsStop reports whether the condition, or the variable that it is, is the
// result of Stop.
func (c *checker) mentionsStop(cond ast.Expr, at inspector.Cursor, stmt *ast.IfStmt) bool {
	if and, ok := cond.(*ast.BinaryExpr); ok && and.Op == token.LAND {
		return c.mentionsStop(ast.Unparen(and.X), at, stmt) || c.mentionsStop(ast.Unparen(and.Y), at, stmt)
	}
	if not, ok := cond.(*ast.UnaryExpr); ok && not.Op == token.NOT {
		cond = ast.Unparen(not.X)
	}
	return c.stopCall(cond) != "" || c.stopAssigned(at, stmt, cond) != ""
}

// stopAssigned returns the timer whose Stop's result the variable cond was set to
// by the if statement itself or the statement before it.
func (c *checker) stopAssigned(at inspector.Cursor, stmt *ast.IfStmt, cond ast.Expr) string {
	ident, ok := cond.(*ast.Ident)
	if !ok {
		return ""
	}
	set := stmt.Init
	if prev, ok := at.PrevSibling(); ok && set == nil {
		set, _ = prev.Node().(ast.Stmt)
	}
	assign, ok := set.(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
		return ""
	}
	if lhs, ok := assign.Lhs[0].(*ast.Ident); !ok || lhs.Name != ident.Name {
		return ""
	}
	return c.stopCall(assign.Rhs[0])
}

// checkDrainReceive reports `t.Stop()` with `<-t.C` right after it.
func (c *checker) checkDrainReceive(at inspector.Cursor, stmt *ast.ExprStmt) {
	drained, _ := c.drains(stmt)
	if drained == "" || c.alreadyReported(stmt) || c.stopBefore(at) != drained {
		return
	}
	c.report(drainBlocks, stmt.Pos(), stmt.End(), "this blocks for ever since Go 1.23: after Stop, nothing is received from the channel until Reset", nil)
}

// checkDrainSelect reports a select that drains a channel if there is something
// in it, between Stop and Reset.
func (c *checker) checkDrainSelect(at inspector.Cursor, stmt *ast.SelectStmt) {
	drained, _ := c.drains(stmt)
	if drained == "" || c.alreadyReported(stmt) || c.stopBefore(at) != drained && c.resetAfter(at) != drained {
		return
	}
	if kind, _ := at.ParentEdge(); kind == edge.BlockStmt_List {
		if parent, ok := at.Parent().Parent().Node().(*ast.IfStmt); ok && len(parent.Body.List) == 1 {
			if stopped, _, _ := c.stopIn(at.Parent().Parent(), parent); stopped == drained {
				return // reported with the if statement
			}
		}
	}
	c.report(needlessDrain, stmt.Pos(), stmt.End(), "needless since Go 1.23: neither Stop nor Reset leaves a value to drain", nil,
		analysis.SuggestedFix{
			Message:   "Remove the needless drain",
			TextEdits: []analysis.TextEdit{{Pos: stmt.Pos(), End: c.through(stmt)}},
		})
}

// dropDrain removes a drain: the whole if statement if Reset follows, which stops
// the timer itself, and all but the call of Stop otherwise. It keeps its hands
// off a condition that says more, whose variables might be used no more.
func (c *checker) dropDrain(at inspector.Cursor, stmt *ast.IfStmt, timer string, alone bool) []analysis.SuggestedFix {
	if !alone {
		return nil
	}
	if kind, _ := at.ParentEdge(); kind == edge.IfStmt_Else {
		return nil
	}
	edit := analysis.TextEdit{Pos: stmt.Pos(), End: stmt.End(), NewText: []byte(timer + ".Stop()")}
	if c.resetAfter(at) == timer {
		edit = analysis.TextEdit{Pos: stmt.Pos(), End: c.through(stmt)}
	}
	return []analysis.SuggestedFix{{Message: "Remove the needless drain", TextEdits: []analysis.TextEdit{edit}}}
}

// through returns where the statement after stmt, or a comment on it, begins, if
// that is on another line.
func (c *checker) through(stmt ast.Stmt) token.Pos {
	file := c.pass.Fset.File(stmt.End())
	src, err := c.pass.ReadFile(file.Name())
	from := file.Offset(stmt.End())
	if err != nil || from > len(src) {
		return stmt.End()
	}
	rest := string(src[from:])
	blank := len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
	if !strings.Contains(rest[:blank], "\n") {
		return stmt.End()
	}
	return file.Pos(from + blank)
}

// drains returns the timer whose channel the statement receives from, and
// nothing else: `<-t.C`, which blocks, or a select of that and an empty default.
func (c *checker) drains(stmt ast.Stmt) (timer string, blocking bool) {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		return c.receivedFrom(stmt), true
	case *ast.SelectStmt:
		if len(stmt.Body.List) != 2 {
			return "", false
		}
		hasDefault := false
		for _, s := range stmt.Body.List {
			clause := s.(*ast.CommClause)
			if len(clause.Body) > 0 {
				return "", false
			}
			if recv, ok := clause.Comm.(*ast.ExprStmt); ok {
				timer = c.receivedFrom(recv)
			} else {
				hasDefault = clause.Comm == nil
			}
		}
		if hasDefault {
			return timer, false
		}
	}
	return "", false
}

// receivedFrom returns t of the statement `<-t.C`.
func (c *checker) receivedFrom(stmt *ast.ExprStmt) string {
	recv, ok := ast.Unparen(stmt.X).(*ast.UnaryExpr)
	if !ok || recv.Op != token.ARROW {
		return ""
	}
	field, ok := ast.Unparen(recv.X).(*ast.SelectorExpr)
	if !ok || field.Sel.Name != "C" || !c.isClock(field.X) {
		return ""
	}
	return types.ExprString(field.X)
}

// isClock reports whether x is a timer or ticker of package time. An expression
// that calls something need not be the same thing twice.
func (c *checker) isClock(x ast.Expr) bool {
	calls := false
	ast.Inspect(x, func(n ast.Node) bool {
		_, isCall := n.(*ast.CallExpr)
		calls = calls || isCall
		return true
	})
	t := timing.Deref(c.pass.TypesInfo.TypeOf(x))
	return !calls && (timing.IsNamed(t, "time", "Timer") || timing.IsNamed(t, "time", "Ticker"))
}

// stopCall returns t of the expression `t.Stop()`.
func (c *checker) stopCall(x ast.Expr) string { return c.methodCall(x, "Stop") }

func (c *checker) methodCall(x ast.Expr, name string) string {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return ""
	}
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || method.Sel.Name != name || !c.isClock(method.X) {
		return ""
	}
	return types.ExprString(method.X)
}

// stopBefore returns the timer that the statement before stops, its result
// thrown away.
func (c *checker) stopBefore(at inspector.Cursor) string {
	if prev, ok := at.PrevSibling(); ok {
		if stmt, ok := prev.Node().(*ast.ExprStmt); ok {
			return c.stopCall(stmt.X)
		}
	}
	return ""
}

// resetAfter returns the timer that the statement after resets.
func (c *checker) resetAfter(at inspector.Cursor) string {
	if next, ok := at.NextSibling(); ok {
		if stmt, ok := next.Node().(*ast.ExprStmt); ok {
			return c.methodCall(stmt.X, "Reset")
		}
	}
	return ""
}

// alreadyReported reports whether something graver was said of a receive in
// stmt.
func (c *checker) alreadyReported(stmt ast.Stmt) bool {
	found := false
	ast.Inspect(stmt, func(n ast.Node) bool {
		if recv, ok := n.(*ast.UnaryExpr); ok {
			found = found || c.reported[recv.OpPos]
		}
		return true
	})
	return found
}

// checkLengths reports len(t.C) and cap(t.C).
func (c *checker) checkLengths() {
	for at := range c.root.Preorder((*ast.CallExpr)(nil)) {
		call := at.Node().(*ast.CallExpr)
		name, ok := ast.Unparen(call.Fun).(*ast.Ident)
		if !ok || len(call.Args) != 1 {
			continue
		}
		builtin, ok := c.pass.TypesInfo.Uses[name].(*types.Builtin)
		if !ok || builtin.Name() != "len" && builtin.Name() != "cap" {
			continue
		}
		field, ok := ast.Unparen(call.Args[0]).(*ast.SelectorExpr)
		if !ok || field.Sel.Name != "C" || !c.isClock(field.X) {
			continue
		}
		c.report(lenCap, call.Pos(), call.End(), "always zero since Go 1.23: the channel of a timer is not buffered; receive from it in a select with a default case to ask whether it has fired", nil)
	}
}
