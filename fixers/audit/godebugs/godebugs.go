// Package godebugs is what the GODEBUG settings of Go's library do whose default goes by
// the go line: since when, what a program did before, and how it is kept.
//
// The facts are the toolchain's own (internal/godebugs), taken over by "go generate" and
// united with what later toolchains change. [Parse] reads the table of any toolchain, so
// that settings which are newer than this package are known by name.
package godebugs

import (
	"cmp"
	"go/version"
	"slices"
	"strconv"
	"strings"
)

//go:generate go run generate.go

// A Setting is a GODEBUG setting.
type Setting struct {
	Name    string
	Package string // the import path of the package of the library that asks for it

	// Changed is the minor version of Go whose go line brings the new default: 21 for
	// go1.21. It is 0 if the default goes by no go line.
	Changed int

	// Old is the value that has programs behave as before Changed.
	Old string

	// Opaque tells that the library does not note when the setting made a difference.
	Opaque bool

	// Removed is the minor version of the toolchain that does not know the setting any
	// more, or 0. From 27 on its go command refuses to build what asks for one of Gone.
	Removed int

	// Gone are the values that can't be asked for any more since Removed.
	Gone []string

	Meaning
}

// A Meaning is what a setting is about.
type Meaning struct {
	// Text says what programs do since the change, as a sentence without a full stop.
	Text string

	// Source is the document that announced it.
	Source string

	// Weak says what is weaker in a program that still has the old value, or nothing if
	// its security does not suffer.
	Weak string

	// WeakIn is the package that a program is built from for that to concern it, where
	// it is not the one that asks for the setting.
	WeakIn string

	// Routine tells that the library notes each use of a widespread function, whether
	// or not anything differs then: that it was seen says nothing about the code.
	Routine bool
}

// All returns the settings that are known, sorted by name.
func All() []Setting {
	all := slices.Clone(generated())
	for i := range all {
		all[i].Meaning = meanings()[all[i].Name]
	}
	return all
}

// Unite returns all settings of a and b, sorted by name. What a says of one counts; b is
// of another toolchain, and lacks what that has removed, or has what is new in it.
func Unite(a, b []Setting) []Setting {
	known := make(map[string]*Setting)
	all := slices.Clone(a)
	for i := range all {
		known[all[i].Name] = &all[i]
	}
	var more []Setting
	for _, s := range b {
		k := known[s.Name]
		if k == nil {
			more = append(more, s)
			continue
		}
		if k.Removed == 0 {
			k.Removed, k.Gone = s.Removed, s.Gone
		}
		if k.Package == "" { // a says no more than that it is gone
			k.Package, k.Changed, k.Old, k.Opaque = s.Package, s.Changed, s.Old, s.Opaque
		}
	}
	all = append(all, more...)
	slices.SortFunc(all, func(x, y Setting) int { return cmp.Compare(x.Name, y.Name) })
	return all
}

// Default returns the value that a program has by a go line, and whether it is the old
// one: the new one is nobody's to name, and is empty. The version is that of a go line
// ("1.21", "1.21.0") or with "go" before it.
func (s *Setting) Default(goLine string) (value string, old bool) {
	if s.Changed == 0 || Minor(goLine) >= s.Changed {
		return "", false
	}
	return s.Old, true
}

// Keep returns the line of a go.mod or go.work file that keeps the old behaviour.
func (s *Setting) Keep() string { return "godebug " + s.Name + "=" + s.Old }

// Minor returns the minor version of a go line: 21 of "1.21.0" or "go1.21rc2". It is 0 of
// what is no version of Go 1.
func Minor(goLine string) int {
	lang := version.Lang("go" + strings.TrimPrefix(goLine, "go"))
	minor, ok := strings.CutPrefix(lang, "go1.")
	if !ok {
		return 0
	}
	n, _ := strconv.Atoi(minor) // digits, as the version is valid
	return n
}

// MinorVersion returns the version of a minor version of Go 1: "1.21" of 21.
func MinorVersion(minor int) string { return "1." + strconv.Itoa(minor) }
