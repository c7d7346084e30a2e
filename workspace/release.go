package workspace

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/gomend/gomend/internal/gocmd"
)

// Unreleased is a version of a module of the code base that another of its modules
// requires and that the go command can't get.
type Unreleased struct {
	// Version is what is required.
	Version module.Version
	// Module is what stands in for it.
	Module *Module
	// Reason is why it can't be had, in the go command's words.
	Reason string
}

// release loads each share by itself.
//
// Where a module requires siblings at versions that are not released, what it
// ships with is in the tree. It is taken from there by a go.work file outside of
// the tree that lists this module alone, with its own go and godebug lines, and
// replaces just those versions. A proxy that serves them would do as well, but the
// go command keeps what a proxy served in the module cache, where it would pass for
// the release later; and an alternative go.mod file would need sums that a module
// gets at its release only.
func (l *loader) release(ctx context.Context, shares []*share) error {
	unreleased, err := l.w.unreleasedSiblings(ctx, l.g)
	if err != nil {
		return err
	}
	l.selection.Unreleased = unreleased
	attempts, err := each(ctx, shares, func(ctx context.Context, s *share) attempt {
		a := attempt{share: s}
		workFile, err := l.w.releaseFile(s.module, unreleased)
		if err != nil {
			a.err = err
			return a
		}
		a.unit, a.err = l.alone(ctx, s, workFile)
		return a
	})
	if err != nil {
		return err
	}
	for _, a := range attempts {
		if err := l.take(ctx, a, ""); err != nil {
			return err
		}
	}
	return nil
}

// releaseFile returns the GOWORK setting to load the module with: "off" unless it
// needs a sibling that is not released.
func (w *Workspace) releaseFile(m *Module, unreleased []Unreleased) (string, error) {
	if m.Vendored() {
		return "off", nil // it has its siblings with it
	}
	needed := neededSiblings(m, unreleased)
	if len(needed) == 0 {
		return "off", nil
	}
	content, err := releaseWork(m, needed)
	if err != nil {
		return "", err
	}
	dir, err := w.newTempDir()
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "go.work")
	if err := os.WriteFile(name, content, 0o666); err != nil {
		return "", err
	}
	return name, os.WriteFile(name+".sum", w.siblingSums(m, needed), 0o666)
}

// neededSiblings returns those of the versions that m requires, directly or
// through siblings, and does not replace itself.
func neededSiblings(m *Module, unreleased []Unreleased) []Unreleased {
	var needed []Unreleased
	visit := []*Module{m}
	for i := 0; i < len(visit); i++ {
		for _, u := range unreleased {
			if requires(visit[i], u.Version) && !Replaces(m.File, u.Version) && !slices.Contains(needed, u) {
				needed = append(needed, u)
				if !slices.Contains(visit, u.Module) {
					visit = append(visit, u.Module)
				}
			}
		}
	}
	return needed
}

func requires(m *Module, v module.Version) bool {
	return slices.ContainsFunc(m.File.Require, func(r *modfile.Require) bool { return r.Mod == v })
}

// releaseWork returns the go.work file that is described at release.
func releaseWork(m *Module, needed []Unreleased) ([]byte, error) {
	out := modfile.WorkFile{Syntax: new(modfile.FileSyntax)}
	if v := m.GoVersion(); v != "" {
		if err := out.AddGoStmt(v); err != nil {
			return nil, err
		}
	}
	if t := m.File.Toolchain; t != nil {
		if err := out.AddToolchainStmt(t.Name); err != nil {
			return nil, err
		}
	}
	for _, g := range m.File.Godebug {
		if err := out.AddGodebug(g.Key, g.Value); err != nil {
			return nil, err
		}
	}
	if err := out.AddUse(filepath.ToSlash(m.Dir), m.Path); err != nil {
		return nil, err
	}
	for _, u := range needed {
		if err := out.AddReplace(u.Version.Path, u.Version.Version, filepath.ToSlash(u.Module.Dir), ""); err != nil {
			return nil, err
		}
	}
	return modfile.Format(out.Syntax), nil
}

// siblingSums returns the sums that the siblings know of what they require, which
// the module's own go.sum lacks until its release.
func (w *Workspace) siblingSums(m *Module, needed []Unreleased) []byte {
	var sums []byte
	for _, u := range needed {
		if u.Module == m {
			continue
		}
		if data, err := w.overlay.ReadFile(filepath.Join(u.Module.Dir, "go.sum")); err == nil {
			sums = append(sums, data...)
		}
	}
	return sums
}

// unreleasedSiblings returns the versions that modules of the code base require of
// each other and that the go command can't get.
func (w *Workspace) unreleasedSiblings(ctx context.Context, g gocmd.Go) ([]Unreleased, error) {
	return w.unreleased.get(func() ([]Unreleased, error) {
		wanted := w.wantedSiblings()
		if len(wanted) == 0 {
			return nil, nil
		}
		queries := []string{"-m", "-e", "-json=Path,Version,Error"}
		for _, u := range wanted {
			queries = append(queries, u.Version.String())
		}
		dir, err := w.tempDir() // no module's requirements must have a say
		if err != nil {
			return nil, err
		}
		g.Dir, g.Env = dir, append(slices.Clip(g.Env), "GOWORK=off")
		g.Env = append(g.Env, "GOFLAGS="+gocmd.DropFlags(w.env["GOFLAGS"], "mod", "modfile"))
		reasons := make(map[module.Version]string)
		for a, err := range gocmd.Decode[answer](ctx, g, "list", queries...) {
			if err != nil {
				return nil, err
			}
			if a.Error != nil {
				v := module.Version{Path: a.Path, Version: a.Version}
				reasons[v] = strings.TrimPrefix(a.Error.Err, v.String()+": ")
			}
		}
		for i := range wanted {
			wanted[i].Reason = reasons[wanted[i].Version]
		}
		return slices.DeleteFunc(wanted, func(u Unreleased) bool { return u.Reason == "" }), nil
	})
}

// wantedSiblings returns the versions of siblings that the releases of the modules
// need from elsewhere.
func (w *Workspace) wantedSiblings() []Unreleased {
	var all, wanted []Unreleased
	for _, s := range siblingRequires(w.Modules) {
		all = append(all, Unreleased{Version: module.Version{Path: s.path, Version: s.version}, Module: s.module})
	}
	for _, u := range all {
		if slices.ContainsFunc(w.Modules, func(m *Module) bool {
			return m.Err == nil && !m.Vendored() && slices.Contains(neededSiblings(m, all), u)
		}) {
			wanted = append(wanted, u)
		}
	}
	return wanted
}

// answer is what "go list -m -json" prints.
type answer struct {
	Path, Version string
	Error         *struct{ Err string }
}
