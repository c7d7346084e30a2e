package audit

import (
	"cmp"
	"go/token"
	"slices"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/workspace"
)

// A Trigger is what brings a change.
type Trigger string

// The triggers.
const (
	// Language is the Go version of the file: of its module's go line, or of a
	// //go:build line.
	Language Trigger = "language"
	// Godebug is the GODEBUG setting of the program, whose default goes by its go line.
	Godebug Trigger = "godebug"
	// Toolchain is the toolchain that builds the program, whatever the go lines say.
	Toolchain Trigger = "toolchain"
)

// Evidence is how it is known that a place is concerned.
type Evidence string

// The kinds of evidence, the strongest first.
const (
	// CompilerProven means that the compiler makes other code of the place.
	CompilerProven Evidence = "compiler-proven"
	// Executed means that tests were seen to run the place with the old setting, and
	// that the library did something else for it.
	Executed Evidence = "seen executing"
	// Reachable means that the code can be nothing else than concerned, and can be
	// reached from a program or a test.
	Reachable Evidence = "reachable"
	// Pattern means that the code looks as if it were concerned, and that nothing is
	// known to reach it.
	Pattern Evidence = "pattern"
)

var ranks = map[Evidence]int{CompilerProven: 0, Executed: 1, Reachable: 2, Pattern: 3}

// A Finding is a place that behaves differently.
type Finding struct {
	// Cause is "loopvar", the name of a GODEBUG setting, or that of a change of the
	// toolchain.
	Cause    string
	Trigger  Trigger
	Evidence Evidence

	// Sure tells that the behaviour differs whenever the place runs as it can be seen
	// to. If it is not set, that depends on what is not known, as what a function of
	// another module does with a closure; Text says on what.
	Sure bool

	Pos     token.Position // the file is absolute
	Module  string
	Package string // its import path
	Test    bool   // it stands in a test's file

	// Mains are the programs whose behaviour it changes, by import path, sorted. It is
	// empty for a library's code, and for tests.
	Mains []string

	// Tests are the tests that were seen to run it, sorted, if any.
	Tests []string

	// Text says what happens, as a sentence without a full stop.
	Text string

	// Source is the document that announced the change.
	Source string

	// Keep is the smallest change that keeps the old behaviour: a line of go.mod or
	// go.work, or what to write instead. It is empty if there is none.
	Keep string
}

// A Program is what ships, and by which lines.
type Program struct {
	View       workspace.View
	ImportPath string
	Module     string

	// Decides is the go line that decides the program's settings, in a go.mod or
	// go.work file. The line of the position is 0 if the file has none.
	Decides token.Position

	// Before and After are the versions that it goes by, as "1.21": of the go line, or
	// of a godebug line for "default", which stays.
	Before, After string

	// Settings are the GODEBUG settings with which it is built now where they are not
	// those of the toolchain, and Then those with the line After.
	Settings, Then map[string]string

	// Moves are the settings whose value changes, sorted.
	Moves []string

	// Links are the packages that it is built from and that ask for settings, sorted.
	Links []string
}

// A Move is a GODEBUG setting whose default changes for programs or tests of the code base.
type Move struct {
	godebugs.Setting

	// Mains are the programs that link the package which asks for the setting.
	Mains []string

	// Findings are how many places were found to behave differently by it, and
	// Considered how many are concerned without a difference that was seen.
	Findings, Considered int

	// Keep is the godebug line that keeps the old value, unless nothing does.
	Keep string
}

// A Weakness is what a program ships with today because of its old go line.
type Weakness struct {
	Setting string
	Value   string
	Mains   []string
	Pos     token.Position // of the line that decides
	Text    string
	Source  string

	// Sites are the places of the code base that were found to be concerned. There need
	// be none: the library does much by itself, and so do dependencies.
	Sites []token.Position
}

// A Removed is a setting asked for by a line that the toolchain of the version, or of a
// later one, does not accept.
type Removed struct {
	Pos            token.Position
	Setting, Value string
	Since          string // the version of the toolchain, as "1.27"

	// Fails tells that the go command refuses to build; it used to ignore such lines.
	Fails bool
	Text  string
}

// A Pin is a file that keeps the language of an older version whatever its go.mod says.
type Pin struct {
	Pos     token.Position // of the build constraint
	Module  string
	Version string // the version of the file once the go line rises, as "1.21"

	// Latent tells that the constraint is a // +build line, which pins nothing before
	// gofmt writes it as a //go:build line.
	Latent bool
}

// A Dependency is a module whose loops keep the meaning of its own go line.
type Dependency struct {
	Path, Version, GoVersion string
}

// Undone is what could not be looked at.
type Undone struct {
	What string // a package or module, and what was looked for
	Err  error
}

// A Report is what an audit says.
type Report struct {
	View workspace.View
	To   string // the go line to come, as "1.22"

	// Programs are the main packages in both views, sorted by view and path.
	Programs []Program

	// Moves are the settings that change for programs or tests, sorted by name.
	Moves []Move

	// Findings are the places that behave differently, sorted by file and line.
	Findings []Finding

	// Considered are places that are concerned by a change, and where no difference is
	// to be expected: loops that are compiled in another way and whose variables do not
	// outlive their turn, and places that were seen to ask for a setting and to do
	// the same as with its new value.
	Considered []Finding

	Weaknesses []Weakness
	Removed    []Removed
	Pins       []Pin

	// OldDependencies are modules below Go 1.22 that the code base is built with: their
	// loops keep sharing variables.
	OldDependencies []Dependency

	// Undone is what could not be looked at.
	Undone []Undone
}

func sortFindings(all []Finding) {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Cause, b.Cause), cmp.Compare(ranks[a.Evidence], ranks[b.Evidence]),
			cmp.Compare(a.Pos.Column, b.Pos.Column),
		)
	})
}

// merge unites findings of one cause on one line: the one with the strongest evidence stays,
// with the tests and the programs of all.
func merge(all []Finding) []Finding {
	sortFindings(all)
	var merged []Finding
	for _, f := range all {
		if n := len(merged); n > 0 {
			last := &merged[n-1]
			if last.Cause == f.Cause && last.Pos.Filename == f.Pos.Filename && last.Pos.Line == f.Pos.Line &&
				(f.Trigger != Language || last.Pos.Column == f.Pos.Column) {
				last.Tests = union(last.Tests, f.Tests)
				last.Mains = union(last.Mains, f.Mains)
				if f.Evidence == Reachable || f.Evidence == Pattern { // what the code says is told better
					last.Text, last.Keep = f.Text, f.Keep
				}
				last.Sure = last.Sure || f.Sure
				continue
			}
		}
		merged = append(merged, f)
	}
	return merged
}

func union(a, b []string) []string {
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	return slices.Compact(all)
}
