package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
)

// A fixing is what commands that apply fixers begin with.
type fixing struct {
	fixers  []*fix.Fixer
	outputs []report.Output
	asked   bool // for an output
	code    *workspace.Workspace
}

// beginFixing opens the code base to which fixers are applied. Who calls it closes that.
func (a *app) beginFixing(ctx context.Context, cfg workspace.Config, chosen *fixerFlags, outputs []string) (*fixing, error) {
	a.sweep()
	x := fixing{asked: len(outputs) > 0}
	k, err := a.kit(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if x.fixers, err = a.choose(k, chosen); err != nil {
		return nil, err
	}
	if x.outputs, err = a.parseOutputs(outputs, report.FixFormats()); err != nil {
		return nil, err
	}
	if x.code, err = workspace.Open(ctx, cfg); err != nil {
		return nil, err
	}
	if err := a.noPending(ctx, x.code); err != nil {
		return nil, errors.Join(err, x.code.Close())
	}
	return &x, nil
}

// reportFixing tells what fixing came to. Beside a diff, only a report that was asked for is
// written.
func (a *app) reportFixing(x *fixing, diff bool, write func(w io.Writer, format report.Format) error, remarks func(io.Writer) error) error {
	if !diff || x.asked {
		err := report.WriteOutputs(x.outputs, a.Out, func(w io.Writer, out report.Output) error { return write(w, out.Format) })
		if err != nil {
			return err
		}
	}
	return remarks(a.Err)
}

// sweep removes what commands that were killed have left in temporary directories.
func (a *app) sweep() { scratch.Sweep(time.Now(), a.log) }
