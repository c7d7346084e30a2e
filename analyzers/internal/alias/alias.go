// Package alias says what a value gives access to of one object that is being
// followed: the object itself, memory that belongs to it, or a thing that holds
// it.
//
// It looks at one instruction at a time. Who follows the object along a path
// keeps what each register and each place in memory refers to and asks [Of] for
// the next register. What it cannot tell it calls [None]: a client that reports
// only what refers to the object stays silent there.
package alias

import (
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// A Ref is what a value refers to of the followed object. The constants are
// ordered: a greater one is a closer tie.
type Ref uint8

const (
	// None is a value that does not lead to the object, as far as is known.
	None Ref = iota

	// Holder is another object that contains a reference to it: a struct
	// or slice into which it was put, a function literal that captures it.
	Holder

	// View is another object whose methods read or write it: a
	// bufio.Writer over a pooled buffer.
	View

	// Inside is memory that belongs to it: a pointer to a field or an
	// element, the slice that bytes.Buffer.Bytes returns, a string made of
	// its bytes without copying.
	Inside

	// Same is the object itself. A slice is the same as the slices that
	// were cut from it or appended to it.
	Same
)

// Of returns what the register v refers to, given what its operands refer to.
// Loads, phis, calls and tuples depend on the path and are None here.
func Of(v ssa.Value, of func(ssa.Value) Ref) Ref {
	switch v := v.(type) {
	case *ssa.ChangeType:
		return of(v.X)
	case *ssa.ChangeInterface:
		return of(v.X)
	case *ssa.MakeInterface:
		return of(v.X)
	case *ssa.TypeAssert:
		if !v.CommaOk {
			return of(v.X)
		}
	case *ssa.Convert:
		if sharesMemory(v.X.Type(), v.Type()) {
			return of(v.X)
		}
	case *ssa.SliceToArrayPointer:
		return inside(of(v.X))
	case *ssa.Slice:
		return ofSlice(v, of)
	case *ssa.FieldAddr:
		return inside(of(v.X))
	case *ssa.IndexAddr:
		return inside(of(v.X))
	case *ssa.Field:
		if HasPointers(v.Type()) {
			return min(of(v.X), Holder)
		}
	}
	return None
}

// inside returns what a pointer into the thing that r refers to is.
func inside(r Ref) Ref {
	if r >= Inside {
		return Inside
	}
	return None
}

func ofSlice(v *ssa.Slice, of func(ssa.Value) Ref) Ref {
	if c, ok := v.Max.(*ssa.Const); ok && isZero(c) {
		return None // b[:0:0] has no room: an append to it copies
	}
	r := of(v.X)
	if _, ok := v.X.Type().Underlying().(*types.Pointer); ok && r == Same {
		return Inside
	}
	return r
}

func isZero(c *ssa.Const) bool {
	return c.Value != nil && c.Value.Kind() == constant.Int && constant.Sign(c.Value) == 0
}

// sharesMemory reports whether a conversion leads to the same memory: those of
// strings to and from slices copy, those by way of unsafe.Pointer do not.
func sharesMemory(from, to types.Type) bool {
	return isReference(from) && isReference(to)
}

func isReference(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Pointer, *types.Slice:
		return true
	case *types.Basic:
		return t.Kind() == types.UnsafePointer
	}
	return false
}

// HasPointers reports whether a value of type t can refer to other memory. A
// type parameter can.
func HasPointers(t types.Type) bool { return hasPointers(t, 0) }

func hasPointers(t types.Type, depth int) bool {
	if depth > 8 {
		return true
	}
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return true
	}
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0 || t.Kind() == types.UnsafePointer
	case *types.Array:
		return t.Len() > 0 && hasPointers(t.Elem(), depth+1)
	case *types.Struct:
		for field := range t.Fields() {
			if hasPointers(field.Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Tuple:
		for v := range t.Variables() {
			if hasPointers(v.Type(), depth+1) {
				return true
			}
		}
		return false
	}
	return true
}

// CopiesOut reports whether instr reads the contents of its operand v, other
// than by a load or a call: it converts bytes to a string, compares or joins
// strings, ranges over one.
func CopiesOut(instr ssa.Instruction, v ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.Convert:
		return instr.X == v && !sharesMemory(instr.X.Type(), instr.Type()) && !isUintptr(instr.Type())
	case *ssa.BinOp:
		return isString(v.Type()) && instr.Op != token.ILLEGAL
	case *ssa.Range:
		return isString(v.Type())
	case *ssa.Index:
		return instr.X == v && isString(v.Type())
	case *ssa.Lookup:
		return instr.Index == v || isString(v.Type())
	}
	return false
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func isUintptr(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Uintptr
}
