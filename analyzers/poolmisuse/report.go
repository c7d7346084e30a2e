package poolmisuse

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/follow"
)

// A reporter collects diagnostics: an object can be followed to the same defect
// from several places, and the defect is reported once.
type reporter struct {
	pass *analysis.Pass
	list []analysis.Diagnostic

	closeSeen map[*ssa.Function]bool // Close methods that were reported
}

// add adds a diagnostic of the given kind.
func (r *reporter) add(kind string, pos token.Pos, message string, related ...analysis.RelatedInformation) *analysis.Diagnostic {
	if !pos.IsValid() || r.inTest(pos) {
		return nil
	}
	for i := range r.list {
		if r.list[i].Category == kind && r.list[i].Pos == pos {
			return nil
		}
	}
	r.list = append(r.list, analysis.Diagnostic{Pos: pos, Category: kind, Message: message, Related: related})
	return &r.list[len(r.list)-1]
}

// inTest reports whether a position is in a test file. Tests of pools do to
// pooled objects what nobody should; nothing is reported there.
func (r *reporter) inTest(pos token.Pos) bool {
	return strings.HasSuffix(r.pass.Fset.File(pos).Name(), "_test.go")
}

// flush reports what was collected, in source order.
func (r *reporter) flush() {
	slices.SortStableFunc(r.list, func(a, b analysis.Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Category, b.Category))
	})
	for _, d := range r.list {
		r.pass.Report(d)
	}
}

func related(pos token.Pos, message string) analysis.RelatedInformation {
	return analysis.RelatedInformation{Pos: pos, Message: message}
}

// pos returns a position in the source for an instruction: where its statement
// or expression begins, if that is known.
func (r *reporter) pos(instr ssa.Instruction) token.Pos {
	if call, ok := instr.(*ssa.Call); ok {
		if expr := r.callAt(call); expr != nil {
			return expr.Pos()
		}
	}
	if pos := instr.Pos(); pos.IsValid() {
		return pos
	}
	if ret, ok := instr.(*ssa.Return); ok {
		return closing(ret.Parent())
	}
	for _, op := range instr.Operands(nil) {
		if *op == nil {
			continue
		}
		if pos := (*op).Pos(); pos.IsValid() && (*op).Parent() == instr.Parent() {
			return pos
		}
	}
	return token.NoPos
}

// closing returns the position of a function's closing brace, where it returns
// without a return statement.
func closing(fn *ssa.Function) token.Pos {
	switch n := fn.Syntax().(type) {
	case *ast.FuncDecl:
		return n.Body.Rbrace
	case *ast.FuncLit:
		return n.Body.Rbrace
	case *ast.RangeStmt:
		return n.Body.Rbrace
	}
	return token.NoPos
}

// start returns where the statement or call that gives an object back begins.
func (r *reporter) start(g follow.Giving) token.Pos {
	if call := r.callAt(g.At); call != nil {
		return call.Pos()
	}
	return g.At.Pos()
}

// callAt returns the call expression of a call, go or defer statement.
func (r *reporter) callAt(instr ssa.CallInstruction) *ast.CallExpr {
	for _, n := range r.path(instr.Pos()) {
		switch n := n.(type) {
		case *ast.CallExpr:
			if n.Lparen == instr.Pos() {
				return n
			}
		case *ast.DeferStmt:
			if n.Defer == instr.Pos() {
				return n.Call
			}
		case *ast.GoStmt:
			if n.Go == instr.Pos() {
				return n.Call
			}
		}
	}
	return nil
}

// path returns the syntax that encloses a position, the innermost first.
func (r *reporter) path(pos token.Pos) []ast.Node {
	if !pos.IsValid() {
		return nil
	}
	for _, f := range r.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			path, _ := astutil.PathEnclosingInterval(f, pos, pos+1)
			return path
		}
	}
	return nil
}

// name returns how the source calls the object that a call gives back.
func (r *reporter) name(g follow.Giving, arg ssa.Value) string {
	call := r.callAt(g.At)
	if call == nil {
		return "the object"
	}
	for i, a := range g.At.Common().Args {
		if a != arg {
			continue
		}
		if recv := len(g.At.Common().Args) - len(call.Args); i >= recv {
			return types.ExprString(call.Args[i-recv])
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
			return types.ExprString(sel.X)
		}
	}
	if len(call.Args) == 1 {
		return types.ExprString(call.Args[0])
	}
	return "the object"
}
