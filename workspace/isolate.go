package workspace

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/sync/errgroup"

	"github.com/gomend/gomend/internal/gocmd"
)

// group loads the shares of a group: together if that works, otherwise so that the
// modules at fault fail alone.
func (l *loader) group(ctx context.Context, g *group) error {
	if g.base == nil {
		a := attempt{share: g.shares[0]}
		a.unit, a.err = l.alone(ctx, a.share, "off")
		return l.take(ctx, a, g.apart)
	}
	whole := attempt{}
	if members := g.base.sound(); len(members) > 0 {
		whole.unit, whole.err = l.together(ctx, g.base, g.shares, members)
	} else {
		whole.err = &gocmd.Error{Kind: gocmd.Workspace, Err: errors.New("no two of its modules have different paths")}
	}
	if whole.err != nil && stops(ctx, whole.err) {
		return whole.err
	}
	if whole.err == nil && !slices.ContainsFunc(whole.unit.Packages, (*Package).resolutionFailed) {
		l.add(whole.unit)
		return nil
	}
	return l.isolate(ctx, g, whole)
}

// resolutionFailed reports whether the package can't be loaded for a reason that
// may lie with another module of its go.work file: where one member's requirement
// can't be had, the go command resolves no import from outside of the workspace
// any more, for any member.
func (p *Package) resolutionFailed() bool {
	return slices.ContainsFunc(p.Errors, func(e PackageError) bool {
		switch gocmd.Classify(e.Message) {
		case gocmd.Offline, gocmd.Untidy, gocmd.Workspace, gocmd.ModFile:
			return true
		}
		return false
	})
}

// An attempt is how a module, or several together, could be loaded.
type attempt struct {
	share *share // if it is of one module
	unit  *Unit
	own   bool // with GOWORK=off
	err   error
}

// faults counts the packages that can't be loaded; -1 stands for all of them.
func (a attempt) faults() int {
	if a.err != nil {
		return -1
	}
	n := 0
	for _, p := range a.unit.Packages {
		if len(p.Errors) > 0 {
			n++
		}
	}
	return n
}

// betterThan reports whether a sees more than b does.
func (a attempt) betterThan(b attempt) bool {
	fa, fb := a.faults(), b.faults()
	return fa >= 0 && (fb < 0 || fa < fb)
}

// anyBetter reports whether the attempts, taken together, see more than whole does.
func anyBetter(attempts []attempt, whole attempt) bool {
	sum := 0
	for _, a := range attempts {
		if a.err != nil {
			return false
		}
		sum += a.faults()
	}
	return sum < whole.faults()
}

// isolate loads the modules of a group apart of which whole, the attempt to load
// them together, can't see everything. What loads well that way is then loaded
// together once more, without those at fault: it costs a "go vet" of many modules
// one run instead of one for each.
func (l *loader) isolate(ctx context.Context, g *group, whole attempt) error {
	if rest, err := l.withoutSuspects(ctx, g, whole); err != nil || rest == nil {
		return err
	} else if len(rest) < len(g.shares) {
		g = &group{base: g.base, shares: rest, apart: g.apart}
		whole = attempt{err: errors.New("what it requires can't be had")}
	}
	attempts, err := l.apart(ctx, g)
	if err != nil {
		return err
	}
	if whole.err == nil && !anyBetter(attempts, whole) {
		l.add(whole.unit) // what is wrong is wrong everywhere
		return nil
	}
	attempts, err = l.reunite(ctx, g, attempts)
	if err != nil {
		return err
	}
	for _, a := range attempts {
		apart := g.base.name(l.w) + " can't be loaded together"
		if twin := g.base.twin(a.share.module); twin != nil {
			apart = fmt.Sprintf("%s lists %s, too, which has the same path", l.w.relative(g.base.path), twin.Rel)
		}
		if err := l.take(ctx, a, apart); err != nil {
			return err
		}
	}
	return nil
}

// withoutSuspects loads together the modules that have nothing to do with those that require
// what can't be had, and returns the shares of the others: all, if that does not help.
// Modules that load well by themselves can be at fault: the go command reads more of what
// they require when they are together.
func (l *loader) withoutSuspects(ctx context.Context, g *group, whole attempt) ([]*share, error) {
	sound := g.base.sound()
	suspects := whole.suspects(sound)
	if len(suspects) == 0 {
		return g.shares, nil
	}
	clean := func(m *Module) bool {
		return slices.Contains(sound, m) && !slices.ContainsFunc(closure(m, sound), func(o *Module) bool { return slices.Contains(suspects, o) })
	}
	members := slices.DeleteFunc(slices.Clone(sound), func(m *Module) bool { return !clean(m) })
	var shares, rest []*share
	for _, s := range g.shares {
		if clean(s.module) {
			shares = append(shares, s)
		} else {
			rest = append(rest, s)
		}
	}
	if len(shares) < 2 {
		return g.shares, nil
	}
	var a attempt
	a.unit, a.err = l.together(ctx, g.base, shares, members)
	switch {
	case a.err != nil && stops(ctx, a.err):
		return nil, a.err
	case a.err != nil:
		return g.shares, nil
	}
	faulty := a.unit.leaveFaulty()
	if len(a.unit.Modules) < 2 {
		return g.shares, nil
	}
	for _, s := range shares {
		if slices.Contains(faulty, s.module) {
			rest = append(rest, s)
		}
	}
	l.add(a.unit)
	return rest, nil
}

// leaveFaulty takes the modules out of the unit that have packages which can't be loaded in
// it, and returns them.
func (u *Unit) leaveFaulty() []*Module {
	var faulty []*Module
	for _, p := range u.Packages {
		if len(p.Errors) > 0 && !slices.Contains(faulty, p.Module) {
			faulty = append(faulty, p.Module)
		}
	}
	if len(faulty) > 0 {
		u.Packages = slices.DeleteFunc(u.Packages, func(p *Package) bool { return slices.Contains(faulty, p.Module) })
		u.Modules = slices.DeleteFunc(slices.Clone(u.Modules), func(m *Module) bool { return slices.Contains(faulty, m) })
		u.exact = false
	}
	return faulty
}

// suspects returns the modules that require themselves what the go command could not get.
func (a attempt) suspects(members []*Module) []*Module {
	var texts []string
	if a.err != nil {
		texts = append(texts, a.err.Error())
	} else {
		for _, p := range a.unit.Packages {
			for _, e := range p.Errors {
				texts = append(texts, e.Message)
			}
		}
	}
	slices.Sort(texts)
	texts = slices.Compact(texts)
	var suspects []*Module
	for _, m := range members {
		if slices.ContainsFunc(m.File.Require, func(r *modfile.Require) bool {
			name := r.Mod.String() + ":"
			return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, name) })
		}) {
			suspects = append(suspects, m)
		}
	}
	return suspects
}

// take adds the attempt's outcome to the selection.
func (l *loader) take(ctx context.Context, a attempt, apart string) error {
	switch {
	case a.err == nil:
		a.unit.Apart = apart
		l.add(a.unit)
	case stops(ctx, a.err):
		return a.err
	default:
		l.fail(a.share.module, a.err)
	}
	return nil
}

// apart loads each module of the group by itself.
func (l *loader) apart(ctx context.Context, g *group) ([]attempt, error) {
	members := g.base.sound()
	return each(ctx, g.shares, func(ctx context.Context, s *share) attempt {
		return l.attempt(ctx, g.base, s, members)
	})
}

// each makes one attempt for every share, several at a time. It ends early with
// an error that ends the whole load.
func each(ctx context.Context, shares []*share, try func(context.Context, *share) attempt) ([]attempt, error) {
	attempts := make([]attempt, len(shares))
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range shares {
		eg.Go(func() error {
			attempts[i] = try(ctx, s)
			if err := attempts[i].err; err != nil && stops(ctx, err) {
				return err
			}
			return nil
		})
	}
	return attempts, eg.Wait()
}

// attempt loads one module in the two ways in which it can stand without the group:
// with those members that it requires, and with GOWORK=off. Under a go.work file the
// first is closer to how the module is developed; without one, the second is.
func (l *loader) attempt(ctx context.Context, base *workFile, s *share, members []*Module) attempt {
	linked := func() attempt {
		a := attempt{share: s}
		a.unit, a.err = l.together(ctx, base, []*share{s}, closure(s.module, members))
		return a
	}
	own := func() attempt {
		a := attempt{share: s, own: true}
		a.unit, a.err = l.alone(ctx, s, "off")
		return a
	}
	ways := []func() attempt{linked, own}
	switch {
	case !slices.Contains(members, s.module):
		ways = []func() attempt{own}
	case base.listed == nil:
		ways = []func() attempt{own, linked}
	}
	best := ways[0]()
	for _, way := range ways[1:] {
		if best.faults() == 0 || best.err != nil && stops(ctx, best.err) {
			break
		}
		a := way()
		if a.err != nil && stops(ctx, a.err) || a.betterThan(best) || a.err != nil && best.err != nil && a.own {
			best = a
		}
	}
	return best
}

// reunite loads together the modules that the attempts see in full, and returns the
// attempts of the others. Where that fails, they stay by themselves.
func (l *loader) reunite(ctx context.Context, g *group, attempts []attempt) ([]attempt, error) {
	well := func(a attempt) bool {
		// What a go.work file lists and must be loaded without it stays apart.
		return a.faults() == 0 && !(a.own && g.base.listed != nil)
	}
	var shares []*share
	var members []*Module
	for _, a := range attempts {
		if !well(a) {
			continue
		}
		shares = append(shares, a.share)
		for _, m := range closure(a.share.module, g.base.sound()) {
			if !slices.Contains(members, m) {
				members = append(members, m)
			}
		}
	}
	if len(shares) < 2 || len(members) == len(g.base.sound()) {
		return attempts, nil // that is what was tried first
	}
	var again attempt
	again.unit, again.err = l.together(ctx, g.base, shares, members)
	if again.err != nil && stops(ctx, again.err) {
		return nil, again.err
	}
	if again.faults() != 0 {
		return attempts, nil
	}
	l.add(again.unit)
	return slices.DeleteFunc(attempts, well), nil
}
