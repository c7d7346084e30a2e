// Package verify tells whether a change to a code base makes anything worse, and if so
// which part of the change does.
//
// [Look] notes what works: which modules load, and which packages build, what vet says of
// them, which tests pass, and what these cover, in both views. Looked at before and after a change,
// [Compare] says what is worse; [Settle] tells flaky tests from broken ones; and [Narrow]
// finds the parts of a change without which all is as good as before.
package verify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/cover"
)

// A State is what works in a code base.
type State struct {
	// Toolchain is the release of Go with which it was looked at; empty if it was the go
	// command at hand.
	Toolchain string

	// Modules are those that can't be loaded, with the reason, by view and path.
	Modules map[ModuleKey]string

	// Packages are those that were looked at.
	Packages map[PackageKey]*Package

	// Coverage is which statements the tests run, by view, if that was looked at.
	Coverage map[workspace.View]*cover.Coverage
}

// A ModuleKey names a module in a view.
type ModuleKey struct {
	View   workspace.View
	Module string
}

// A PackageKey names a package in a view.
type PackageKey struct {
	View    workspace.View
	Package string // its import path
}

// A Package is what works in a package.
type Package struct {
	Module string

	// Broken says why the package can't be loaded or built; it is empty if it can.
	Broken string

	// Vet are the analyzer and the message of each of vet's findings, without places,
	// which a change moves.
	Vet []string

	// Tests are the outcomes of the package's tests, by name, if they were run. What is
	// wrong with the package as a whole, as that its tests do not compile, stands under
	// the empty name.
	Tests map[string]Outcome
}

// An Outcome is what became of a test.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// A Kind is what got worse.
type Kind string

// The kinds.
const (
	Load     Kind = "load"    // a module, or a package, can't be loaded or built any more
	Gone     Kind = "gone"    // a package is not there any more
	Vet      Kind = "vet"     // vet has one more finding
	Test     Kind = "test"    // a test that passed fails
	Skip     Kind = "skip"    // a test that passed is skipped
	NotThere Kind = "no test" // a test that passed is not run any more

	// Coverage is statements that the change did not touch, and that tests do not run any
	// more, or more statements that they do not run.
	Coverage Kind = "coverage"
)

// A Regression is something that is worse than before.
type Regression struct {
	View    workspace.View
	Kind    Kind
	Module  string
	Package string // empty if it is the module as a whole
	Test    string // empty if it is none of a test

	// Detail is what the go command says, or vet.
	Detail string

	// Toolchain is the release of Go with which it is worse; empty if it is the go command
	// at hand.
	Toolchain string
}

// Compare returns what is worse in head than in base, sorted by view, module and package.
// What is broken in both is not worse.
func Compare(base, head *State) []Regression {
	var all []Regression
	for key, why := range head.Modules {
		if _, before := base.Modules[key]; !before {
			all = append(all, Regression{View: key.View, Kind: Load, Module: key.Module, Detail: why})
		}
	}
	for key, before := range base.Packages {
		if _, broken := head.Modules[ModuleKey{key.View, before.Module}]; broken {
			continue // told of the module
		}
		r := Regression{View: key.View, Module: before.Module, Package: key.Package}
		after := head.Packages[key]
		if after == nil {
			r.Kind = Gone
			all = append(all, r)
			continue
		}
		all = append(all, before.compare(after, r)...)
	}
	for view, after := range head.Coverage {
		if before := base.Coverage[view]; before != nil {
			all = append(all, uncovered(before, after, view)...)
		}
	}
	for i := range all {
		all[i].Toolchain = head.Toolchain
	}
	slices.SortFunc(all, compareRegressions)
	return all
}

// uncovered returns what tests do not run any more. What can't be told, as tests fail, is not
// worse: that is told of the tests.
func uncovered(before, after *cover.Coverage, view workspace.View) []Regression {
	c := cover.Compare(before, after, nil)
	module := make(map[string]string)
	for _, p := range c.Packages {
		module[p.ImportPath] = p.Module
	}
	var all []Regression
	for _, lost := range c.Regressions {
		all = append(all, Regression{
			View: view, Kind: Coverage, Module: module[lost.Package], Package: lost.Package,
			Detail: fmt.Sprintf("%s:%d: tests ran this before, and do not any more", lost.Path, lost.Line),
		})
	}
	for _, p := range c.Packages {
		more := p.Head.Uncovered() - p.Base.Uncovered()
		if p.State != cover.Kept || more <= 0 || slices.ContainsFunc(all, func(r Regression) bool { return r.Package == p.ImportPath }) {
			continue
		}
		all = append(all, Regression{
			View: view, Kind: Coverage, Module: p.Module, Package: p.ImportPath,
			Detail: fmt.Sprintf("statements that no test runs: %d, before %d", p.Head.Uncovered(), p.Base.Uncovered()),
		})
	}
	return all
}

// compare returns what is worse in a package, as regressions like r.
func (p *Package) compare(after *Package, r Regression) []Regression {
	if p.Broken != "" {
		return nil
	}
	if after.Broken != "" {
		r.Kind, r.Detail = Load, after.Broken
		return []Regression{r}
	}
	var all []Regression
	left := slices.Clone(p.Vet)
	for _, text := range after.Vet {
		if i := slices.Index(left, text); i >= 0 {
			left = slices.Delete(left, i, i+1)
			continue
		}
		worse := r
		worse.Kind, worse.Detail = Vet, text
		all = append(all, worse)
	}
	for name, outcome := range p.Tests {
		if outcome != Passed {
			continue
		}
		worse := r
		worse.Test = name
		switch after.Tests[name] {
		case Passed:
			continue
		case Failed:
			worse.Kind = Test
		case Skipped:
			worse.Kind = Skip
		default:
			worse.Kind = NotThere
		}
		all = append(all, worse)
	}
	return all
}

func compareRegressions(a, b Regression) int {
	return cmp.Or(
		// The view in which the code base is developed comes first.
		-strings.Compare(string(a.View), string(b.View)),
		strings.Compare(a.Module, b.Module),
		strings.Compare(a.Package, b.Package),
		strings.Compare(string(a.Kind), string(b.Kind)),
		strings.Compare(a.Test, b.Test),
		strings.Compare(a.Detail, b.Detail),
	)
}
