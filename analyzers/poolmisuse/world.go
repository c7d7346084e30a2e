package poolmisuse

import (
	"go/constant"
	"go/token"
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
	calls    *follow.Calls
	wrappers map[*ssa.Function]bool   // functions of the package that take or put back
	pooled   map[*types.TypeName]bool // types whose values are put into pools
	reused   map[*types.Var]bool      // slices that are cut to length 0 to be filled again
	fns      []*ssa.Function          // of the package
}

func newWorld(pass *analysis.Pass, code *ssabuild.SSA) *world {
	return &world{
		pass:     pass,
		calls:    follow.NewCalls(code.Funcs),
		wrappers: make(map[*ssa.Function]bool),
		pooled:   make(map[*types.TypeName]bool),
		reused:   reusedFields(code.Funcs),
		fns:      code.Funcs,
	}
}

// fromModel returns the summary of a function that the model knows to take from
// a pool or to put back.
func fromModel(fn *types.Func, p model.Pooling) follow.Summary {
	sig := fn.Signature()
	params := sig.Params().Len()
	if sig.Recv() != nil {
		params++
	}
	sum := follow.Summary{
		Params:  make([]follow.Param, params),
		Results: make([]follow.Result, sig.Results().Len()),
	}
	for i := range sum.Params {
		sum.Params[i].Fate = follow.Borrowed
	}
	if p.Puts >= 0 && p.Puts < params {
		sum.Params[p.Puts].Fate = follow.Released
	}
	if p.Takes >= 0 && p.Takes < len(sum.Results) {
		sum.Results[p.Takes].Taken = true
	}
	return sum
}

// releasing returns the summary of a function that is said to give back what it is
// given or, if it is given nothing, what it is called on.
func releasing(fn *types.Func) follow.Summary {
	p := model.Pooling{Takes: -1}
	if fn.Signature().Recv() != nil && fn.Signature().Params().Len() > 0 {
		p.Puts = 1
	}
	return fromModel(fn, p)
}

// takingOver returns the summary of a function that is said to own what it is
// given from then on.
func takingOver(args int) follow.Summary {
	sum := follow.Summary{Params: make([]follow.Param, args)}
	for i := range sum.Params {
		sum.Params[i].Fate = follow.Kept
	}
	return sum
}

// pooling returns what a callee takes from a pool or puts back, if that is known
// without following anything.
func (w *world) pooling(callee alias.Callee) follow.Summary {
	if p, ok := model.PoolingOf(callee.Func); ok {
		return fromModel(callee.Func, p)
	}
	if model.TeamSays(&w.pass.Analyzer.Flags, model.Releases, callee.Func) {
		return releasing(callee.Func)
	}
	if w.wrappers[callee.Body] {
		return w.calls.OfBody(w, callee.Body, follow.None)
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
func (w *world) Summary(callee alias.Callee, wanted func(int) bool) follow.Summary {
	if sum := w.pooling(callee); len(sum.Params) > 0 && !w.wrappers[callee.Body] {
		return sum
	}
	if model.TeamSays(&w.pass.Analyzer.Flags, model.TakesOver, callee.Func) {
		return takingOver(len(callee.Args))
	}
	return w.calls.Summary(w, callee, wanted)
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
	if !resetsToNothing(callee.Args[0].Type()) {
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

// resetsToNothing reports whether t can be reset to nil, at no cost. A reader that
// reads a header when it is reset cannot be, and a compressor clears its tables,
// which costs each request more than what the pool keeps alive until its next one.
func resetsToNothing(t types.Type) bool {
	return isNamed(t, "bufio", "Reader") || isNamed(t, "bufio", "Writer") || isNamed(t, "github.com/klauspost/compress/zstd", "Decoder")
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
				w.calls.Forget(fn)
			}
		}
		before := len(w.wrappers)
		for _, fn := range touched {
			sum := w.calls.OfBody(w, fn, func(i int) bool { return w.mayPut(fn, fn.Params[i]) })
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

// mayPut reports whether fn may put back what it gets as p, by the types of what
// it puts back.
func (w *world) mayPut(fn *ssa.Function, p *ssa.Parameter) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				continue
			}
			callee := alias.CalleeOf(call.Common())
			for i, param := range w.pooling(callee).Params {
				if param.Fate == follow.Released && i < len(callee.Args) && mayBe(p.Type(), strip(callee.Args[i]).Type()) {
					return true
				}
			}
		}
	}
	return false
}

// mayBe reports whether a value of type put may be, hold or point to what was a
// value of type t.
func mayBe(t, put types.Type) bool {
	if types.IsInterface(t) || types.IsInterface(put) || types.ConvertibleTo(t, put) || types.ConvertibleTo(put, t) {
		return true
	}
	p, ok := put.Underlying().(*types.Pointer)
	if !ok {
		return false
	}
	if st, ok := p.Elem().Underlying().(*types.Struct); ok {
		for f := range st.Fields() {
			if types.Identical(f.Type(), t) {
				return true
			}
		}
	}
	return types.Identical(p.Elem(), t)
}

// exportFacts exports what importers should know of the package's functions.
func (w *world) exportFacts(fns []*ssa.Function) {
	exported := false
	for _, fn := range fns {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || fn.Parent() != nil {
			continue
		}
		if !w.wrappers[fn] && !w.pooled[receiver(fn)] && !convertsInPlace(fn) {
			continue
		}
		if sum := w.calls.OfBody(w, fn, follow.All); sum.IsTelling() {
			w.pass.ExportObjectFact(obj, &Effect{sum})
			exported = true
		}
	}
	if exported {
		w.pass.ExportPackageFact(new(Pools))
	}
}

// receiver returns the declared type of a method's receiver, or nil.
func receiver(fn *ssa.Function) *types.TypeName {
	recv := fn.Signature.Recv()
	if recv == nil {
		return nil
	}
	return typeName(recv.Type())
}

// typeName returns the declared type behind t or behind the pointer t, or nil.
func typeName(t types.Type) *types.TypeName {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return named.Obj()
	}
	return nil
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

// lengthens reports whether the package makes a slice of elem longer within its
// capacity, list[:n+1] or list[:cap(list)], and so uses elements again that are
// beyond the slice's length.
func (w *world) lengthens(elem types.Type) bool {
	for _, fn := range w.fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				cut, ok := instr.(*ssa.Slice)
				if !ok || cut.High == nil {
					continue
				}
				if s, ok := cut.Type().Underlying().(*types.Slice); ok && types.Identical(s.Elem(), elem) && longer(cut.High) {
					return true
				}
			}
		}
	}
	return false
}

// longer reports whether v is a sum or a capacity.
func longer(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.BinOp:
		return v.Op == token.ADD
	case *ssa.Call:
		return alias.CalleeOf(&v.Call).Builtin == "cap"
	}
	return false
}
