// Package sharedloop has all turns of a loop share its variables, as they did before Go 1.22.
//
// Since then each turn of a loop has variables of its own (https://go.dev/doc/go1.22#language).
// Where code relies on sharing them, as a test that a move to Go 1.22 makes fail, the loop is
// rewritten so that it does what it did: the variables are declared before it.
//
// # Before
//
//	func last(names []string) func() string {
//		var get func() string
//		for _, name := range names {
//			get = func() string { return name }
//		}
//		return get
//	}
//
// # After
//
//	func last(names []string) func() string {
//		var get func() string
//		var name string
//		for _, name = range names {
//			get = func() string { return name }
//		}
//		return get
//	}
//
// # Precondition
//
// The loop is one of those that were asked for. What the loop did before Go 1.22 is kept in
// every case.
//
// # What is left
//
// Loops over something that is called like one of the variables, loops whose variables have
// a type that can't be named here, and loops that copy a variable at the beginning of their
// body.
package sharedloop
