package rename

import (
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/internal/buildctx"
	"github.com/gomend/gomend/workspace"
)

// settings returns what the go command builds with.
func (p *planner) settings() *buildctx.Settings {
	return buildctx.New(p.w.GoEnv(), p.cfg.Env, p.cfg.Tags)
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
