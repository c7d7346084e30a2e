package engine

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// A merger brings the results of platforms together.
type merger struct {
	several  bool // platforms
	res      *Result
	findings map[findingKey]*finding.Finding
	packages map[string]*Package // by directory
	ignored  map[string]bool     // files that a platform leaves out
	included map[string]bool     // files that a platform includes
}

// A findingKey tells whether the findings of two platforms are one.
type findingKey struct {
	id, message, pkg string
	span             finding.Span
}

func newMerger(several bool) *merger {
	return &merger{
		several:  several,
		res:      &Result{Cost: make(map[string]time.Duration)},
		findings: make(map[findingKey]*finding.Finding),
		packages: make(map[string]*Package),
		ignored:  make(map[string]bool),
		included: make(map[string]bool),
	}
}

func (m *merger) add(p Platform, r *run) {
	m.res.Root = r.workspace.Root
	m.res.Unreleased = r.unreleased
	for _, f := range r.findings {
		m.addFinding(p, f)
	}
	for _, f := range r.failures {
		m.addFailure(p, f)
	}
	m.res.Suppressions = append(m.res.Suppressions, r.suppressions...)
	for dir, pkg := range r.packages {
		if old := m.packages[dir]; old == nil || old.Files < pkg.Files {
			m.packages[dir] = pkg
		}
	}
	maps.Copy(m.ignored, r.ignored)
	maps.Copy(m.included, r.included)
	for name, took := range r.cost {
		m.res.Cost[name] += took
	}
}

// addFinding adds a finding of a platform, or the platform to a finding that
// another one has too.
func (m *merger) addFinding(p Platform, f finding.Finding) {
	key := findingKey{f.ID(), f.Message, f.Package, f.Span}
	known := m.findings[key]
	if known == nil {
		known = &f
		m.findings[key] = known
	}
	if m.several {
		known.Platforms = union(known.Platforms, []string{p.String()})
	}
	known.Mains = union(known.Mains, f.Mains)
}

// addFailure adds a failure of a platform, or the platform to an equal one.
func (m *merger) addFailure(p Platform, f Failure) {
	i := slices.IndexFunc(m.res.Failures, func(g Failure) bool { return compareFailures(f, g) == 0 })
	if i < 0 {
		i = len(m.res.Failures)
		m.res.Failures = append(m.res.Failures, f)
	}
	if m.several {
		known := &m.res.Failures[i]
		known.Platforms = union(known.Platforms, []string{p.String()})
	}
}

// union returns the elements of both lists, sorted.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// result returns all that was added, in order.
func (m *merger) result() *Result {
	r := m.res
	for _, f := range m.findings {
		r.Findings = append(r.Findings, *f)
	}
	finding.Sort(r.Findings)
	finding.Identify(r.Findings)
	slices.SortFunc(r.Suppressions, compareSuppressions)
	r.Suppressions = slices.CompactFunc(r.Suppressions, func(a, b finding.Suppression) bool {
		return compareSuppressions(a, b) == 0
	})
	slices.SortFunc(r.Failures, compareFailures)
	for _, pkg := range m.packages {
		r.Packages = append(r.Packages, *pkg)
	}
	slices.SortFunc(r.Packages, func(a, b Package) int {
		return cmp.Or(cmp.Compare(a.ImportPath, b.ImportPath), cmp.Compare(a.Dir, b.Dir))
	})
	for _, name := range slices.Sorted(maps.Keys(m.ignored)) {
		if !m.included[name] {
			r.OtherPlatforms = append(r.OtherPlatforms, name)
		}
	}
	return r
}

func compareSuppressions(a, b finding.Suppression) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Line, b.Line))
}
