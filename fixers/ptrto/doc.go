// Package ptrto replaces reflect.PtrTo and reflect.Ptr by the names that they have since
// Go 1.18.
//
// reflect.PointerTo and reflect.Pointer came with Go 1.18
// (https://go.dev/doc/go1.18#reflect); PtrTo is deprecated since Go 1.22. The go
// command's own fix renames them only in modules whose go line is as new as the
// toolchain.
//
// # Before
//
//	import "reflect"
//
//	func pointer(t reflect.Type) reflect.Type {
//		if t.Kind() == reflect.Ptr {
//			return t
//		}
//		return reflect.PtrTo(t)
//	}
//
// # After
//
//	import "reflect"
//
//	func pointer(t reflect.Type) reflect.Type {
//		if t.Kind() == reflect.Pointer {
//			return t
//		}
//		return reflect.PointerTo(t)
//	}
//
// # Precondition
//
// ptrto and ptr: none. They are the same function and the same constant.
//
// # What is left
//
// left: uses in a file that imports reflect with a dot.
package ptrto
