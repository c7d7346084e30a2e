package leaktest

import (
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/workspace"
)

// Config says which tests to run and how.
type Config struct {
	// Workspace is where the code base is and how the go command runs on it.
	Workspace workspace.Config

	// Patterns name the packages, as for [workspace.Workspace.Load].
	Patterns []string

	// View is how requirements are resolved; Work if empty.
	View workspace.View

	// Flags are further flags of "go test": -race, -short, -run=Name. What
	// follows -args goes to the test executables.
	Flags []string

	// Growth, if it is not zero, is how many rounds of the tests each process runs
	// to find what grows with them; at least 3.
	Growth int

	// Cover asks for how often each package's tests pass over its lines.
	Cover bool

	// LinkDir is a directory that stays from run to run, for links to toolchains that
	// the go command has downloaded. If it is empty, results of tests that use GOROOT
	// are not cached with such a toolchain.
	LinkDir string

	// Progress, if not nil, is called as packages are done, with the number
	// done and the number there are.
	Progress func(done, total int)
}

// A Result is what became of the tests, and what they left.
type Result struct {
	// Workspace is the code base, closed.
	Workspace *workspace.Workspace

	// Packages are the packages that were asked for and could be loaded, sorted
	// by import path.
	Packages []*Package

	// Failures are the modules that can't be loaded, or none of whose tests could
	// be built.
	Failures []workspace.Failure
}

// A Package is a package whose tests were run.
type Package struct {
	*workspace.Package
	Outcome Outcome

	// Failed are the tests that failed, without those of which only a subtest
	// did.
	Failed []string

	// Output is what the go command printed of a package that failed: what its
	// failed tests and the package itself wrote, or the compiler.
	Output string

	// Cached tells that nothing had changed since an earlier run, whose result
	// this is.
	Cached bool

	// Unseen is why no leaks were looked for, if the tests ran and ended
	// without: the process was killed, or exited before package testing could
	// end the run.
	Unseen error

	// Leaks are sorted by the place of the go statement.
	Leaks []Leak

	// Covered are the blocks of the package's files that its tests pass over or leave
	// out, if that was asked for and the go command told it: of all the tests of the
	// unit, or of none.
	Covered []Block

	// Growing are goroutines that are no proven leaks and of which each round of
	// the tests left more. Their Counts tell how many there were.
	Growing []Leak
}

// A Block is statements that run one after the other, from a line and column to before
// another.
type Block struct {
	File               string // in the package's directory
	StartLine, EndLine int
	StartCol, EndCol   int // in bytes, from 1
	Times              int // that it was run
}

// Has reports whether the place is in the block.
func (b *Block) Has(line, column int) bool {
	return (b.StartLine < line || b.StartLine == line && b.StartCol <= column) &&
		(line < b.EndLine || line == b.EndLine && column < b.EndCol)
}

// An Outcome is what became of a package's tests.
type Outcome string

const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"  // a test failed, or the process
	NoTests Outcome = "none"    // there are no tests
	Unbuilt Outcome = "unbuilt" // the tests do not compile, or link, or load
)

// Looked reports whether all leaks of the package's tests that the collector can
// prove were found: they ran to their end and were looked at.
func (p *Package) Looked() bool {
	return p.Outcome == NoTests || p.Outcome == Passed && p.Unseen == nil
}

// A Leak is goroutines that were started at one place and can never go on from
// another.
type Leak struct {
	// Start is the go statement, in the function that has it.
	Start goroutine.Frame

	// State is what they wait for, as in [goroutine.Goroutine].
	State string

	// Stack is that of one of them, the innermost call first.
	Stack []goroutine.Frame

	// Count is how many there are, in the end.
	Count int

	// Counts are how many there were after each round of the tests, from the first
	// on. They are known of what is growing.
	Counts []int

	// Tests are those that started them, or started what started them, sorted by
	// name. Goroutines for which that is not known are in Count alone.
	Tests []Test
}

// A Test is a test that leaves goroutines.
type Test struct {
	Name  string // with those of the tests that it is part of, as in "TestA/b"
	Count int
}
