// Package automaxprocs removes go.uber.org/automaxprocs from programs.
//
// A Go program in a container with a CPU limit used to run as many threads as the machine
// has CPUs, and was throttled for it. The module go.uber.org/automaxprocs, imported for its
// effect alone, sets GOMAXPROCS to the limit. Since Go 1.25
// (https://go.dev/doc/go1.25#container-aware-gomaxprocs) the runtime does so itself, if
// the go line of the main module or workspace is 1.25 or newer, and follows the limit
// when it is changed. A program that calls runtime.GOMAXPROCS, as automaxprocs does, keeps
// the runtime from following.
//
// # Before
//
//	package main
//
//	import (
//		"fmt"
//
//		_ "go.uber.org/automaxprocs" // GOMAXPROCS by the CPU quota
//	)
//
//	func main() { fmt.Println("serving") }
//
// # After
//
//	package main
//
//	import (
//		"fmt"
//	)
//
//	func main() { fmt.Println("serving") }
//
// # Precondition
//
// import, a suggestion, since the two differ. For a limit of half a CPU, automaxprocs sets
// 1 and the runtime 2; for two and a half CPUs, 2 and 3. automaxprocs logs a line when the
// program starts. Both leave the environment variable GOMAXPROCS its way. The go.mod
// line that requires the module goes with go mod tidy.
//
// # What is left
//
// left: an import in a package other than main: the programs that it ends up in may be
// of a main module with an older go line. An import of automaxprocs/maxprocs, whose Set
// takes options and returns how to undo it. A program whose //go:debug line
// containermaxprocs=0 tells the runtime not to look.
package automaxprocs
