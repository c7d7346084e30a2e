// Package loopvar removes copies of loop variables that each turn has anyway.
//
// Since Go 1.22 each turn of a for loop that declares its variables has variables of its own
// (https://go.dev/doc/go1.22#language): a copy such as i := i, made so that a closure or
// goroutine keeps the value, is needless. This fixer looks at loops with three clauses. The
// forvar analyzer of golang.org/x/tools does the same for range loops.
//
// # Before
//
//	func later(n int, run func(func() int)) {
//		for i := 0; i < n; i++ {
//			i := i // for the closure
//			run(func() int { return i })
//		}
//	}
//
// # After
//
//	func later(n int, run func(func() int)) {
//		for i := 0; i < n; i++ {
//			run(func() int { return i })
//		}
//	}
//
// # Precondition
//
// copy: the loop is compiled as Go 1.22 or newer, the copy is among the first statements of
// its body, and the copy has the name of the variable. Nothing changes the copy, takes its
// address, slices it or calls a method that could change it: what reads the copy may as well
// read the variable of the turn, which nothing changes after the turn. The clauses of the
// loop have no function literal and take no address. A comment on the line goes with the copy
// if it speaks of copying.
//
// # What is left
//
// changed: the copy is changed or its address is taken. Without the copy that could change
// how the loop goes on.
//
// comment: a comment on the copy speaks of something else.
//
// Copies under other names, further down in the body and of variables that the loop does not
// declare are left alone.
package loopvar
