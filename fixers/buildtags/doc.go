// Package buildtags writes build constraints as //go:build lines, without the Go versions
// that go.mod demands anyway.
//
// Since Go 1.17 a build constraint is one //go:build line, a boolean expression
// (https://go.dev/doc/go1.17#build-lines). The // +build lines of old are read where there
// is no such line, and ignored where there is one. From the line "go 1.18" in go.mod on
// nothing needs them.
//
// Putting the one for the other has a trap. Since Go 1.21 a //go:build line that demands
// go1.N also says in which language the file is compiled
// (https://go.dev/doc/go1.21#language): as the larger of N and 21. What gofmt makes of
// "// +build go1.8" holds the file back at Go 1.21, whatever go.mod says: loop variables
// are shared by all turns as before Go 1.22, and "range 10" is an error. So the fixer takes
// out each go1.N that the module's go line implies.
//
// Files for other platforms and tags are changed like those that are built here.
//
// # Before
//
//	// +build linux darwin
//	// +build go1.8
//
//	package page
//
// # After
//
//	//go:build linux || darwin
//
//	package page
//
// # Precondition
//
// gobuild: the new line is true of exactly the sets of tags for which the old lines all
// were, given that go1.1 up to the module's go line are true. From "go 1.17" in go.mod on
// the line is added above the old ones, from "go 1.18" on it replaces them. Where nothing
// is left to demand, the old lines go and no new one comes.
//
// plusbuild: // +build lines that say the same as the //go:build line above them are
// removed, from "go 1.18" in go.mod on.
//
// gotag: a //go:build line loses each go1.N that the module's go line implies, from "go
// 1.21" on, where that changes no loop: the file is compiled in a language of the same
// loops before and after, or no loop of the file has variables that closures or pointers
// could keep.
//
// unpin is the same where that is not so. The file is held back at the loops of Go 1.21
// now, and has a loop whose variable is captured, whose address is taken or that has a
// method called. It is a suggestion: look at these loops.
//
// # What is left
//
// dead: a file that demands the absence of a Go version which the go line demands, such as
// "!go1.13", is never built any more. It is told, not removed.
//
// mismatch: // +build lines that say something else than the //go:build line above them
// are one mistake or the other. The go command goes by //go:build.
//
// newer: a // +build line that demands go1.22 or later in a module of an older line stays,
// because a //go:build line would give the file the loops of Go 1.22.
//
// notgo: the // +build lines of assembly and C files are told with the line to put there.
//
// Generated files, files that do not parse and lines that are no constraint are left alone.
package buildtags
