package rename

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/internal/buildctx"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// readSettings asks the go command what it builds with.
func (p *planner) readSettings(ctx context.Context) (*buildctx.Settings, error) {
	return buildctx.Read(ctx, gocmd.Go{
		Dir: p.w.Dir, Base: p.cfg.Env, Env: []string{"GOTOOLCHAIN=local"},
		Tags: p.cfg.Tags, OS: p.cfg.OS, Arch: p.cfg.Arch, Log: p.cfg.Log,
	})
}

// compiledHere reports whether the file belongs to its package as it was listed.
func compiledHere(p *workspace.Package, f *source) bool {
	if p == nil {
		return false
	}
	base := filepath.Base(f.name)
	return slices.Contains(p.GoFiles, base) || slices.Contains(p.CgoFiles, base) ||
		slices.Contains(p.TestGoFiles, base) || slices.Contains(p.XTestGoFiles, base)
}
