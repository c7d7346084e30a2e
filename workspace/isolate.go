package workspace

import (
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// An attempt is how one module was loaded when its group could not be.
type attempt struct {
	share *share
	unit  *Unit
	off   bool // with GOWORK=off
	err   error
}

// isolate loads the modules of a group that can't be loaded together, so that the
// one at fault fails alone: first each with only the members that it requires,
// then with GOWORK=off; then all that the first way works for in one unit, which
// costs a go vet over them one run instead of one a module.
func (l *loader) isolate(ctx context.Context, g *group) error {
	members := g.base.sound()
	attempts := make([]attempt, len(g.shares))
	eg, egctx := errgroup.WithContext(ctx)
	eg.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range g.shares {
		eg.Go(func() error {
			attempts[i] = l.attempt(egctx, g.base, s, members)
			if err := attempts[i].err; err != nil && stops(egctx, err) {
				return err
			}
			return nil
		})
	}
	if err := eg.Wait(); err != nil {
		return err
	}
	attempts, err := l.reunite(ctx, g, attempts)
	if err != nil {
		return err
	}
	for _, a := range attempts {
		if a.err != nil {
			l.fail(a.share.module, a.err)
			continue
		}
		a.unit.Apart = g.base.name(l.w) + " can't be loaded together"
		l.add(a.unit)
	}
	return nil
}

// attempt loads one module.
func (l *loader) attempt(ctx context.Context, base *workFile, s *share, members []*Module) attempt {
	a := attempt{share: s}
	if slices.Contains(members, s.module) {
		a.unit, a.err = l.together(ctx, base, []*share{s}, closure(s.module, members))
		if a.err == nil || stops(ctx, a.err) {
			return a
		}
	}
	a.off = true
	unit, err := l.alone(ctx, s, "off")
	if err == nil {
		a.unit, a.err = unit, nil
	} else if a.err == nil {
		a.err = err
	}
	return a
}

// reunite loads the modules that could be loaded under a go.work file once more,
// together. Where even that fails, they stay by themselves.
func (l *loader) reunite(ctx context.Context, g *group, attempts []attempt) ([]attempt, error) {
	var shares []*share
	var members []*Module
	for _, a := range attempts {
		if a.err == nil && !a.off {
			shares = append(shares, a.share)
			for _, m := range closure(a.share.module, g.base.sound()) {
				if !slices.Contains(members, m) {
					members = append(members, m)
				}
			}
		}
	}
	if len(shares) < 2 {
		return attempts, nil
	}
	unit, err := l.together(ctx, g.base, shares, members)
	if err != nil {
		if stops(ctx, err) {
			return nil, err
		}
		return attempts, nil
	}
	l.add(unit)
	return slices.DeleteFunc(attempts, func(a attempt) bool { return a.err == nil && !a.off }), nil
}
