package deadlock

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// settle returns p as it was before it was stored in a struct: what a path
// through a field of a new struct names is what the struct was made with, if the
// field is not assigned later.
func (p *program) settle(path access.Path) access.Path {
	for range 4 {
		next, ok := p.madeWith(path)
		if !ok {
			break
		}
		path = next
	}
	return path
}

// madeWith settles the first field of a path.
func (p *program) madeWith(path access.Path) (access.Path, bool) {
	field, rest, ok := path.First()
	if !ok {
		return path, false
	}
	switch root := path.Root().(type) {
	case *ssa.Alloc:
		stored := p.initial(root, field)
		if stored == nil {
			return path, false
		}
		base, ok := access.Of(stored)
		if !ok {
			return path, false
		}
		return path.Rebase(base, rest)
	case *ssa.Call:
		callee := origin(root.Call.StaticCallee())
		alloc := constructed(callee)
		if alloc == nil {
			return path, false
		}
		stored := p.initial(alloc, field)
		if stored == nil {
			return path, false
		}
		base, ok := access.Of(stored)
		if !ok {
			return path, false
		}
		if base, ok = base.Relative(callee); !ok {
			return path, false
		}
		if base, ok = base.At(access.Args(root.Call.Args)); !ok {
			return path, false
		}
		return path.Rebase(base, rest)
	}
	return path, false
}

// constructed returns the struct that every return of a constructor returns.
func constructed(fn *ssa.Function) *ssa.Alloc {
	if fn == nil {
		return nil
	}
	var made *ssa.Alloc
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		if len(ret.Results) != 1 {
			return nil
		}
		v := ret.Results[0]
		if made, ok := v.(*ssa.MakeInterface); ok {
			v = made.X
		}
		alloc, ok := v.(*ssa.Alloc)
		if !ok || made != nil && made != alloc {
			return nil
		}
		made = alloc
	}
	return made
}

// initial returns the value that a field of a new struct is made with; nil if
// that is not known, or the field is assigned later.
func (p *program) initial(alloc *ssa.Alloc, field string) ssa.Value {
	elem := alloc.Type().Underlying().(*types.Pointer).Elem()
	if _, ok := elem.Underlying().(*types.Struct); !ok {
		return nil
	}
	var stored ssa.Value
	for _, ref := range *alloc.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok || fieldName(fa) != field {
			continue
		}
		path, _ := access.Of(fa)
		if p.stores.changed[path.Class()] {
			return nil
		}
		for _, ref := range *fa.Referrers() {
			if store, ok := ref.(*ssa.Store); ok && store.Addr == fa {
				if stored != nil {
					return nil
				}
				stored = store.Val
			}
		}
	}
	return stored
}
