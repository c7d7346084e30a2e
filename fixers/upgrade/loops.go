package upgrade

import (
	"context"
	"go/token"
	"slices"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/sharedloop"
)

// keepLoops has the loops that the audit has found do what they did, if that was asked for.
func (p *planner) keepLoops(ctx context.Context) error {
	if !p.o.KeepLoops || p.r.Audit == nil {
		return nil
	}
	var loops []token.Position
	for _, f := range p.r.Audit.Findings {
		if f.Cause == goversion.LoopVar.Name {
			loops = append(loops, f.Pos)
		}
	}
	_, err := p.share(ctx, loops)
	return err
}

// share has loops share their variables, besides those that do already, and applies the
// fixers anew. It reports whether there are loops that are new.
func (p *planner) share(ctx context.Context, loops []token.Position) (bool, error) {
	known := len(p.shared)
	for _, l := range loops {
		l.Offset, l.Column = 0, 0
		if !slices.Contains(p.shared, l) {
			p.shared = append(p.shared, l)
		}
	}
	if len(p.shared) == known {
		return false, nil
	}
	var err error
	p.r.Fixes, err = p.fix(ctx, nil)
	return true, err
}

// fixers returns the fixers to apply.
func (p *planner) fixers() []*fix.Fixer {
	if len(p.shared) == 0 {
		return p.o.Fixers
	}
	return append([]*fix.Fixer{sharedloop.For(p.shared...)}, p.o.Fixers...)
}
