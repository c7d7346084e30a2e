package verify

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// Settle tells flaky tests from broken ones: it runs those of the regressions that are
// tests some more times, before and after the change. A test that fails before the change
// too, or passes after it, is flaky, as is one that is not run any more and that another run
// before the change does not have either: its name is another one each time. Where statements lost coverage, it is measured once
// more on both sides. It returns the regressions that are none of these, and those that are.
func Settle(ctx context.Context, base, head workspace.Config, o Options, all []Regression, times int) (worse, flaky []Regression, err error) {
	for view, packages := range failedTests(all) {
		again := o
		again.Views, again.Vet, again.Test, again.Cover = []workspace.View{view}, false, true, false
		again.Patterns = packages.patterns
		again.TestFlags = append(slices.Clip(o.TestFlags), "-count=1", "-run="+packages.tests)
		for range times {
			for _, side := range []struct {
				cfg   workspace.Config
				shows Outcome // that the test is flaky
			}{{base, Failed}, {head, Passed}} {
				s, err := Look(ctx, side.cfg, again)
				if err != nil {
					return nil, nil, err
				}
				all, flaky = separate(all, flaky, func(r *Regression) bool {
					switch {
					case r.View != view:
						return false
					case r.Kind == NotThere && side.shows == Failed:
						return s.outcome(r) == "" && s.ran(r)
					case r.Kind == NotThere || r.Kind == Test:
						return s.outcome(r) == side.shows
					}
					return false
				})
			}
		}
	}
	for view, packages := range uncoveredPackages(all) {
		again := o
		again.Views, again.Patterns, again.Vet, again.Test, again.Cover = []workspace.View{view}, packages, false, false, true
		again.TestFlags = append(slices.Clip(o.TestFlags), "-count=1")
		before, err := Look(ctx, base, again)
		if err != nil {
			return nil, nil, err
		}
		after, err := Look(ctx, head, again)
		if err != nil {
			return nil, nil, err
		}
		lost := uncovered(before.Coverage[view], after.Coverage[view], view)
		all, flaky = separate(all, flaky, func(r *Regression) bool {
			return r.Kind == Coverage && r.View == view && !slices.Contains(lost, *r)
		})
	}
	slices.SortFunc(flaky, compareRegressions)
	return all, flaky, nil
}

// uncoveredPackages returns the packages that lost coverage, by view.
func uncoveredPackages(all []Regression) map[workspace.View][]string {
	packages := make(map[workspace.View][]string)
	for _, r := range all {
		if r.Kind == Coverage && !slices.Contains(packages[r.View], r.Package) {
			packages[r.View] = append(packages[r.View], r.Package)
		}
	}
	return packages
}

// outcome returns what became of a regression's test.
func (s *State) outcome(r *Regression) Outcome {
	p := s.Packages[PackageKey{r.View, r.Package}]
	if p == nil {
		return ""
	}
	return p.Tests[r.Test]
}

// ran reports whether the function was run that a regression's test is in.
func (s *State) ran(r *Regression) bool {
	function := *r
	function.Test, _, _ = strings.Cut(r.Test, "/")
	return function.Test != r.Test && s.outcome(&function) != ""
}

// separate moves the regressions for which the condition holds to the others.
func separate(from, to []Regression, condition func(*Regression) bool) (left, moved []Regression) {
	for i := range from {
		if condition(&from[i]) {
			to = append(to, from[i])
		} else {
			left = append(left, from[i])
		}
	}
	return left, to
}

// A choice is packages, and an expression for tests in them.
type choice struct {
	patterns []string
	tests    string
}

// failedTests returns the packages and tests to run again, by view. A test of a table is
// run with the others of its function.
func failedTests(all []Regression) map[workspace.View]choice {
	chosen := make(map[workspace.View]choice)
	names := make(map[workspace.View][]string)
	for _, r := range all {
		if r.Kind != Test && r.Kind != NotThere {
			continue
		}
		c := chosen[r.View]
		if !slices.Contains(c.patterns, r.Package) {
			c.patterns = append(c.patterns, r.Package)
		}
		chosen[r.View] = c
		name, _, _ := strings.Cut(r.Test, "/")
		if name == "" {
			name = ".*" // the package as a whole
		} else {
			name = regexp.QuoteMeta(name)
		}
		if !slices.Contains(names[r.View], name) {
			names[r.View] = append(names[r.View], name)
		}
	}
	for view, c := range chosen {
		c.tests = "^(" + strings.Join(names[view], "|") + ")$"
		chosen[view] = c
	}
	return chosen
}
