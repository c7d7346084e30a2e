package remedy

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// gates are what dependencies have to pass, by path.
type gates map[string]*gate

// solve finds the floors of each module, and keeps them for those that require it.
func (s *search) solve(ctx context.Context) error {
	plans := make(map[*workspace.Module]*plan)
	for _, m := range s.trial.Modules() { // as they are before anything is kept
		p := &plan{search: s, module: m, gates: s.gates[m.Dir], later: make(map[string]string), of: make(map[string]string)}
		before, err := s.trial.Before(ctx, m)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			p.give(slices.Collect(maps.Keys(p.gates)), err)
			continue
		}
		p.before, p.start = before, before
		plans[m] = p
	}
	for _, m := range s.trial.Modules() {
		p := plans[m]
		if p == nil || len(p.gates)+len(s.remedy.Modules) == 0 {
			continue
		}
		found, err := p.run(ctx)
		if err != nil {
			return err
		}
		if found != nil {
			s.modules[m.Dir] = found
			s.remedy.Modules = append(s.remedy.Modules, found)
		}
	}
	return nil
}

// A plan is that of a module.
type plan struct {
	*search
	module *workspace.Module
	gates  gates
	before *align.Resolution
	start  *align.Resolution // with what is kept of modules that it requires
	later  map[string]string // the version that mends a dependency first, by path
	of     map[string]string // the versions chosen in the place of fixes, by path and fix
}

func (p *plan) run(ctx context.Context) (*Module, error) {
	p.o.Step("looking for the least upgrade of " + p.module.Name())
	var err error
	if len(p.remedy.Modules) > 0 {
		if p.start, err = p.without(ctx, nil); err != nil {
			return nil, err
		}
		if p.start == nil {
			p.start = p.before // it can't be tidied, which shows when all is proven
		}
	}
	floors, now, err := p.fixpoint(ctx, p.gates)
	if err != nil {
		return nil, err
	}
	if floors, now, err = p.lighten(ctx, floors, now); err != nil {
		return nil, err
	}
	if floors, err = p.least(ctx, floors); err != nil {
		return nil, err
	}
	m := &Module{Module: p.module, Used: len(p.before.Used), GoFrom: p.before.Go, GoTo: now.Go}
	m.Moved, m.Listed = moved(p.before, now), listed(p.before, now)
	if len(floors)+len(m.Moved) == 0 {
		return nil, nil
	}
	for _, path := range slices.Sorted(maps.Keys(floors)) {
		m.Floors = append(m.Floors, Floor{path, p.before.Versions[path], floors[path], p.gates[path].entries, p.later[path]})
	}
	if len(floors) == 0 {
		return m, nil // it moves with those that it requires
	}
	if m.Costs, err = p.costs(ctx, now); err != nil {
		return nil, err
	}
	_, err = p.trial.Keep(ctx, p.module, floors)
	return m, err
}

// give gives dependencies up.
func (p *plan) give(paths []string, why error) {
	text, _, _ := strings.Cut(strings.TrimSpace(why.Error()), "\n")
	for _, path := range paths {
		p.stuck = append(p.stuck, stuck{p.module.Dir, path, text})
	}
}

// fixpoint raises floors until all dependencies pass their gates. It ends, as versions only
// rise. A dependency that can't be raised is given up.
func (p *plan) fixpoint(ctx context.Context, all gates) (map[string]string, *align.Resolution, error) {
	floors := make(map[string]string)
	now := p.start
	for {
		next := maps.Clone(floors)
		for path, g := range all {
			if p.isStuck(p.module.Dir, path) {
				delete(next, path)
				continue
			}
			to, err := p.pass(ctx, path, now.Versions[path], g)
			if err != nil {
				return nil, nil, err
			}
			if to != "" && compare(next[path], to) < 0 {
				next[path] = to
			}
		}
		if maps.Equal(floors, next) {
			if p.settle(floors, now, all) {
				return floors, now, nil
			}
			continue
		}
		r, err := p.trial.With(ctx, p.module, next)
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		if err != nil {
			if err := p.giveUp(ctx, floors, next, err); err != nil {
				return nil, nil, err
			}
			continue
		}
		floors, now = next, r
	}
}

// settle gives those dependencies up that do not pass in spite of their floors, and reports
// whether there are none.
func (p *plan) settle(floors map[string]string, now *align.Resolution, all gates) bool {
	settled := true
	for path := range floors {
		g := all[path]
		if v := now.Versions[path]; v != "" && !g.passes(path, v) {
			p.give([]string{path}, errors.New("no requirement of it lasts: nothing that it provides is imported"))
			settled = false
		}
	}
	return settled
}

// passes reports whether a version passes.
func (g *gate) passes(path, version string) bool {
	return compare(version, g.least) >= 0 && !concerned(path, version, g.entries)
}

// giveUp finds out which of the new floors can't be had.
func (p *plan) giveUp(ctx context.Context, floors, next map[string]string, why error) error {
	before := len(p.stuck)
	for _, path := range slices.Sorted(maps.Keys(next)) {
		if floors[path] == next[path] {
			continue
		}
		one := maps.Clone(floors)
		one[path] = next[path]
		_, err := p.trial.With(ctx, p.module, one)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			p.give([]string{path}, fmt.Errorf("%s %s can't be required: %w", path, next[path], err))
		}
	}
	if len(p.stuck) == before { // each by itself can
		for path := range next {
			if floors[path] != next[path] {
				p.give([]string{path}, fmt.Errorf("it can't be raised together with others: %w", why))
			}
		}
	}
	return nil
}

// pass returns the version that a dependency needs to pass its gate, or "" if it does.
func (p *plan) pass(ctx context.Context, path, version string, g *gate) (string, error) {
	if version == "" {
		return "", nil // it is not built in any more, or just in view work
	}
	to := version
	if compare(to, g.least) < 0 {
		to = g.least
	}
	to = osv.Unconcerned(path, to, g.entries)
	switch {
	case to == "":
		p.give([]string{path}, fmt.Errorf("no version mends all of %s", names(g.entries)))
		return "", nil
	case to == version:
		return "", nil
	}
	if chosen, ok := p.of[path+"@"+to]; ok {
		return chosen, nil
	}
	releases, err := p.trial.Releases(ctx, path, to, 2)
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err != nil {
		p.give([]string{path}, err)
		return "", nil
	}
	chosen := ""
	for _, r := range releases {
		if !concerned(path, r.Version, g.entries) {
			chosen = r.Version
			break
		}
	}
	if chosen == "" {
		p.give([]string{path}, fmt.Errorf("%s %s, which mends it, can't be got", path, to))
		return "", nil
	}
	p.of[path+"@"+to] = chosen
	return chosen, nil
}

func concerned(path, version string, entries []*osv.Entry) bool {
	return slices.ContainsFunc(entries, func(e *osv.Entry) bool { return e.Concerns(path, version) })
}

func names(entries []*osv.Entry) string {
	var ids []string
	for _, e := range entries {
		ids = append(ids, e.ID)
	}
	slices.SortFunc(ids, govuln.CompareIDs)
	return strings.Join(ids, ", ")
}

// lighten looks for later versions that ask for less, where a floor moves others or the go
// line: what a release required by mistake, its successor may not.
func (p *plan) lighten(ctx context.Context, floors map[string]string, now *align.Resolution) (map[string]string, *align.Resolution, error) {
	const most = 12
	for _, path := range slices.Sorted(maps.Keys(floors)) {
		if len(moved(p.before, now)) <= len(floors) && now.Go == p.before.Go {
			break
		}
		releases, err := p.trial.Releases(ctx, path, floors[path], most)
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		if err != nil || len(releases) == 0 {
			continue // the floor was got before
		}
		first := floors[path]
		least := releases[0]
		for _, r := range releases[1:] {
			if !r.Lighter(&least) || concerned(path, r.Version, p.gates[path].entries) {
				continue
			}
			try := maps.Clone(floors)
			try[path] = r.Version
			then, err := p.trial.With(ctx, p.module, try)
			if ctx.Err() != nil {
				return nil, nil, context.Cause(ctx)
			}
			if err == nil && p.lighter(then, now) && p.passes(then) {
				p.prefer(path, floors[path], r.Version)
				floors, now, least = try, then, r
				p.later[path] = first
			}
		}
	}
	return floors, now, nil
}

// prefer has one version of a dependency chosen in the place of another from now on.
func (p *plan) prefer(path, other, version string) {
	for fix, chosen := range p.of {
		if chosen == other && strings.HasPrefix(fix, path+"@") {
			p.of[fix] = version
		}
	}
}

// lighter reports whether one resolution asks for less of the module than another.
func (p *plan) lighter(a, b *align.Resolution) bool {
	if c := version.Compare("go"+a.Go, "go"+b.Go); c != 0 {
		return c < 0
	}
	return len(moved(p.before, a)) < len(moved(p.before, b))
}

// passes reports whether all dependencies pass their gates, but for those given up.
func (p *plan) passes(r *align.Resolution) bool {
	for path, g := range p.gates {
		v := r.Versions[path]
		if v == "" || p.isStuck(p.module.Dir, path) {
			continue
		}
		if !g.passes(path, v) {
			return false
		}
	}
	return true
}

// least leaves out the floors that others bring about.
func (p *plan) least(ctx context.Context, floors map[string]string) (map[string]string, error) {
	for _, path := range slices.Sorted(maps.Keys(floors)) {
		without := maps.Clone(floors)
		delete(without, path)
		r, err := p.without(ctx, without)
		if err != nil {
			return nil, err
		}
		if r != nil && p.passes(r) {
			floors = without
		}
	}
	return floors, nil
}

// without returns what the module is built with if it has just some floors, or nil if that
// can't be.
func (p *plan) without(ctx context.Context, floors map[string]string) (*align.Resolution, error) {
	if len(floors) == 0 && len(p.remedy.Modules) == 0 {
		return p.start, nil
	}
	r, err := p.trial.With(ctx, p.module, floors)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, nil
	}
	return r, nil
}

// costs finds out what each advisory costs beside the others.
func (p *plan) costs(ctx context.Context, now *align.Resolution) ([]Cost, error) {
	var all gate
	for path, g := range p.gates {
		if !p.isStuck(p.module.Dir, path) {
			for _, e := range g.entries {
				all.add(e)
			}
		}
	}
	stuck := slices.Clone(p.stuck)
	defer func() { p.stuck = stuck }() // what can't be had without an advisory says nothing of the plan
	var costs []Cost
	for _, e := range all.entries {
		_, then, err := p.fixpoint(ctx, p.gates.without(e))
		if err != nil {
			return nil, err
		}
		c := Cost{Advisory: e, Moved: more(moved(p.before, now), moved(p.before, then))}
		if version.Compare("go"+then.Go, "go"+now.Go) < 0 {
			c.Go = then.Go
		}
		costs = append(costs, c)
	}
	return costs, nil
}

// without returns the gates without an advisory.
func (g gates) without(e *osv.Entry) gates {
	rest := make(gates)
	for path, one := range g {
		entries := slices.DeleteFunc(slices.Clone(one.entries), func(o *osv.Entry) bool { return o.ID == e.ID })
		if len(entries) > 0 {
			least := one.least
			if len(entries) < len(one.entries) && least != "" {
				least = "" // it may be this one's
			}
			rest[path] = &gate{entries, least}
		}
	}
	return rest
}

// moved returns the modules that provide packages and change their version, or come in,
// sorted.
func moved(before, after *align.Resolution) []Move {
	var all []Move
	for _, path := range slices.Sorted(maps.Keys(after.Used)) {
		to := after.Versions[path]
		switch from := before.Versions[path]; {
		case !before.Used[path]:
			all = append(all, Move{path, "", to})
		case from != to:
			all = append(all, Move{path, from, to})
		}
	}
	return all
}

// more returns the moves that are not among others, or go farther.
func more(all, others []Move) []Move {
	return slices.DeleteFunc(slices.Clone(all), func(m Move) bool { return slices.Contains(others, m) })
}

// listed returns how many modules of the build list move or come in.
func listed(before, after *align.Resolution) int {
	n := 0
	for path, to := range after.Versions {
		if before.Versions[path] != to {
			n++
		}
	}
	return n
}

// compare compares versions, of which "" is the least.
func compare(a, b string) int { return semver.Compare(a, b) }
