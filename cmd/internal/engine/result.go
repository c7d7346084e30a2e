package engine

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/workspace"
)

// A Result is what was found. It is the same for the same code, whatever was
// cached and however many packages were analysed at a time.
type Result struct {
	// Root is the root of the code base, to which files' names are relative.
	Root string

	// Findings are all findings that can be true, sorted, with fingerprints:
	// those of low confidence, of generated files and suppressed ones too.
	Findings []finding.Finding

	// Suppressions are those written in the analysed files.
	Suppressions []finding.Suppression

	// Packages are the packages that were looked at, completely or in part,
	// sorted by import path.
	Packages []Package

	// Failures are what was asked for and could not be looked at.
	Failures []Failure

	// OtherPlatforms are the Go files that no platform at hand includes.
	OtherPlatforms []string

	// Unreleased are versions of modules of the code base that are required
	// and not published; see [workspace.Selection].
	Unreleased []workspace.Unreleased

	// Cost is the time that each analyzer took in all packages together,
	// when they were analysed, which may have been in an earlier run. Those
	// that other analyzers require are included, and "types" for parsing
	// and type-checking.
	Cost map[string]time.Duration
}

// A Package is a package that was looked at.
type Package struct {
	ImportPath string
	Module     string // path
	Dir        string // relative to the root
	Files      int    // Go files that were analysed, tests included
}

// Complete reports whether the package, named as in a finding, was analysed by
// everything on every platform.
func (r *Result) Complete(pkg string) bool {
	i := slices.IndexFunc(r.Packages, func(p Package) bool { return p.ImportPath == pkg || p.ImportPath+"_test" == pkg })
	return i >= 0 && !slices.ContainsFunc(r.Failures, func(f Failure) bool {
		return f.Package == pkg || f.Package == "" && f.Module == r.Packages[i].Module
	})
}

// A Failure is something that was asked for and could not be looked at.
type Failure struct {
	// Module is the path of the module, or its directory relative to the
	// root if the path is not known.
	Module string

	// Package is the import path, as in a finding; empty if it is all of
	// the module.
	Package string

	// Plugin is the plugin that failed; empty if it is our own analysis.
	Plugin string

	// File, Line and Column are where the cause stands: File relative to
	// the root, and empty if no place is known.
	File         string
	Line, Column int

	// Message is the cause.
	Message string

	// More is the number of further errors that the same package has.
	More int

	// Dependency is the import path of the dependency with the cause;
	// empty if it lies in the package itself.
	Dependency string

	// Platforms are those on which it happened, if more than one was
	// looked at.
	Platforms []string
}

// Error says what failed and why, the place first as compilers do.
func (f *Failure) Error() string {
	what := cmp.Or(f.Package, "module "+f.Module)
	if f.Plugin != "" {
		what += " (plugin " + f.Plugin + ")"
	}
	msg := fmt.Sprintf("%s was not checked: ", what)
	if f.Dependency != "" {
		msg += fmt.Sprintf("it needs %s: ", f.Dependency)
	}
	msg += f.Message
	if f.More > 0 {
		msg += fmt.Sprintf(" (and %d more)", f.More)
	}
	if f.File != "" {
		return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, msg)
	}
	return msg
}

func compareFailures(a, b Failure) int {
	return cmp.Or(
		cmp.Compare(a.Module, b.Module),
		cmp.Compare(a.Package, b.Package),
		cmp.Compare(a.Plugin, b.Plugin),
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Dependency, b.Dependency),
		cmp.Compare(a.Message, b.Message),
	)
}

// Relative returns an absolute file name relative to the root, with slashes, or
// as it is if the file is elsewhere.
func Relative(root, name string) string {
	if rel, err := filepath.Rel(root, name); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return name
}
