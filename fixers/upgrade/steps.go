package upgrade

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/workspace/align"
)

// steps splits the changes: the lines, the fixes that passing tests run, and those that
// were only compiled, or all fixes where that is not known.
func (p *planner) steps(ctx context.Context) error {
	done := make(map[string][]byte)
	p.step(done, "Go "+p.r.To, p.linesBody(), p.changes(&mend.Result{}))
	var untested []mend.Site
	for _, s := range p.r.Sites {
		if !s.Executed {
			untested = append(untested, s.Site)
		}
	}
	if len(untested) > 0 && len(untested) < len(p.r.Sites) {
		tested, err := p.fix(ctx, skipAlso(untested))
		if err != nil {
			return err
		}
		p.step(done, "Apply fixers, in lines that tests run", fixesBody(tested.Applied), p.changes(tested))
		p.step(done, "Apply fixers, in lines that no test runs", fixesBody(untested), p.changes(p.r.Fixes))
		return nil
	}
	title := "Apply fixers"
	if len(untested) == len(p.r.Sites) && p.r.Base.Coverage != nil {
		title += ", in lines that no test runs"
	}
	p.step(done, title, fixesBody(p.r.Fixes.Applied), p.changes(p.r.Fixes))
	return nil
}

// skipAlso returns the lines of sites.
func skipAlso(sites []mend.Site) map[line]string {
	skip := make(map[line]string)
	for _, s := range sites {
		skip[lineOf(s)] = "another step"
	}
	return skip
}

// step adds a step from what is done to the changes, if that is anything.
func (p *planner) step(done map[string][]byte, title, body string, changes []align.Change) {
	s := Step{Title: title, Body: body}
	for _, c := range changes {
		if before, ok := done[c.File]; ok {
			c.Old = before
		}
		if string(c.Old) != string(c.New) || (c.Old == nil) != (c.New == nil) {
			s.Changes = append(s.Changes, c)
			done[c.File] = c.New
		}
	}
	if len(s.Changes) > 0 {
		p.r.Steps = append(p.r.Steps, s)
	}
}

func (p *planner) linesBody() string {
	var b strings.Builder
	for _, r := range p.r.Lines.Raised {
		fmt.Fprintf(&b, "%s: %s %s -> %s\n", r.Name(), r.Path, r.From, r.To)
	}
	for _, r := range p.r.Pins.Raised {
		fmt.Fprintf(&b, "%s:%d: %s -> %s\n", p.relative(r.Pin.Filename), r.Pin.Line, r.Pin.Version, r.To)
	}
	return b.String()
}

// fixesBody counts the sites of each fixer.
func fixesBody(sites []mend.Site) string {
	counts := make(map[string]int)
	for _, s := range sites {
		counts[s.Fixer]++
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&b, "%s: %d\n", name, counts[name])
	}
	return b.String()
}
