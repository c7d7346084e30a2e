package mend

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/workspace/verify"
)

// mostRounds bounds how often fixes of a directory may make others possible.
const mostRounds = 10

// A proposal is a fix that may be made.
type proposal struct {
	site  Site
	key   string // the same fix has the same, in all contexts and rounds
	edits []edit.Edit
	rank  int // of its fixer
}

// An attempt is what some fixes would make of a directory.
type attempt struct {
	keep     []bool
	content  map[string][]byte // the files that would change
	checked  map[*group][]*checked
	problems []problem
}

// settle applies fixes until none is left to try.
func (d *directory) settle(ctx context.Context) error {
	defer func() {
		for _, g := range d.groups {
			g.imported = nil // of thousands of directories, this is not little
		}
	}()
	now, err := d.begin(ctx)
	if err != nil {
		return err
	}
	round := passing
	var h history
	for range mostRounds {
		h.add(d)
		proposals, err := d.propose(now, round)
		if err != nil {
			return err
		}
		batch := d.together(proposals)
		if len(batch) == 0 {
			return nil
		}
		if now, err = d.apply(ctx, now, batch); err != nil {
			return err
		}
		if h.rewind(d) {
			if now, err = d.begin(ctx); err != nil {
				return err
			}
		}
		round = settling
	}
	return nil
}

// begin type-checks the directory as it is. A build context in which it does not is left
// out of all that follows.
func (d *directory) begin(ctx context.Context) (*attempt, error) {
	now := &attempt{checked: make(map[*group][]*checked)}
	var sound []*group
	for _, g := range d.groups {
		end := d.run.meter.begin(g.world.context, passing)
		all, problems, err := g.check(ctx, d.read)
		end()
		if err != nil {
			return nil, err
		}
		if file := g.world.context.File; len(problems) > 0 && file != "" {
			d.unreached = append(d.unreached, file) // it is no program by itself either
			continue
		}
		if len(problems) > 0 {
			d.fail(g.world.context, errors.New(d.describe(problems[0])))
			continue
		}
		now.checked[g] = all
		sound = append(sound, g)
	}
	d.groups = sound
	return now, nil
}

// together returns the proposals that can be tried at once: of two that overlap, that of
// the fixer that comes first.
func (d *directory) together(proposals []*proposal) []*proposal {
	slices.SortStableFunc(proposals, func(a, b *proposal) int { return a.rank - b.rank })
	set := edit.NewSet(d.read)
	var batch []*proposal
	for _, p := range proposals {
		if !d.banned[p.key] && set.Add(p.edits...) == nil {
			batch = append(batch, p)
		}
	}
	slices.SortStableFunc(batch, func(a, b *proposal) int { return compareSites(a.site, b.site) })
	return batch
}

// apply makes the fixes without which the others are not well no part of the code base.
func (d *directory) apply(ctx context.Context, now *attempt, batch []*proposal) (*attempt, error) {
	var best *attempt
	left, err := verify.Narrow(ctx, len(batch), func(ctx context.Context, keep []bool) (bool, error) {
		a, err := d.try(ctx, now, batch, keep)
		if err == nil && len(a.problems) == 0 {
			best = a
		}
		return err == nil && len(a.problems) == 0, err
	})
	if err != nil {
		return nil, err
	}
	keep := make([]bool, len(batch))
	for i := range keep {
		keep[i] = !slices.Contains(left, i)
	}
	kept := len(batch) - len(left)
	if kept > 0 && !slices.Equal(best.keep, keep) {
		if best, err = d.try(ctx, now, batch, keep); err != nil {
			return nil, err
		}
	}
	for _, i := range left {
		if err := d.drop(ctx, now, batch, keep, i, kept); err != nil {
			return nil, err
		}
	}
	if kept == 0 {
		return now, nil
	}
	for i, p := range batch {
		if keep[i] {
			d.applied = append(d.applied, p)
		}
	}
	maps.Copy(d.content, best.content)
	return best, nil
}

// drop notes a fix that does harm beside those that are kept. It is tried once more if
// others were made, which it may only have been in the way of.
func (d *directory) drop(ctx context.Context, now *attempt, batch []*proposal, keep []bool, i, kept int) error {
	p := batch[i]
	d.strikes[p.key]++
	if kept > 0 && d.strikes[p.key] == 1 {
		return nil
	}
	with := slices.Clone(keep)
	with[i] = true
	a, err := d.try(ctx, now, batch, with)
	if err != nil {
		return err
	}
	d.banned[p.key] = true
	p.site.Why = "with it the package is not well"
	if len(a.problems) > 0 {
		p.site.Why = d.describe(a.problems[0])
	}
	d.dropped = append(d.dropped, p.site)
	return nil
}

// try makes fixes, and says what is wrong then.
func (d *directory) try(ctx context.Context, now *attempt, batch []*proposal, keep []bool) (*attempt, error) {
	a, err := d.merge(batch, keep)
	if err != nil || len(a.problems) > 0 {
		return a, err
	}
	for _, g := range d.groups {
		if err := d.recheck(ctx, g, now, a); err != nil {
			return nil, err
		}
		if len(a.problems) > 0 {
			break
		}
	}
	return a, nil
}

// merge makes fixes, and arranges the imports of the files that they change.
func (d *directory) merge(batch []*proposal, keep []bool) (*attempt, error) {
	defer d.run.meter.begin(d.groups[0].world.context, settling)()
	set := edit.NewSet(d.read)
	for i, p := range batch {
		if keep[i] {
			if err := set.Add(p.edits...); err != nil {
				return nil, err
			}
		}
	}
	a := &attempt{keep: slices.Clone(keep), content: make(map[string][]byte), checked: make(map[*group][]*checked)}
	for _, name := range set.Files() {
		data, err := set.Content(name)
		if err == nil && strings.HasSuffix(name, ".go") {
			var before []byte
			if before, err = d.read(name); err == nil {
				data, err = arrangeImports(name, before, data)
			}
		}
		if err != nil {
			a.problems = append(a.problems, problem{message: err.Error()})
			return a, nil
		}
		a.content[name] = data
	}
	return a, nil
}

// recheck type-checks a group with what an attempt would make of it. Imports that are not
// used any more go.
func (d *directory) recheck(ctx context.Context, g *group, now, a *attempt) error {
	defer d.run.meter.begin(g.world.context, settling)()
	read := readOver(a.content, d.read)
	for {
		all, problems, err := g.check(ctx, read)
		if err != nil {
			return err
		}
		freed := false
		for name, offsets := range unusedImports(problems) {
			if data, ok := a.content[name]; ok {
				shorter, err := edit.RemoveImports(name, data, offsets)
				if err != nil || len(shorter) >= len(data) {
					continue
				}
				if a.content[name], err = d.unwrapImport(name, shorter); err != nil {
					return err
				}
				freed = true
			}
		}
		if freed {
			continue
		}
		a.checked[g] = all
		a.problems = append(a.problems, problems...)
		if len(problems) == 0 {
			a.problems = append(a.problems, tooNew(a.content, now.checked[g], all)...)
			a.problems = append(a.problems, otherAPI(now.checked[g], all)...)
		}
		return nil
	}
}

// describe tells a problem with the file's name relative to the code base.
func (d *directory) describe(p problem) string {
	if p.pos.Filename != "" {
		p.pos.Filename = d.run.relative(p.pos.Filename)
	}
	p.message, _, _ = strings.Cut(p.message, "\n")
	return fmt.Sprint(p)
}
