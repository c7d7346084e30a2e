// Package goversion is what a Go version, or the GODEBUG setting that goes with
// it, changes about programs whose source stays the same. Rules ask it whether
// a defect can still happen, codemods whether a rewrite keeps its meaning.
//
// A change takes effect in one of two ways. Changes of the language go by the
// version of the file: the module's go line, or a //go:build line that names
// another version. Changes of the library go by the program: the go line of the
// module that holds the *main* package, unless a godebug line of go.mod or
// go.work, a //go:debug line of the main package, or the environment says
// otherwise. An analyzer that sees a library cannot know the program; it can
// know its own module's go line, and no program that uses the module has an
// older one.
package goversion

import (
	"go/ast"
	"go/version"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers/rule"
)

// Scope is what decides whether a change is in force.
type Scope int

const (
	// File is the Go version of the source file.
	File Scope = iota

	// Program is the effective GODEBUG setting of the program.
	Program
)

// A Change is one difference between two Go versions.
type Change struct {
	// Name is how rules and codemods refer to the change.
	Name string

	// Since is the Go version whose go line brings the change, as in
	// "go1.22".
	Since string

	Scope Scope

	// Setting is the GODEBUG setting that decides in the scope Program.
	Setting string

	// Old and New are the setting's values before and since the change.
	Old, New string

	// Removed is the Go release that no longer knows the setting: a program
	// built with it, or with a later one, has the new behaviour whatever
	// its go line says. It is empty while the setting is kept.
	Removed string

	// Summary says what differs, in one sentence.
	Summary string

	// Source is the document that announced it.
	Source string
}

// The changes that the rules and codemods go by.
var (
	// LoopVar gives each turn of a loop its own variables.
	LoopVar = Change{
		Name:    "loopvar",
		Since:   "go1.22",
		Scope:   File,
		Summary: "each iteration of a for loop has its own copy of the variables that the loop declares",
		Source:  "https://go.dev/doc/go1.22#language",
	}

	// Timers lets the garbage collector take timers that nothing refers to,
	// and makes their channels unbuffered.
	Timers = Change{
		Name:    "timers",
		Since:   "go1.23",
		Scope:   Program,
		Setting: "asynctimerchan",
		Old:     "1",
		New:     "0",
		Removed: "go1.27",
		Summary: "timers and tickers that nothing refers to are collected even if they run, and no value from before a Stop or Reset can be received after it",
		Source:  "https://go.dev/doc/go1.23#timer-changes",
	}
)

// All returns every change, the oldest first.
func All() []Change { return []Change{LoopVar, Timers} }

// InFile reports whether the change, which must be of the scope File, is in
// force in a file of the package under analysis. It is false where the driver
// does not tell the file's version.
func (c Change) InFile(pass *analysis.Pass, file *ast.File) bool {
	v := pass.TypesInfo.FileVersions[file]
	return version.IsValid(v) && version.Compare(v, c.Since) >= 0
}

// Value returns the value of the change's setting, which must be of the scope
// Program, as far as one package can tell: the //go:debug lines of a main
// package, then the go line of its module. Outside a module the go command goes
// by its own version, and Value returns New.
//
// A file's //go:build line does not count: it selects the language version, not
// the setting.
func (c Change) Value(pass *analysis.Pass) string {
	goLine := pass.Pkg.GoVersion()
	if pass.Pkg.Name() == "main" {
		debug := directives(pass.Files)
		if v, ok := debug[c.Setting]; ok {
			return v
		}
		if v, ok := debug["default"]; ok {
			goLine = v
		}
	}
	if goLine != "" && version.Compare(goLine, c.Since) < 0 {
		return c.Old
	}
	return c.New
}

// directives returns the settings of the files' //go:debug lines. They stand
// above the package clause, and tests' files have them too.
func directives(files []*ast.File) map[string]string {
	settings := make(map[string]string)
	for _, file := range files {
		for _, group := range file.Comments {
			if group.Pos() > file.Package {
				break
			}
			for _, comment := range group.List {
				rest, ok := strings.CutPrefix(comment.Text, "//go:debug ")
				if !ok {
					continue
				}
				if key, value, ok := strings.Cut(strings.TrimSpace(rest), "="); ok {
					settings[key] = value
				}
			}
		}
	}
	return settings
}

// Holds reports whether the condition holds for the package under analysis, as
// far as one package can tell. A condition on a setting that no change of this
// package's table has does not hold.
func Holds(pass *analysis.Pass, when rule.Condition) bool {
	if when == rule.Always {
		return true
	}
	setting, value, _ := strings.Cut(string(when), "=")
	for _, c := range All() {
		if c.Scope == Program && c.Setting == setting {
			return c.Value(pass) == value
		}
	}
	return false
}
