// Package strandedptr removes functions that only made pointers, once nothing calls them.
//
// Since Go 1.26 new takes an expression (https://go.dev/doc/go1.26#language): new(3) is a
// pointer to an int of the value 3. The newexpr analyzer of golang.org/x/tools puts it in the
// place of calls of helpers such as intPtr(3), and leaves the helpers behind.
//
// # Before
//
//	func intPtr(i int) *int { return &i }
//
//	func limit() *int { return new(3) }
//
// # After
//
//	func limit() *int { return new(3) }
//
// # Precondition
//
// helper: the function is not exported and not a method, has one parameter, and does nothing
// but return its address, or new of it. Nothing in the package names it, nor in files that
// are not looked at: tests, files for other platforms or tags, assembly. The file is of Go
// 1.26 or newer, so that what called it can do without.
//
// # What is left
//
// comment: a function with a comment in its body.
//
// Exported helpers are left alone, as other modules may call them.
package strandedptr
