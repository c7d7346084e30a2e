// Package access names what a pointer points to, so that two instructions can
// be asked whether they mean the same lock, channel or WaitGroup.
//
// A [Path] is a root and the steps that lead from it: the receiver's field mu,
// the element under key k of a package variable. Two values with the same path
// denote the same object as long as no step's memory was written between them
// and no root was computed again, as a variable declared in a loop is. Two
// objects of one type have different paths; a path never stands for a type.
//
// What cannot be followed is a root of its own: the result of a call, an
// element received from a channel. Different roots may still be one object, so
// equal paths prove sameness while different paths prove nothing.
package access

import (
	"fmt"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Path names an object by how it is reached. Paths are comparable; the zero
// Path names nothing.
type Path struct {
	root  root
	steps string // ".field" selects, "*" loads through a pointer, "[…]" indexes, "^" enters a struct value
	index key    // the key of "[]", of which there is at most one
	class Class
}

// A key is what selects an element: a value that is not a constant. At most one
// field is set.
type key struct {
	value ssa.Value
	param int  // 1 plus the position of a parameter of a summarised function
	some  bool // a key that is not known any more
}

// A root is where a path begins. Exactly one field is set.
type root struct {
	value  ssa.Value // a value of the function, or of one around it
	param  int       // 1 plus the position of a parameter of a summarised function
	global string    // a package variable, as "path/to/pkg.name"
}

// Class names a kind of object by the declaration that all its instances share:
// "path/to/pkg.Type.field", "path/to/pkg.variable", or for a variable of a
// function "path/to/pkg.function.variable". Two paths of one object are of one
// class. The empty class is that of a path whose declaration is not known, as
// of a parameter *sync.Mutex.
type Class string

// Short returns the class without its package's directories, for messages.
func (c Class) Short() string {
	return string(c[strings.LastIndexByte(string(c), '/')+1:])
}

// IsZero reports whether p names nothing.
func (p Path) IsZero() bool { return p == Path{} }

// Class returns the class of the object that p names.
func (p Path) Class() Class { return p.class }

// Root returns the value where p begins: a parameter, an allocation, the result
// of a call. It is nil for a package variable and for a path that was made by
// [Path.Relative].
func (p Path) Root() ssa.Value { return p.root.value }

// IsGlobal reports whether p begins at a package variable.
func (p Path) IsGlobal() bool { return p.root.global != "" }

// Param returns the position of the parameter, the receiver counted, at which a
// path made by [Path.Relative] begins.
func (p Path) Param() (int, bool) { return p.root.param - 1, p.root.param > 0 }

// Loads reports whether p leads through the pointer, slice or map that is
// stored in the named field, so that a write to such a field may make p name
// another object.
func (p Path) Loads(field string) bool {
	return strings.Contains(p.steps, "."+field+"*")
}

// Exact reports whether p tells which object it names. A path that is not exact
// tells only the class, or at best of which container the object is an element;
// that two such paths are equal proves nothing.
func (p Path) Exact() bool { return p.Rooted() && !p.index.some }

// Rooted reports whether p tells more than a class.
func (p Path) Rooted() bool { return p.root != root{} }

// Blur returns the path that is not exact of p's class.
func (p Path) Blur() Path { return Path{class: p.class} }

// First returns the field of the root that p selects first, if p goes on through
// what is stored there, and its position in the steps after that.
func (p Path) First() (field string, rest int, ok bool) {
	steps, ok := strings.CutPrefix(p.steps, ".")
	if !ok {
		return "", 0, false
	}
	end := strings.IndexAny(steps, ".*[^")
	if end < 0 || steps[end] != '*' {
		return "", 0, false
	}
	return steps[:end], end + 2, true
}

// Rebase returns what p names if its first steps, up to position rest, lead to
// base.
func (p Path) Rebase(base Path, rest int) (Path, bool) {
	p.steps = p.steps[rest:]
	return p.from(base)
}

// Steps returns how p leads from its root, in a form of use only to [Path.Swap].
func (p Path) Steps() string { return p.steps }

// Swap returns p with the steps from at its end replaced by to, and the class of
// what they lead to.
func (p Path) Swap(from, to string, class Class) (Path, bool) {
	steps, ok := strings.CutSuffix(p.steps, from)
	if !ok {
		return p, false
	}
	p.steps = steps + to
	p.class = class
	return p, true
}

// Direct reports whether p reaches its object without following a pointer
// stored in memory: the object is part of the root itself.
func (p Path) Direct() bool { return !strings.Contains(p.steps, "*") }

// Uses reports whether p depends on the value v: as its root, or as a key.
func (p Path) Uses(v ssa.Value) bool {
	return v != nil && (p.root.value == v || p.index.value == v)
}

// Field returns the path of the named field of the struct that p points to;
// owner is the struct's type.
func (p Path) Field(owner types.Type, name string) Path {
	p.steps += "." + name
	if named := namedOf(owner); named != nil {
		p.class = classOf(named.Obj(), name)
	} else if p.class != "" {
		p.class += Class("." + name)
	}
	return p
}

// SameRoot reports whether p and q begin at the same value.
func (p Path) SameRoot(q Path) bool { return p.root == q.root && p.Rooted() }

// Load returns the path of what is stored at p.
func (p Path) Load() Path {
	p.steps += "*"
	return p
}

// Element returns the path of what the map at p holds under a key.
func (p Path) Element(key ssa.Value) Path {
	p = p.indexed(key, nil)
	p.steps += "*"
	return p
}

// Within reports whether p leads through what q names, by the same way.
func (p Path) Within(q Path) bool {
	return p.SameRoot(q) && p.index == q.index && strings.HasPrefix(p.steps, q.steps)
}

// IsElement reports whether p leads through an element of an array, a slice or a
// map.
func (p Path) IsElement() bool { return strings.Contains(p.steps, "[") }

// content returns where the struct that p is a copy of is stored, or marks that
// p is a struct itself, as a parameter can be.
func (p Path) content() Path {
	if steps, ok := strings.CutSuffix(p.steps, "*"); ok {
		p.steps = steps
	} else {
		p.steps += "^"
	}
	return p
}

// String returns p as one would write it in Go, without the dereferences:
// "s.conns[…].mu".
func (p Path) String() string {
	var b strings.Builder
	switch {
	case p.root.value != nil:
		b.WriteString(nameOf(p.root.value))
	case p.root.global != "":
		b.WriteString(Class(p.root.global).Short())
	case p.root.param > 0:
		fmt.Fprintf(&b, "parameter %d", p.root.param)
	default:
		return "nothing"
	}
	b.WriteString(readable.Replace(p.steps))
	return b.String()
}

var readable = strings.NewReplacer("*", "", "^", "", "[]", "[…]")

// nameOf returns the name of a root in the source, or its type's if it has none.
func nameOf(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.FreeVar:
		return v.Name()
	case *ssa.Alloc:
		if v.Comment != "" && !strings.ContainsAny(v.Comment, " .") && v.Comment != "complit" && v.Comment != "new" {
			return v.Comment
		}
	case *ssa.Phi:
		if v.Comment != "" && v.Comment != "&&" && v.Comment != "||" {
			return v.Comment
		}
	case *ssa.Call:
		if callee := v.Call.StaticCallee(); callee != nil {
			return callee.Name() + "()"
		}
		if v.Call.IsInvoke() {
			return v.Call.Method.Name() + "()"
		}
	}
	t := v.Type()
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	return "(" + types.TypeString(t, func(*types.Package) string { return "" }) + ")"
}

// namedOf returns the declared type behind t or behind the pointer t.
func namedOf(t types.Type) *types.Named {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := types.Unalias(t).(*types.Named)
	if named != nil {
		named = named.Origin()
	}
	return named
}

func classOf(obj types.Object, names ...string) Class {
	var b strings.Builder
	if obj.Pkg() != nil {
		b.WriteString(obj.Pkg().Path())
		b.WriteByte('.')
	}
	b.WriteString(obj.Name())
	for _, name := range names {
		b.WriteByte('.')
		b.WriteString(name)
	}
	return Class(b.String())
}
