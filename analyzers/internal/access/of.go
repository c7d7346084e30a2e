package access

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

const (
	maxDepth     = 24 // steps from a value to its root
	maxReferrers = 64 // uses of a variable that are looked at for its stores
)

// Of returns the path of the object that v points to or, if v is a channel, a
// map, an interface or a func, of the object that it is. It reports false for
// what has no identity, such as a constant.
//
// A variable that is assigned once is what was assigned to it; a free variable
// is the variable around the function literal; a parameter of a literal that is
// called at one place is the argument there; the result of a function of this
// package that only selects (a getter) is what it selects.
func Of(v ssa.Value) (Path, bool) { return of(v, maxDepth) }

func of(v ssa.Value, depth int) (Path, bool) {
	if depth == 0 {
		return rootAt(v), true
	}
	depth--
	switch v := v.(type) {
	case *ssa.Const, *ssa.Builtin, *ssa.Function:
		return Path{}, false
	case *ssa.Global:
		if v.Object() == nil { // made by the compiler
			return Path{}, false
		}
		class := classOf(v.Object())
		return Path{root: root{global: string(class)}, class: class}, true
	case *ssa.Parameter:
		if arg := onlyArgument(v); arg != nil {
			return of(arg, depth)
		}
	case *ssa.FreeVar:
		if binding := bindingOf(v); binding != nil {
			return of(binding, depth)
		}
	case *ssa.FieldAddr:
		if p, ok := of(v.X, depth); ok {
			return p.Field(v.X.Type(), fieldName(v.X.Type(), v.Field)), true
		}
	case *ssa.Field:
		return ofField(v.X, v.Field, depth)
	case *ssa.IndexAddr:
		return ofIndex(v.X, v.Index, v, depth)
	case *ssa.Index:
		if p, ok := ofIndex(v.X, v.Index, v, depth); ok {
			p.steps += "*"
			return p, true
		}
	case *ssa.Lookup:
		if !v.CommaOk {
			return ofLookup(v, v, depth)
		}
	case *ssa.Extract:
		return ofExtract(v, depth)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return ofLoad(v, depth)
		}
	case *ssa.Phi:
		return ofPhi(v, depth)
	case *ssa.MakeInterface:
		return of(v.X, depth)
	case *ssa.ChangeInterface:
		return of(v.X, depth)
	case *ssa.ChangeType:
		return of(v.X, depth)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return of(v.X, depth)
		}
	case *ssa.Call:
		if p, ok := ofGetter(v, depth); ok {
			return p, true
		}
	}
	return rootAt(v), true
}

// rootAt returns the path that begins at v.
func rootAt(v ssa.Value) Path {
	p := Path{root: root{value: v}}
	if alloc, ok := v.(*ssa.Alloc); ok {
		p.class = classOfLocal(alloc)
	}
	return p
}

// classOfLocal returns the class of a variable of a function: the variable's
// own, so that the locks of one function are told apart.
func classOfLocal(alloc *ssa.Alloc) Class {
	fn := alloc.Parent()
	if fn == nil || fn.Pkg == nil {
		return ""
	}
	name := alloc.Comment
	if name == "" || name == "complit" || name == "new" {
		name = alloc.Name()
	}
	return Class(fn.Pkg.Pkg.Path() + "." + fn.Name() + "." + name)
}

func ofIndex(x, index ssa.Value, v ssa.Value, depth int) (Path, bool) {
	p, ok := of(x, depth)
	if !ok {
		return rootAt(v), true
	}
	return p.indexed(index, v), true
}

func ofLookup(l *ssa.Lookup, v ssa.Value, depth int) (Path, bool) {
	if _, ok := l.X.Type().Underlying().(*types.Map); !ok {
		return rootAt(v), true
	}
	p, ok := of(l.X, depth)
	if !ok {
		return rootAt(v), true
	}
	p = p.indexed(l.Index, v)
	p.steps += "*"
	return p, true
}

// indexed returns the path of p's element under a key. A path can hold one key
// that is not a constant; with a second one it begins anew at v, the element.
func (p Path) indexed(k, v ssa.Value) Path {
	if c, ok := k.(*ssa.Const); ok && c.Value != nil {
		p.steps += "[" + keyString(c.Value) + "]"
		return p
	}
	if p.index != (key{}) {
		class := p.class
		p = rootAt(v)
		p.class = class
		return p
	}
	p.steps += "[]"
	p.index.value = keyValue(k)
	return p
}

func keyString(c constant.Value) string {
	s := c.ExactString()
	if len(s) > 32 {
		s = s[:32]
	}
	return s
}

func ofExtract(v *ssa.Extract, depth int) (Path, bool) {
	switch tuple := v.Tuple.(type) {
	case *ssa.TypeAssert:
		if v.Index == 0 {
			return of(tuple.X, depth)
		}
	case *ssa.Lookup:
		if v.Index == 0 {
			return ofLookup(tuple, v, depth)
		}
	case *ssa.Next:
		// The value of a map's range clause: an element under a key that
		// is another in each iteration, as v is.
		if r, ok := tuple.Iter.(*ssa.Range); ok && v.Index == 2 && !tuple.IsString {
			if p, ok := of(r.X, depth); ok && p.index == (key{}) {
				p.steps += "[]*"
				p.index.value = v
				return p, true
			}
		}
	}
	return rootAt(v), true
}

// ofLoad returns the path of what is stored in the variable v loads from.
func ofLoad(v *ssa.UnOp, depth int) (Path, bool) {
	addr := variable(v.X)
	if stored := onlyStore(addr); stored != nil {
		if p, ok := of(stored, depth); ok {
			return p, true
		}
		return rootAt(v), true
	}
	if fa, ok := addr.(*ssa.FieldAddr); ok {
		// A field of a struct that was copied into a variable as a
		// whole, as a value receiver is, holds what it held before.
		base := variable(fa.X)
		if stored := onlyStore(base); stored != nil {
			return ofField(stored, fa.Field, depth)
		}
	}
	if p, ok := of(addr, depth); ok {
		p.steps += "*"
		return p, true
	}
	return rootAt(v), true
}

// ofField returns the path of what is stored in a field of a struct value.
func ofField(x ssa.Value, field int, depth int) (Path, bool) {
	name := fieldName(x.Type(), field)
	p, ok := of(x, depth)
	if !ok {
		return Path{}, false
	}
	p = p.content().Field(x.Type(), name)
	p.steps += "*"
	return p, true
}

// ofPhi returns the path that all of v's edges have, or v's own.
func ofPhi(v *ssa.Phi, depth int) (Path, bool) {
	if depth > 3 {
		depth = 3 // phis multiply the paths to look at
	}
	var path Path
	for _, edge := range v.Edges {
		if edge == ssa.Value(v) {
			continue
		}
		p, ok := of(edge, depth)
		if !ok || !path.IsZero() && p != path {
			return rootAt(v), true
		}
		path = p
	}
	if path.IsZero() {
		return rootAt(v), true
	}
	return path, true
}

// ofGetter returns the path of the result of a function that only selects from
// its parameters or package variables.
func ofGetter(call *ssa.Call, depth int) (Path, bool) {
	callee := call.Call.StaticCallee()
	if callee == nil || len(callee.Blocks) == 0 || len(callee.Blocks) > 4 || depth < maxDepth/2 {
		return Path{}, false
	}
	var path Path
	for _, b := range callee.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok {
			continue
		}
		if len(ret.Results) != 1 {
			return Path{}, false
		}
		p, ok := of(ret.Results[0], depth/2)
		if !ok {
			continue // returns nil
		}
		p, ok = p.Relative(callee)
		if !ok || !p.Exact() || !path.IsZero() && p != path {
			return Path{}, false
		}
		path = p
	}
	if path.IsZero() {
		return Path{}, false
	}
	return path.bind(call.Call.Args, depth)
}

func fieldName(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok && i < s.NumFields() {
		return s.Field(i).Name()
	}
	// The core type of a type parameter.
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		if s, ok := tp.Underlying().(*types.Interface); ok {
			for term := range s.EmbeddedTypes() {
				if s, ok := term.Underlying().(*types.Struct); ok && i < s.NumFields() {
					return s.Field(i).Name()
				}
			}
		}
	}
	return "?"
}
