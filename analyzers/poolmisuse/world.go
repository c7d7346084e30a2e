package poolmisuse

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// A world is what is known of the functions that a package calls. It is a
// [follow.World].
type world struct {
	pass     *analysis.Pass
	memo     map[*ssa.Function]*follow.Summary // by body; the zero Summary while it is made
	wrappers map[*ssa.Function]bool            // functions of the package that take or put back
	fields   map[*types.Var][]*ssa.Function    // functions held by struct fields
	reused   map[*types.Var]bool               // slices that are cut to length 0 to be filled again
}

func newWorld(pass *analysis.Pass, code *ssabuild.SSA) *world {
	return &world{
		pass:     pass,
		memo:     make(map[*ssa.Function]*follow.Summary),
		wrappers: make(map[*ssa.Function]bool),
		fields:   alias.FuncFields(code.Funcs),
		reused:   reusedFields(code.Funcs),
	}
}

// pooling returns what a callee takes from a pool or puts back, if that is known
// without following anything.
func (w *world) pooling(callee alias.Callee) follow.Summary {
	if p, ok := model.PoolingOf(callee.Func); ok {
		return fromModel(callee.Func, p)
	}
	if w.wrappers[callee.Body] {
		return w.ofBody(callee.Body)
	}
	var fact Effect
	if callee.Func != nil && callee.Func.Pkg() != w.pass.Pkg && w.pass.ImportObjectFact(callee.Func, &fact) {
		return fact.Summary
	}
	return follow.Summary{}
}

// Takes implements [follow.World].
func (w *world) Takes(callee alias.Callee) (int, bool) { return w.pooling(callee).Takes() }

// Summary implements [follow.World].
func (w *world) Summary(callee alias.Callee) follow.Summary {
	if sum := w.pooling(callee); len(sum.Params) > 0 {
		return sum
	}
	if callee.Body != nil {
		return w.ofBody(callee.Body)
	}
	if callee.Field != nil {
		return w.ofField(callee.Field, len(callee.Args))
	}
	return foreign(callee)
}

// ofBody returns the summary of a function of this package. A recursive call is
// not known.
func (w *world) ofBody(fn *ssa.Function) follow.Summary {
	if sum, ok := w.memo[fn]; ok {
		return *sum
	}
	sum := new(follow.Summary)
	w.memo[fn] = sum
	*sum = follow.Summarize(w, fn)
	return *sum
}

// ofField returns what is known of a call of a function that a struct field
// holds: its result may be tied to an argument as that of any function that the
// field is assigned.
func (w *world) ofField(field *types.Var, args int) follow.Summary {
	sum := follow.Summary{Params: make([]follow.Param, args)}
	for _, fn := range w.fields[field] {
		callee := alias.Callee{}
		callee.Func, _ = fn.Object().(*types.Func)
		if len(fn.Blocks) > 0 {
			callee.Body = fn
		}
		one := w.Summary(callee)
		for len(sum.Results) < len(one.Results) {
			sum.Results = append(sum.Results, follow.Result{})
		}
		for i, r := range one.Results {
			sum.Results[i].From = append(sum.Results[i].From, r.From...)
		}
	}
	return sum
}

// Owns implements [follow.World]: the memory behind a field is the struct's own
// if the package empties the field to fill it again.
func (w *world) Owns(field *types.Var) bool { return w.reused[field] || model.Owns(field) }

// What a path knows of a pooled object's last Reset: see [world.Note].
const (
	notReset    uint8 = iota
	resetToUser       // to a reader or writer that the next user of the pool has no business with
	resetToNone       // to nil, io.Discard, or the like
)

// Note implements [follow.World].
func (w *world) Note(note uint8, callee alias.Callee, i int) uint8 {
	if i != 0 || callee.Func == nil || callee.Func.Name() != "Reset" || len(callee.Args) != 2 {
		return note
	}
	params := callee.Func.Signature().Params()
	if params.Len() == 0 || !isReaderOrWriter(params.At(0).Type()) {
		return note
	}
	switch arg := strip(callee.Args[1]).(type) {
	case *ssa.Const:
		if arg.IsNil() || arg.Value != nil && arg.Value.Kind() == constant.String {
			return resetToNone
		}
	case *ssa.UnOp:
		if _, ok := arg.X.(*ssa.Global); ok {
			return resetToNone
		}
	case *ssa.Alloc:
		if arg.Comment == "complit" || arg.Comment == "new" {
			return resetToNone // an empty reader made for the purpose
		}
	case *ssa.Global:
		return resetToNone
	}
	return resetToUser
}

// isReaderOrWriter reports whether t is io.Reader, io.Writer, or an interface
// that embeds one of them.
func isReaderOrWriter(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	if !ok {
		return false
	}
	for m := range iface.Methods() {
		if m.Name() == "Read" || m.Name() == "Write" {
			return true
		}
	}
	return false
}

// strip returns the value that v is a conversion of.
func strip(v ssa.Value) ssa.Value {
	for {
		switch x := v.(type) {
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.ChangeInterface:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.TypeAssert:
			v = x.X
		default:
			return v
		}
	}
}

// findWrappers finds the package's functions that take objects from pools or put
// them back for their callers, and returns the functions in which objects are
// taken or put back, directly or by such a function.
func (w *world) findWrappers(fns []*ssa.Function) []*ssa.Function {
	for {
		var touched []*ssa.Function
		for _, fn := range fns {
			if w.touches(fn) {
				touched = append(touched, fn)
				delete(w.memo, fn)
			}
		}
		before := len(w.wrappers)
		for _, fn := range touched {
			sum := w.ofBody(fn)
			if _, takes := sum.Takes(); fn.Parent() == nil && (takes || sum.Releases()) {
				w.wrappers[fn] = true
			}
		}
		if len(w.wrappers) == before {
			return touched
		}
	}
}

// touches reports whether a call in fn takes an object from a pool or puts one
// back.
func (w *world) touches(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok {
				sum := w.pooling(alias.CalleeOf(call.Common()))
				if _, takes := sum.Takes(); takes || sum.Releases() {
					return true
				}
			}
		}
	}
	return false
}

// exportFacts exports what importers should know of the package's functions.
func (w *world) exportFacts(fns []*ssa.Function) {
	exported := false
	for _, fn := range fns {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || fn.Parent() != nil {
			continue
		}
		if !w.wrappers[fn] && !convertsInPlace(fn) {
			continue
		}
		if sum := w.ofBody(fn); sum.IsTelling() {
			w.pass.ExportObjectFact(obj, &Effect{sum})
			exported = true
		}
	}
	if exported {
		w.pass.ExportPackageFact(new(Pools))
	}
}

// convertsInPlace reports whether fn is a small function that turns bytes into a
// string, or back, without copying.
func convertsInPlace(fn *ssa.Function) bool {
	if len(fn.Blocks) == 0 || len(fn.Blocks) > 4 {
		return false
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.Convert:
				if basic, ok := instr.Type().Underlying().(*types.Basic); ok && basic.Kind() == types.UnsafePointer {
					return true
				}
			case *ssa.Call:
				if b, ok := instr.Call.Value.(*ssa.Builtin); ok && (b.Name() == "String" || b.Name() == "StringData" || b.Name() == "SliceData") {
					return true
				}
			}
		}
	}
	return false
}

// reusedFields returns the struct fields whose slices the package empties to
// fill them again: x.buf = x.buf[:0], or append(x.buf[:0], …).
func reusedFields(fns []*ssa.Function) map[*types.Var]bool {
	reused := make(map[*types.Var]bool)
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				cut, ok := instr.(*ssa.Slice)
				if !ok || !isZero(cut.High) {
					continue
				}
				load, ok := cut.X.(*ssa.UnOp)
				if !ok {
					continue
				}
				if fa, ok := load.X.(*ssa.FieldAddr); ok {
					if field := alias.FieldOf(fa); field != nil {
						reused[field] = true
					}
				}
			}
		}
	}
	return reused
}

func isZero(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}
