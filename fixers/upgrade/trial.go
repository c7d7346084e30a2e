package upgrade

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/internal/treecopy"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// A trial is two copies of the code base: as it is, and as it is to be.
//
// An overlay would do for what the go command compiles. It does not for tests that read
// the files beside them or run the go command themselves, and not for coverage.
type trial struct {
	base, head *treecopy.Copy
	cfg        workspace.Config
	now        map[string]align.Change // what the head has otherwise than the base
}

func (p *planner) newTrial(ctx context.Context) (*trial, error) {
	workFile := ""
	if p.w.WorkFile != nil {
		workFile = p.w.WorkFile.Path
	}
	t := &trial{cfg: p.cfg, now: make(map[string]align.Change)}
	for _, side := range []struct {
		copy *(*treecopy.Copy)
		name string
	}{{&t.base, "base"}, {&t.head, "head"}} {
		c, err := treecopy.New(ctx, p.w.Root, workFile, "upgrade-"+side.name)
		if err != nil {
			return nil, errors.Join(err, t.close())
		}
		*side.copy = c
	}
	return t, nil
}

func (t *trial) close() error {
	var err error
	for _, c := range []*treecopy.Copy{t.base, t.head} {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// set makes the head what the changes make of the code base.
func (t *trial) set(changes []align.Change) error {
	next := make(map[string]align.Change, len(changes))
	for _, c := range changes {
		next[c.File] = c
	}
	for name := range t.now {
		if _, ok := next[name]; !ok {
			rel, err := filepath.Rel(t.head.Root, name)
			if err != nil {
				return err
			}
			if err := t.head.Restore(rel); err != nil {
				return err
			}
		}
	}
	for name, c := range next {
		if was, ok := t.now[name]; ok && string(was.New) == string(c.New) {
			continue
		}
		if err := t.head.Write(name, c.New); err != nil {
			return err
		}
	}
	t.now = next
	return nil
}

// config returns how to look at a copy.
func (t *trial) config(c *treecopy.Copy) workspace.Config {
	cfg := t.cfg
	cfg.Root, cfg.Dir = c.Dir, c.Path(cfg.Dir)
	if _, err := os.Stat(cfg.Dir); errors.Is(err, fs.ErrNotExist) {
		cfg.Dir = c.Dir // what git does not know is not there
	}
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	cfg.Env = append(slices.Clip(cfg.Env), c.Env...)
	return cfg
}

func (p *planner) close() {
	if p.trial != nil {
		p.trial.close() // what stays is swept some day
	}
}

// overlaid returns the configuration with the files that change but for fixes in the place
// of the others, and a function that removes what that takes.
func (p *planner) overlaid(ctx context.Context) (workspace.Config, func(), error) {
	dir, err := scratch.Dir("upgrade")
	if err != nil {
		return workspace.Config{}, nil, err
	}
	done := func() { os.RemoveAll(dir) }
	overlay, err := gocmd.ReadOverlay(p.cfg.Overlay)
	if err != nil {
		done()
		return workspace.Config{}, nil, err
	}
	if overlay == nil {
		overlay = make(gocmd.Overlay)
	}
	n := 0
	for name, c := range p.files {
		if c.New == nil {
			overlay[name] = ""
			continue
		}
		n++
		to := filepath.Join(dir, fmt.Sprintf("%d.%s", n, filepath.Base(name)))
		if err := os.WriteFile(to, c.New, 0o666); err != nil {
			done()
			return workspace.Config{}, nil, err
		}
		overlay[name] = to
	}
	cfg := p.cfg
	cfg.Overlay = filepath.Join(dir, "overlay.json")
	if err := overlay.Write(cfg.Overlay); err != nil {
		done()
		return workspace.Config{}, nil, err
	}
	if err := p.pastVendor(ctx, &cfg); err != nil {
		done()
		return workspace.Config{}, nil, err
	}
	return cfg, done, nil
}

// pastVendor has the go command look at what vendor folders are copied from, where these
// change: it reads them past any overlay, and refuses one that does not agree with go.mod.
func (p *planner) pastVendor(ctx context.Context, cfg *workspace.Config) error {
	vendored := func(m *workspace.Module) bool {
		_, changes := p.files[filepath.Join(m.Dir, "go.mod")]
		return changes && m.Vendored()
	}
	if !slices.ContainsFunc(p.w.Modules, vendored) {
		return nil
	}
	env, err := gocmd.Go{Dir: p.w.Dir, Base: cfg.Env, Env: []string{"GOTOOLCHAIN=local"}}.Getenv(ctx, "GOFLAGS")
	if err != nil {
		return err
	}
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	cfg.Env = append(slices.Clip(cfg.Env), "GOFLAGS="+strings.TrimSpace(gocmd.DropFlags(env["GOFLAGS"], "mod")+" -mod=readonly"))
	return nil
}

// relative returns a file's name relative to the code base, with slashes.
func (p *planner) relative(name string) string {
	rel, err := filepath.Rel(p.w.Root, name)
	if err != nil || strings.HasPrefix(rel, "..") {
		return name
	}
	return filepath.ToSlash(rel)
}
