package poolmisuse

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// neverReset reports a pool of buffers whose user takes one, fills it and puts
// it back without emptying it at either end: the next user finds the contents.
func (r *reporter) neverReset(p *pool) {
	if p.open {
		return
	}
	for _, call := range p.puts {
		t, ok := put(call)
		if !ok || !isNamed(t.typ, "bytes", "Buffer") {
			continue
		}
		fn := ssabuild.Outermost(call.Parent())
		for _, get := range p.gets {
			if ssabuild.Outermost(get.Parent()) == fn && onlyFilled(fn) {
				r.add("never-reset", r.pos(call), "the buffer goes back into the pool with its contents, and is not emptied when it is taken: "+
					"the next user appends to another request's data; Reset it after Get or before Put", related(r.pos(get), "taken here"))
			}
		}
	}
}

// onlyFilled reports whether fn, its literals included, does with buffers
// nothing but fill them and look at their contents.
func onlyFilled(fn *ssa.Function) bool {
	filled := false
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			call, ok := instr.(ssa.CallInstruction)
			if !ok {
				if st, ok := instr.(*ssa.Store); ok && isNamed(st.Addr.Type(), "bytes", "Buffer") {
					return false
				}
				continue
			}
			callee := alias.CalleeOf(call.Common())
			for i, arg := range callee.Args {
				if !isNamed(strip(arg).Type(), "bytes", "Buffer") {
					continue
				}
				switch {
				case callee.Func == nil:
					return false
				case isMethod(callee.Func, "Put"):
				case i == 0 && strings.HasPrefix(callee.Func.FullName(), "(*bytes.Buffer)."):
					switch callee.Func.Name() {
					case "Write", "WriteString", "WriteByte", "WriteRune":
						filled = true
					case "Bytes", "String", "Len", "Cap", "Grow":
					default:
						return false
					}
				case callee.Func.Pkg() != nil && callee.Func.Pkg().Path() == "fmt" && strings.HasPrefix(callee.Func.Name(), "Fprint"):
					filled = true
				default:
					return false
				}
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		if !onlyFilled(anon) && touchesBuffers(anon) {
			return false
		}
	}
	return filled
}

func touchesBuffers(fn *ssa.Function) bool {
	for _, v := range fn.FreeVars {
		if strings.Contains(v.Type().String(), "bytes.Buffer") {
			return true
		}
	}
	return false
}

// isNamed reports whether t is the named type, or a pointer to it.
func isNamed(t types.Type, path, name string) bool {
	return timing.IsNamed(timing.Deref(t), path, name)
}

// unbounded reports a pool of buffers that grow with their input and are put
// back however large they grew.
func (r *reporter) unbounded(p *pool) {
	if !growsWithInput(p) {
		return
	}
	for _, call := range p.puts {
		t, ok := put(call)
		if !ok || !growable(t.typ) || measuresSize(ssabuild.Outermost(call.Parent())) {
			continue
		}
		r.add("unbounded", r.pos(call), fmt.Sprintf("%s goes back into the pool however large it grew: "+
			"one big request leaves its memory behind in every pool slot that it touches; drop it above a size, as package fmt does above 64 KB",
			r.typeName(t.typ)))
		return
	}
}

// growsWithInput reports whether a function that uses the pool reads a stream
// into a buffer, encodes into one, or writes to one in a loop.
func growsWithInput(p *pool) bool {
	var fns []*ssa.Function
	for _, get := range p.gets {
		fns = append(fns, ssabuild.Outermost(get.Parent()))
	}
	for _, put := range p.puts {
		fns = append(fns, ssabuild.Outermost(put.Parent()))
	}
	return slices.ContainsFunc(fns, func(fn *ssa.Function) bool {
		return someCall(fn, func(call ssa.CallInstruction, callee alias.Callee) bool {
			switch {
			case callee.Builtin == "append":
				return growable(callee.Args[0].Type()) && ssabuild.InLoop(call.Block())
			case callee.Func == nil || len(callee.Args) == 0 || !growable(strip(callee.Args[0]).Type()):
				return false
			}
			switch callee.Func.FullName() {
			case "(*bytes.Buffer).ReadFrom", "io.Copy", "io.CopyBuffer", "encoding/json.NewEncoder", "encoding/gob.NewEncoder", "encoding/xml.NewEncoder":
				return true
			case "(*bytes.Buffer).Write", "(*bytes.Buffer).WriteString":
				return ssabuild.InLoop(call.Block())
			}
			return false
		})
	})
}

// growable reports whether t is a buffer of bytes.
func growable(t types.Type) bool {
	if isNamed(t, "bytes", "Buffer") {
		return true
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// measuresSize reports whether fn looks at the size of anything.
func measuresSize(fn *ssa.Function) bool {
	return someCall(fn, func(_ ssa.CallInstruction, callee alias.Callee) bool {
		if callee.Builtin == "cap" {
			return true
		}
		return callee.Func != nil && (callee.Func.Name() == "Cap" || callee.Func.Name() == "Size")
	})
}

// someCall reports whether a call in fn, or in a function literal inside it,
// satisfies f.
func someCall(fn *ssa.Function, f func(ssa.CallInstruction, alias.Callee) bool) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(ssa.CallInstruction); ok && f(call, alias.CalleeOf(call.Common())) {
				return true
			}
		}
	}
	for _, anon := range fn.AnonFuncs {
		if someCall(anon, f) {
			return true
		}
	}
	return false
}

// pointersKept reports slices of things with pointers that are put back without
// being cleared.
func (r *reporter) pointersKept(w *world, p *pool) {
	for _, call := range p.puts {
		if t, ok := put(call); ok && r.pointersKeptAt(w, call, t.typ) {
			return // the others have the same cause
		}
	}
}

// pointersKeptByWrappers does the same for pools behind a wrapper of another
// package that is for slices of any type. One for slices of a certain type is
// looked at in its own package.
func (r *reporter) pointersKeptByWrappers(w *world, fns []*ssa.Function) {
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				callee := alias.CalleeOf(call.Common())
				if callee.Body != nil || isMethod(callee.Func, "Put") {
					continue
				}
				for i, p := range w.pooling(callee).Params {
					if p.Fate == follow.Released && i < len(callee.Args) && takesAny(callee.Func, i) {
						r.pointersKeptAt(w, call, strip(callee.Args[i]).Type())
					}
				}
			}
		}
	}
}

// takesAny reports whether the i'th argument of fn, the receiver first, may be of
// any type.
func takesAny(fn *types.Func, i int) bool {
	if fn == nil {
		return true
	}
	sig := fn.Origin().Signature()
	if sig.Recv() != nil {
		i--
	}
	if i < 0 || i >= sig.Params().Len() {
		return false
	}
	t := sig.Params().At(i).Type()
	return types.IsInterface(t) || hasTypeParam(t)
}

// pointersKeptAt reports whether a call puts back a value of type t that is such a
// slice, and reports it. Elements that are slices, or that the package lengthens
// its slices by, are kept to be used again, and those that are given to another
// function before have been seen to.
func (r *reporter) pointersKeptAt(w *world, call ssa.CallInstruction, t types.Type) bool {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Slice)
	if !ok || !alias.HasPointers(s.Elem()) || hasTypeParam(s.Elem()) || clears(ssabuild.Outermost(call.Parent()), s.Elem()) {
		return false
	}
	if _, nested := s.Elem().Underlying().(*types.Slice); nested || w.lengthens(s.Elem()) || handsOn(ssabuild.Outermost(call.Parent()), s.Elem()) {
		return false
	}
	r.add("uncleared", r.pos(call), fmt.Sprintf("a slice of %s goes back into the pool with its elements: "+
		"the pool keeps what they point to alive; clear it before the Put", r.typeName(s.Elem())))
	return true
}

// handsOn reports whether fn gives elements of the given type, or what is in them, to
// another function, one after the other: to a pool of their own, for example.
func handsOn(fn *ssa.Function, elem types.Type) bool {
	return someCall(fn, func(_ ssa.CallInstruction, callee alias.Callee) bool {
		return callee.Builtin == "" && slices.ContainsFunc(callee.Args, func(arg ssa.Value) bool {
			load, ok := arg.(*ssa.UnOp)
			return ok && load.Op == token.MUL && intoElement(load.X, elem)
		})
	})
}

// clears reports whether fn clears elements of the given type, writes over them,
// or sets a slice of them to nil.
func clears(fn *ssa.Function, elem types.Type) bool {
	isElems := func(t types.Type) bool {
		s, ok := t.Underlying().(*types.Slice)
		return ok && types.Identical(s.Elem(), elem)
	}
	if someCall(fn, func(_ ssa.CallInstruction, callee alias.Callee) bool {
		if callee.Builtin == "clear" {
			return isElems(callee.Args[0].Type())
		}
		if callee.Func == nil {
			return false
		}
		name := strings.ToLower(callee.Func.Name())
		return strings.Contains(name, "clear") || strings.Contains(name, "reset") || strings.Contains(name, "zero")
	}) {
		return true
	}
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			st, ok := instr.(*ssa.Store)
			if ok && (intoElement(st.Addr, elem) || isElems(st.Val.Type()) && isConst(st.Val)) {
				return true
			}
		}
	}
	return false
}

// intoElement reports whether addr is an element of a slice of elem, or a field
// of one, at an index that is not constant.
func intoElement(addr ssa.Value, elem types.Type) bool {
	for {
		fa, ok := addr.(*ssa.FieldAddr)
		if !ok {
			break
		}
		addr = fa.X
	}
	ia, ok := addr.(*ssa.IndexAddr)
	if !ok {
		return false
	}
	s, ok := ia.X.Type().Underlying().(*types.Slice)
	_, constant := ia.Index.(*ssa.Const)
	return ok && !constant && types.Identical(s.Elem(), elem)
}
