package poolmisuse

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// checkPools reports what is wrong with pools as a whole: what New makes, what
// is put and what is asserted do not agree; nothing is ever put; values are
// boxed; buffers of any size or with old contents stay.
func checkPools(r *reporter, w *world, code *ssabuild.SSA) {
	for _, p := range findPools(code) {
		r.wrongTypes(p)
		r.missingNew(p)
		r.neverPut(p)
		r.nonPointer(p)
		r.neverReset(p)
		r.unbounded(p)
		r.pointersKept(w, p)
	}
	r.pointersKeptByWrappers(w, code.Funcs)
}

// wrongTypes reports assertions on what Get returns that fail for what New makes
// or for what is put.
func (r *reporter) wrongTypes(p *pool) {
	for _, get := range p.gets {
		for _, ta := range asserted(get) {
			for _, fn := range p.news {
				list, known := made(fn)
				for _, m := range list {
					if known && !satisfies(m.typ, ta.AssertedType) {
						r.add("wrong-type", r.pos(ta), fmt.Sprintf("New of the pool makes %s, asserted here to be %s: this panics whenever the pool is empty",
							r.typeName(m.typ), r.typeName(ta.AssertedType)), related(r.pos(m.at), "made here"))
					}
				}
			}
			for _, call := range p.puts {
				if t, ok := put(call); ok && !satisfies(t.typ, ta.AssertedType) {
					r.add("wrong-type", r.pos(call), fmt.Sprintf("%s is put into a pool whose Get is asserted to be %s: the assertion panics when it gets this one",
						r.typeName(t.typ), r.typeName(ta.AssertedType)), related(r.pos(ta), "asserted here"))
				}
			}
		}
	}
}

// satisfies reports whether an assertion to want succeeds on a value of type
// have. What depends on type parameters is taken to.
func satisfies(have, want types.Type) bool {
	if hasTypeParam(have) || hasTypeParam(want) {
		return true
	}
	if iface, ok := want.Underlying().(*types.Interface); ok {
		return types.Implements(have, iface)
	}
	return types.Identical(have, want)
}

func hasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Pointer:
		return hasTypeParam(t.Elem())
	case *types.Slice:
		return hasTypeParam(t.Elem())
	case *types.Array:
		return hasTypeParam(t.Elem())
	case *types.Map:
		return hasTypeParam(t.Key()) || hasTypeParam(t.Elem())
	case *types.Chan:
		return hasTypeParam(t.Elem())
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if hasTypeParam(arg) {
				return true
			}
		}
	}
	return false
}

// missingNew reports assertions on what Get returns from a pool without New: nil
// whenever the pool is empty.
func (r *reporter) missingNew(p *pool) {
	if len(p.news) > 0 || p.open {
		return
	}
	for _, get := range p.gets {
		if comparedWithNil(get) {
			continue
		}
		for _, ta := range asserted(get) {
			r.add("missing-new", r.pos(ta), "the pool has no New, so Get returns nil whenever the pool is empty, and this assertion panics: "+
				"set New, or use the two-valued assertion")
		}
	}
}

// neverPut reports a pool that objects are taken from and that nothing is put
// into.
func (r *reporter) neverPut(p *pool) {
	if p.open || len(p.puts) > 0 || len(p.gets) == 0 {
		return
	}
	r.add("never-put", r.pos(p.gets[0]),
		"nothing is ever put into this pool: every Get allocates, as it would without the pool; put objects back, or drop the pool")
}

// nonPointer reports what is boxed to be put.
func (r *reporter) nonPointer(p *pool) {
	var at []*ssa.MakeInterface
	var calls []ssa.CallInstruction
	for _, call := range p.puts {
		args := alias.CalleeOf(call.Common()).Args
		iface, ok := args[len(args)-1].(*ssa.MakeInterface)
		if ok && !pointerShaped(iface.X.Type()) && !isConst(iface.X) && !r.worthItsBox(p, iface.X.Type()) && !r.decided(call.Pos()) {
			at = append(at, iface)
			calls = append(calls, call)
		}
	}
	if len(at) == 0 {
		return
	}
	var others []analysis.RelatedInformation
	for _, call := range calls[1:] {
		others = append(others, related(r.pos(call), "and here"))
	}
	r.add("non-pointer", r.pos(calls[0]), fmt.Sprintf("%s is put into the pool by value: converting it to an interface allocates on every Put, "+
		"which is what the pool was to spare; pool a pointer to it", r.typeName(at[0].X.Type())), others...)
}

// maxBoxed is the size in bytes up to which a pooled slice is not worth the box of
// its header, 24 bytes. Those that people waved away began at 400.
const maxBoxed = 128

// worthItsBox reports whether t is a slice that spares much more than its header
// costs: all but those that New makes, with room for little.
func (r *reporter) worthItsBox(p *pool, t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	elem := r.pass.TypesSizes.Sizeof(s.Elem())
	return len(p.news) == 0 || slices.ContainsFunc(p.news, func(fn *ssa.Function) bool {
		list, known := made(fn)
		return !known || slices.ContainsFunc(list, func(m typed) bool {
			room, known := capOf(m.value)
			return !known || elem*room > maxBoxed
		})
	})
}

// capOf returns the capacity of a slice that was just made, or false if it is not
// constant, or none: what begins with no room grows to a size unknown here.
func capOf(v ssa.Value) (int64, bool) {
	switch v := v.(type) {
	case *ssa.Slice:
		if alloc, ok := v.X.(*ssa.Alloc); ok {
			if array, ok := timing.Deref(alloc.Type()).Underlying().(*types.Array); ok {
				return array.Len(), array.Len() > 0
			}
		}
	case *ssa.MakeSlice:
		if c, ok := v.Cap.(*ssa.Const); ok {
			return c.Int64(), c.Int64() > 0
		}
	}
	return 0, false
}

// decided reports whether a comment on the line of pos, or on the line before
// it, silences staticcheck, which has the same to say.
func (r *reporter) decided(pos token.Pos) bool {
	line := r.pass.Fset.Position(pos).Line
	for _, f := range r.pass.Files {
		if pos < f.FileStart || f.FileEnd <= pos {
			continue
		}
		for _, group := range f.Comments {
			for _, c := range group.List {
				if at := r.pass.Fset.Position(c.Pos()).Line; (at == line || at == line-1) && silences.MatchString(c.Text) {
					return true
				}
			}
		}
	}
	return false
}

// silences matches comments that silence staticcheck's SA6002.
var silences = regexp.MustCompile(`^//(nolint:\S*(staticcheck|megacheck|all)|lint:ignore \S*SA6002)`)

func isConst(v ssa.Value) bool { _, ok := v.(*ssa.Const); return ok }

// pointerShaped reports whether a value of type t fits an interface without
// being copied to the heap.
func pointerShaped(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Pointer, *types.Chan, *types.Map, *types.Signature, *types.Interface:
		return true
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Array:
		return u.Len() == 0 || u.Len() == 1 && pointerShaped(u.Elem())
	case *types.Struct:
		return u.NumFields() == 0 || u.NumFields() == 1 && pointerShaped(u.Field(0).Type())
	}
	return false
}

func (r *reporter) typeName(t types.Type) string {
	return types.TypeString(t, func(pkg *types.Package) string {
		if pkg == r.pass.Pkg {
			return ""
		}
		return pkg.Name()
	})
}
