package bench

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gomend/gomend/profiles/compare"
)

// prepare builds a package on both sides and finds its benchmarks. What goes wrong is told in
// it; an error means that the whole can't go on.
func (m *measurement) prepare(ctx context.Context, p *Package) (err error) {
	defer func() {
		if !slices.ContainsFunc(p.Benchmarks, (*Benchmark).toMeasure) {
			p.remove()
		}
	}()
	for s := range m.sides {
		src := m.sides[s].packages[p.ImportPath]
		if src == nil {
			continue
		}
		if src.twin != nil {
			p.Err = fmt.Errorf("at the %s, %s has a package of the same path", sideName(compare.Side(s)), src.twin.Dir)
			return nil
		}
		p.programs[s], err = m.build(ctx, compare.Side(s), src)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			p.Err = fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
			return nil
		}
	}
	if p.Same, err = m.same(p); err != nil {
		return err
	}
	return m.list(ctx, p)
}

// list finds the benchmarks of a package. Those of the same programs are not run for that: these
// are told without sub-benchmarks.
func (m *measurement) list(ctx context.Context, p *Package) error {
	var names [2][]string
	failed := make(map[string]error)
	for s, program := range p.programs {
		if program == nil {
			continue
		}
		var some map[string]error
		var err error
		if p.Same {
			names[s], err = program.topLevel(ctx, first(m.o.Benchmarks))
		} else {
			names[s], some, err = program.list(ctx, m.o.Benchmarks, m.o.Skip)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			p.Err = fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
			return nil
		}
		for name, err := range some {
			if failed[name] == nil {
				failed[name] = fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
			}
		}
	}
	for _, name := range union(names[compare.Base], names[compare.Head]) {
		b := &Benchmark{Package: p.ImportPath, Name: name}
		top, _, _ := strings.Cut(name, "/")
		switch {
		case failed[top] != nil:
			continue
		case p.Same:
			b.State = SameProgram
		case !slices.Contains(names[compare.Base], name):
			b.State = New
		case !slices.Contains(names[compare.Head], name):
			b.State = Gone
		}
		p.Benchmarks = append(p.Benchmarks, b)
	}
	for name, err := range failed {
		p.Benchmarks = append(p.Benchmarks, &Benchmark{Package: p.ImportPath, Name: name, Err: err})
	}
	slices.SortStableFunc(p.Benchmarks, func(a, b *Benchmark) int { return strings.Compare(failedName(a), failedName(b)) })
	return nil
}

// failedName is the name of a benchmark that failed, and "" of others, which stay in the order
// in which they run, before these.
func failedName(b *Benchmark) string {
	if b.Err == nil {
		return ""
	}
	return b.Name
}

// union returns the names of the head, and behind them those of the base alone.
func union(base, head []string) []string {
	all := slices.Clone(head)
	for _, name := range base {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

func sideName(s compare.Side) string {
	if s == compare.Base {
		return "base"
	}
	return "head"
}

// list returns the names of the benchmarks that a pattern names, without "Benchmark", those of
// sub-benchmarks included, and what those failed with that fail.
func (p *program) list(ctx context.Context, pattern, skip string) (names []string, failed map[string]error, err error) {
	all := func(skip string) error {
		// With one processor there is no number behind the names. With -test.v results stand in
		// lines of their own.
		output, err := p.run(ctx, pattern, nil, "-test.v", "-test.cpu=1", "-test.benchtime=1x", "-test.skip="+skip)
		results, unreadable := readResults(output)
		for _, r := range results {
			if name := r.Name.String(); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return cmp.Or(err, unreadable)
	}
	if err = all(skip); err == nil || ctx.Err() != nil {
		return names, nil, err
	}
	// One that fails may have kept others from running: now each one runs without the others.
	tops, listErr := p.topLevel(ctx, first(pattern))
	if listErr != nil || len(tops) == 0 {
		return nil, nil, err
	}
	names, failed = nil, make(map[string]error)
	for _, top := range tops {
		var others []string
		if skip != "" {
			others = append(others, skip)
		}
		for _, other := range tops {
			if other != top {
				others = append(others, "^Benchmark"+regexp.QuoteMeta(other)+"$")
			}
		}
		if one := all(strings.Join(others, "|")); one != nil {
			failed[top] = one
		}
	}
	return names, failed, nil
}

// first returns what a pattern says of benchmarks, without what it says of sub-benchmarks.
func first(pattern string) string {
	top, _, deep := strings.Cut(pattern, "/")
	if deep && strings.ContainsAny(pattern, "|[(\\") {
		return "." // which the slash may be a part of
	}
	return top
}

// topLevel returns the names of the benchmarks that a pattern names, without sub-benchmarks,
// and runs none.
func (p *program) topLevel(ctx context.Context, pattern string) ([]string, error) {
	out, err := p.start(ctx, nil, "-test.list="+pattern)
	if err != nil {
		return nil, err
	}
	var names []string
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "Benchmark"); ok {
			names = append(names, name)
		}
	}
	return names, nil
}

// exactly returns the pattern of one benchmark, and of what is below it.
func exactly(name string) string {
	elements := strings.Split("Benchmark"+name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return strings.Join(elements, "/")
}
