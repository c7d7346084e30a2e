package upgrade

import (
	"context"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// times is how often a test runs again that seems to be worse.
const times = 3

// prove compares what works before and after, and takes fixes back that make something
// worse: with the go command at hand, and with the Go that the code base moves to.
func (p *planner) prove(ctx context.Context) error {
	p.o.Step("copying the code base")
	var err error
	if p.trial, err = p.newTrial(ctx); err != nil {
		return err
	}
	look := verify.Options{Views: p.views(), Vet: true, Test: p.o.Test, Cover: p.o.Cover, TestFlags: p.o.TestFlags}
	p.o.Step("looking at what works now")
	end := p.part("what worked before")
	if p.r.Base, err = verify.Look(ctx, p.trial.config(p.trial.base), look); err != nil {
		return err
	}
	end()
	end = p.part("proof")
	if err := p.proveWith(ctx, look, p.r.Base); err != nil {
		return err
	}
	end()
	if p.o.Toolchain == "" {
		p.r.Toolchain, p.r.NoToolchain = p.toolchain(ctx)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	if p.r.Toolchain == "" {
		return nil
	}
	defer p.part("proof with " + p.r.Toolchain)()
	known := len(p.r.RolledBack)
	older := p.lookWith(look, p.r.Toolchain)
	p.o.Step("looking at what works now with " + p.r.Toolchain)
	base, err := verify.Look(ctx, p.trial.config(p.trial.base), older)
	if err != nil {
		return err
	}
	if err := p.proveWith(ctx, older, base); err != nil || len(p.r.RolledBack) == known {
		return err
	}
	// Fixes went that were there in the first proof.
	still, err := p.worse(ctx, look, p.r.Base, p.r.Fixes)
	p.setWorse(look.Toolchain, still)
	return err
}

// proveWith compares what works before and after as look says.
func (p *planner) proveWith(ctx context.Context, look verify.Options, base *verify.State) error {
	with := ""
	if look.Toolchain != "" {
		with = " with " + look.Toolchain
	}
	p.o.Step("looking at what works after the upgrade" + with)
	worse, err := p.worse(ctx, look, base, p.r.Fixes)
	if err != nil || len(worse) == 0 {
		return err
	}
	// What is worse with the go lines alone is no fix's fault.
	p.o.Step("looking at what works with the go lines alone" + with)
	by, err := p.lines(ctx, look, worse)
	if err != nil {
		return err
	}
	by = among(by, worse)
	p.setWorse(look.Toolchain, by)
	kept, err := p.blame(ctx, by)
	if err != nil {
		return err
	}
	if kept {
		// The loops and settings that made tests fail do what they did: what is worse now?
		p.setWorse(look.Toolchain, nil)
		return p.proveWith(ctx, look, base)
	}
	if worse = without(worse, by); len(worse) == 0 || len(p.r.Fixes.Applied) == 0 {
		return nil
	}
	return p.rollBack(ctx, look, base, worse)
}

// setWorse notes what is worse with a toolchain, in the place of what was noted before.
func (p *planner) setWorse(toolchain string, worse []verify.Regression) {
	p.r.Worse = slices.DeleteFunc(p.r.Worse, func(r verify.Regression) bool { return r.Toolchain == toolchain })
	p.r.Worse = append(p.r.Worse, worse...)
}

// views returns the views to look in: one where both are the same.
func (p *planner) views() []workspace.View {
	if p.w.WorkFile == nil && len(p.w.Modules) == 1 {
		return []workspace.View{workspace.Work}
	}
	return []workspace.View{workspace.Work, workspace.Release}
}

// worse returns what is worse with the fixes, flaky tests aside.
func (p *planner) worse(ctx context.Context, look verify.Options, base *verify.State, fixes *mend.Result) ([]verify.Regression, error) {
	if err := p.trial.set(p.changes(fixes)); err != nil {
		return nil, err
	}
	head := p.trial.config(p.trial.head)
	after, err := verify.Look(ctx, head, look)
	if err != nil {
		return nil, err
	}
	worse, flaky, err := verify.Settle(ctx, p.trial.config(p.trial.base), head, look, verify.Compare(base, after), times)
	for i := range worse {
		worse[i].Detail = p.trial.head.Original(p.trial.base.Original(worse[i].Detail))
	}
	for _, f := range flaky {
		if !slices.Contains(p.r.Flaky, f) {
			p.r.Flaky = append(p.r.Flaky, f)
		}
	}
	return worse, err
}

// lines returns those of the regressions that are there without any fix.
func (p *planner) lines(ctx context.Context, look verify.Options, worse []verify.Regression) ([]verify.Regression, error) {
	only := narrowed(look, worse)
	base, err := verify.Look(ctx, p.trial.config(p.trial.base), only)
	if err != nil {
		return nil, err
	}
	return p.worse(ctx, only, base, &mend.Result{})
}

// mostBlames is how many tests are bisected at a time: where more fail, they mostly do for one reason.
const mostBlames = 5

// blame finds out what makes tests fail with the go lines alone, and reports whether it has
// had loops and settings keep what they did for it.
func (p *planner) blame(ctx context.Context, worse []verify.Regression) (kept bool, err error) {
	var loops []token.Position
	var settings []setting
	blamed := len(p.r.Blames)
	for _, r := range worse {
		known := slices.ContainsFunc(p.r.Blames, func(b Blame) bool {
			return b.Package == r.Package && (b.Test == r.Test || strings.HasPrefix(b.Test, r.Test+"/") || strings.HasPrefix(r.Test, b.Test+"/"))
		})
		if r.Kind != verify.Test || r.Test == "" || r.Toolchain != "" || known || len(p.r.Blames) == blamed+mostBlames {
			continue
		}
		p.o.Step("looking for what makes " + r.Test + " fail")
		culprits, err := audit.Bisect(ctx, p.cfg, audit.BisectOptions{
			To: p.r.To, View: r.View, Package: r.Package, Test: r.Test, TestFlags: p.o.TestFlags, Step: p.o.Step,
		})
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		b := Blame{Package: r.Package, Test: r.Test, Culprits: culprits, Err: err}
		cant := func(c audit.Culprit) bool {
			return c.Cause != goversion.LoopVar.Name && (c.Value == "" || !p.keepable())
		}
		if b.Kept = len(culprits) > 0 && !slices.ContainsFunc(culprits, cant); b.Kept {
			for _, c := range culprits {
				if c.Cause == goversion.LoopVar.Name {
					loops = append(loops, c.Sites...)
				} else {
					settings = append(settings, setting{r.Package, c.Cause, c.Value})
				}
			}
		}
		p.r.Blames = append(p.r.Blames, b)
	}
	added, err := p.keepSettings(settings)
	if err != nil {
		return false, err
	}
	shared, err := p.share(ctx, loops)
	return added || shared, err
}

// checkKept takes back that something was kept for a test that fails all the same.
func (p *planner) checkKept() {
	for i := range p.r.Blames {
		b := &p.r.Blames[i]
		if slices.ContainsFunc(p.r.Worse, func(r verify.Regression) bool { return r.Package == b.Package && r.Test == b.Test }) {
			b.Kept = false
		}
	}
}

// narrowed returns options that look at the packages of regressions alone.
func narrowed(look verify.Options, worse []verify.Regression) verify.Options {
	var patterns []string
	for _, r := range worse {
		if r.Package == "" || r.Kind == verify.Gone {
			return look // a module, or what can't be named
		}
		if !slices.Contains(patterns, r.Package) {
			patterns = append(patterns, r.Package)
		}
	}
	look.Patterns = patterns
	look.Views = nil
	for _, view := range []workspace.View{workspace.Work, workspace.Release} {
		if slices.ContainsFunc(worse, func(r verify.Regression) bool { return r.View == view }) {
			look.Views = append(look.Views, view)
		}
	}
	return look
}

// without returns the regressions that are not among the others.
func without(all, others []verify.Regression) []verify.Regression {
	return slices.DeleteFunc(slices.Clone(all), func(r verify.Regression) bool { return hasLike(others, r) })
}

// among returns the regressions that are among the others: of those that the go lines bring,
// fixes mend some.
func among(all, others []verify.Regression) []verify.Regression {
	return slices.DeleteFunc(slices.Clone(all), func(r verify.Regression) bool { return !hasLike(others, r) })
}

// hasLike reports whether one of the regressions is of the same as r.
func hasLike(all []verify.Regression, r verify.Regression) bool {
	return slices.ContainsFunc(all, func(o verify.Regression) bool {
		return o.Toolchain == r.Toolchain && o.View == r.View && o.Kind == r.Kind && o.Module == r.Module && o.Package == r.Package && o.Test == r.Test &&
			(r.Kind != verify.Vet || o.Detail == r.Detail)
	})
}

// rollBack takes fixes back until nothing is worse: as few as bisection finds.
func (p *planner) rollBack(ctx context.Context, look verify.Options, whole *verify.State, worse []verify.Regression) error {
	only := narrowed(look, worse)
	base, err := verify.Look(ctx, p.trial.config(p.trial.base), only)
	if err != nil {
		return err
	}
	sites := slices.Clone(p.r.Fixes.Applied)
	step := 0
	left, err := verify.Narrow(ctx, len(sites), func(ctx context.Context, keep []bool) (bool, error) {
		step++
		p.o.Step(fmt.Sprintf("looking for the fixes that make it worse, trial %d", step))
		fixes, err := p.fix(ctx, skipped(sites, keep, "not tried"))
		if err != nil {
			return false, err
		}
		still, err := p.worse(ctx, only, base, fixes)
		return len(without(still, p.r.Worse)) == 0, err
	})
	if err != nil {
		return err
	}
	keep := make([]bool, len(sites))
	for i := range keep {
		keep[i] = !slices.Contains(left, i)
	}
	for _, i := range left {
		why := telling(worse)
		if len(left) > 1 {
			if why, err = p.harm(ctx, only, base, sites, keep, i, why); err != nil {
				return err
			}
		}
		sites[i].Why = "with it, " + describe(why)
		p.r.RolledBack = append(p.r.RolledBack, sites[i])
	}
	maps.Copy(p.skip, skipped(sites, keep, "taken back, as something is worse with it"))
	if p.r.Fixes, err = p.fix(ctx, nil); err != nil {
		return err
	}
	slices.SortFunc(p.r.RolledBack, compareSites)
	// The whole once more: fixes that others had hidden may have come.
	p.o.Step("looking at what works without these")
	still, err := p.worse(ctx, look, whole, p.r.Fixes)
	if err != nil {
		return err
	}
	p.setWorse(look.Toolchain, still)
	return nil
}

// harm returns what one of several fixes makes worse by itself, or else what all of them do.
func (p *planner) harm(ctx context.Context, look verify.Options, base *verify.State, sites []mend.Site, keep []bool, i int, all verify.Regression) (verify.Regression, error) {
	with := slices.Clone(keep)
	with[i] = true
	fixes, err := p.fix(ctx, skipped(sites, with, "not tried"))
	if err != nil {
		return all, err
	}
	worse, err := p.worse(ctx, look, base, fixes)
	if worse = without(worse, p.r.Worse); err != nil || len(worse) == 0 {
		return all, err
	}
	return telling(worse), nil
}

// skipped returns the lines of the sites that are not kept, with the reason.
func skipped(sites []mend.Site, keep []bool, why string) map[line]string {
	skip := make(map[line]string)
	for i, s := range sites {
		if !keep[i] {
			skip[lineOf(s)] = why
		}
	}
	return skip
}

// telling returns the regression that says most: a test rather than its package.
func telling(worse []verify.Regression) verify.Regression {
	if i := slices.IndexFunc(worse, func(r verify.Regression) bool { return r.Test != "" }); i >= 0 {
		return worse[i]
	}
	return worse[0]
}

// describe says what a regression is.
func describe(r verify.Regression) string {
	text := describeAnyhow(r)
	if r.Toolchain != "" {
		text = "with " + r.Toolchain + ", " + text
	}
	return text
}

func describeAnyhow(r verify.Regression) string {
	name := r.Package
	if name == "" {
		name = r.Module
	}
	switch r.Kind {
	case verify.Test:
		if r.Test == "" {
			return "the tests of " + name + " fail"
		}
		return fmt.Sprintf("%s of %s fails", r.Test, name)
	case verify.Skip:
		return fmt.Sprintf("%s of %s is skipped", r.Test, name)
	case verify.NotThere:
		return fmt.Sprintf("%s of %s is not run", r.Test, name)
	case verify.Load, verify.Gone:
		return fmt.Sprintf("%s does not build: %s", name, r.Detail)
	case verify.Vet:
		return fmt.Sprintf("vet says of %s: %s", name, r.Detail)
	}
	return fmt.Sprintf("%s: %s", name, r.Detail)
}
