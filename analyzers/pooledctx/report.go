package pooledctx

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/model"
)

// A reporter reports what of a context outlives its handler, each place once.
type reporter struct {
	pass      *analysis.Pass
	immutable bool // values that contexts return are copies
	seen      map[token.Pos]bool
}

// check reports what of the context param still refers to it at the ends of its
// function's paths.
func (r *reporter) check(ctx model.RequestContext, param *ssa.Parameter, trace *follow.Trace) {
	for _, end := range trace.Ends {
		for _, share := range end.Running {
			r.shared(ctx, param, share)
		}
		for _, left := range end.Left {
			r.left(ctx, param, left)
		}
	}
	for _, store := range trace.MapStores {
		r.mapStore(ctx, param, store)
	}
}

// shared reports a goroutine or a channel that has the context at the end.
func (r *reporter) shared(ctx model.RequestContext, param *ssa.Parameter, share follow.Share) {
	sent := false
	switch share.At.(type) {
	case *ssa.Send, *ssa.Select:
		sent = true
	}
	pos := r.pos(share.At)
	if share.Ref == alias.Inside {
		if r.lends(ctx) {
			who := "a goroutine"
			if sent {
				who = "the receiver of a channel"
			}
			r.report("borrowed", pos, fmt.Sprintf("%s gets memory of the request from %s and may use it when the handler has returned: "+
				"by then it holds another request; copy it first, with strings.Clone or bytes.Clone", who, param.Name()))
		}
		return
	}
	what := r.subject(param, share.Ref)
	if sent {
		r.report("sent", pos, fmt.Sprintf("%s is sent on a channel and may be used when the handler has returned: "+
			"the framework gives it to another request then; %s", what, mend(ctx, param)))
		return
	}
	d := r.add("goroutine", pos, fmt.Sprintf("a goroutine uses %s and may still run when the handler has returned: "+
		"the framework gives it to another request then, which the goroutine reads and overwrites; %s", what, mend(ctx, param)))
	if d != nil {
		d.SuggestedFixes = r.passCopy(ctx, param, share.At)
		r.pass.Report(*d)
	}
}

// subject says what is used: the context, or what leads to it.
func (r *reporter) subject(param *ssa.Parameter, ref alias.Ref) string {
	switch ref {
	case alias.View:
		return "a context made from " + param.Name()
	case alias.Holder:
		return "what holds " + param.Name()
	}
	return param.Name()
}

func mend(ctx model.RequestContext, param *ssa.Parameter) string {
	if ctx.Copy != "" {
		return fmt.Sprintf("use %s.%s() there, or wait for it", param.Name(), ctx.Copy)
	}
	return fmt.Sprintf("take what it needs from %s before, or wait for it", param.Name())
}

// lends reports whether what the context returns is memory of the request.
func (r *reporter) lends(ctx model.RequestContext) bool { return ctx.Borrows && !r.immutable }

// left reports a variable or a field that has the context at the end.
func (r *reporter) left(ctx model.RequestContext, param *ssa.Parameter, left follow.Left) {
	if left.Store == nil {
		return
	}
	pos := r.pos(left.Store)
	kind, where := "stored", "a variable"
	switch root := left.Place.Root.(type) {
	case *ssa.Global:
		where = root.Name()
	case *ssa.Alloc:
		where = root.Comment
	case *ssa.Parameter:
		if root == param {
			return
		}
		kind, where = "field", "a field of "+root.Name()
	default:
		kind, where = "field", "a field"
	}
	if left.Ref == alias.Inside {
		if kind == "stored" && r.lends(ctx) {
			r.report("borrowed", pos, fmt.Sprintf("%s keeps memory of the request from %s when the handler has returned: "+
				"by then it holds another request; copy it first, with strings.Clone or bytes.Clone", where, param.Name()))
		}
		return
	}
	r.report(kind, pos, fmt.Sprintf("%s keeps %s when the handler has returned: "+
		"the framework gives it to another request then; %s", where, param.Name(), mend(ctx, param)))
}

// mapStore reports a map that outlives the handler and gets the context.
func (r *reporter) mapStore(ctx model.RequestContext, param *ssa.Parameter, store follow.Share) {
	update := store.At.(*ssa.MapUpdate)
	if !outlives(update.Map) || deletes(update) {
		return
	}
	pos := r.pos(update)
	if store.Ref == alias.Inside {
		if r.lends(ctx) {
			r.report("borrowed", pos, fmt.Sprintf("a map keeps memory of the request from %s when the handler has returned: "+
				"by then it holds another request; copy it first, with strings.Clone or bytes.Clone", param.Name()))
		}
		return
	}
	r.report("stored", pos, fmt.Sprintf("a map keeps %s when the handler has returned: "+
		"the framework gives it to another request then; %s", param.Name(), mend(ctx, param)))
}

// outlives reports whether a map is stored in a package variable or in a
// variable around the handler.
func outlives(m ssa.Value) bool {
	load, ok := m.(*ssa.UnOp)
	if !ok {
		return false
	}
	switch root := alias.PlaceOf(load.X).Root.(type) {
	case *ssa.Global:
		return true
	case *ssa.Alloc:
		return root.Parent() != load.Parent()
	}
	return false
}

// deletes reports whether the function of an update takes entries out of such a
// map again.
func deletes(update *ssa.MapUpdate) bool {
	var in func(fn *ssa.Function) bool
	in = func(fn *ssa.Function) bool {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				callee := alias.CalleeOf(call.Common())
				if callee.Builtin == "delete" && types.Identical(callee.Args[0].Type(), update.Map.Type()) {
					return true
				}
			}
		}
		for _, anon := range fn.AnonFuncs {
			if in(anon) {
				return true
			}
		}
		return false
	}
	return in(update.Parent())
}

// report reports a diagnostic unless there is one at its position.
func (r *reporter) report(kind string, pos token.Pos, message string) {
	if d := r.add(kind, pos, message); d != nil {
		r.pass.Report(*d)
	}
}

// add returns a diagnostic to report, or nil if there is one at its position or
// if that is in a test.
func (r *reporter) add(kind string, pos token.Pos, message string) *analysis.Diagnostic {
	if !pos.IsValid() || r.seen[pos] || strings.HasSuffix(r.pass.Fset.File(pos).Name(), "_test.go") {
		return nil
	}
	if r.seen == nil {
		r.seen = make(map[token.Pos]bool)
	}
	r.seen[pos] = true
	return &analysis.Diagnostic{Pos: pos, Category: kind, Message: message}
}

// pos returns where the statement or call of an instruction begins.
func (r *reporter) pos(instr ssa.Instruction) token.Pos {
	pos := instr.Pos()
	if !pos.IsValid() {
		for _, op := range instr.Operands(nil) {
			if *op != nil && (*op).Parent() == instr.Parent() && (*op).Pos().IsValid() {
				return (*op).Pos()
			}
		}
	}
	if call, ok := instr.(*ssa.Call); ok {
		for _, n := range r.path(pos) {
			if expr, ok := n.(*ast.CallExpr); ok && expr.Lparen == call.Pos() {
				return expr.Pos()
			}
		}
	}
	return pos
}

// path returns the syntax that encloses a position, the innermost first.
func (r *reporter) path(pos token.Pos) []ast.Node {
	for _, f := range r.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			path, _ := astutil.PathEnclosingInterval(f, pos, pos+1)
			return path
		}
	}
	return nil
}

// passCopy returns the fix that starts a goroutine with a copy of the context in
// place of the context.
func (r *reporter) passCopy(ctx model.RequestContext, param *ssa.Parameter, at ssa.Instruction) []analysis.SuggestedFix {
	if _, ok := at.(*ssa.Go); !ok || ctx.Copy == "" {
		return nil
	}
	for _, n := range r.path(at.Pos()) {
		stmt, ok := n.(*ast.GoStmt)
		if !ok {
			continue
		}
		lit, ok := stmt.Call.Fun.(*ast.FuncLit)
		if !ok || len(lit.Type.Params.List) > 0 || len(stmt.Call.Args) > 0 {
			return nil
		}
		typ := r.typeText(param)
		if typ == "" {
			return nil
		}
		return []analysis.SuggestedFix{{
			Message: "Start the goroutine with a copy of " + param.Name(),
			TextEdits: []analysis.TextEdit{
				{Pos: lit.Type.Params.Closing, End: lit.Type.Params.Closing, NewText: []byte(param.Name() + " " + typ)},
				{Pos: stmt.Call.Rparen, End: stmt.Call.Rparen, NewText: []byte(param.Name() + "." + ctx.Copy + "()")},
			},
		}}
	}
	return nil
}

// typeText returns the source of a parameter's type.
func (r *reporter) typeText(param *ssa.Parameter) string {
	for _, n := range r.path(param.Pos()) {
		if field, ok := n.(*ast.Field); ok {
			return types.ExprString(field.Type)
		}
	}
	return ""
}
