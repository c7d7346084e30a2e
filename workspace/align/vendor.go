package align

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// looking returns how to look at what works. The go command refuses a vendor folder that does
// not agree with go.mod, and reads it past any overlay: where modules have one, all is looked
// at with what the folders are copied from.
func (a *alignment) looking(ctx context.Context, cfg workspace.Config) (workspace.Config, error) {
	if !slices.ContainsFunc(a.order(), (*workspace.Module).Vendored) {
		return cfg, nil
	}
	g := gocmd.Go{Dir: a.w.Dir, Base: cfg.Env, Env: []string{"GOTOOLCHAIN=local"}}
	env, err := g.Getenv(ctx, "GOFLAGS")
	if err != nil {
		return cfg, err
	}
	base := cfg.Env
	if base == nil {
		base = os.Environ()
	}
	flags := strings.TrimSpace(gocmd.DropFlags(env["GOFLAGS"], "mod") + " -mod=readonly")
	cfg.Env = append(slices.Clip(base), "GOFLAGS="+flags)
	return cfg, nil
}

// vendor adds what becomes of the vendor folders of modules that change.
func (a *alignment) vendor(ctx context.Context, r *Result) error {
	for _, m := range a.order() {
		if !m.Vendored() || len(a.files[m].changes()) == 0 {
			continue
		}
		a.o.Step("vendoring what " + m.Name() + " needs")
		changes, err := a.vendorOne(ctx, m)
		if err != nil {
			return fmt.Errorf("vendoring what module %s needs: %w", m.Name(), err)
		}
		r.Changes = append(r.Changes, changes...)
	}
	slices.SortFunc(r.Changes, func(a, b Change) int { return strings.Compare(a.File, b.File) })
	return nil
}

// vendorOne makes the vendor folder of a module beside the tree, and compares it with the
// one that is there.
func (a *alignment) vendorOne(ctx context.Context, m *workspace.Module) ([]Change, error) {
	dir, err := os.MkdirTemp(a.dir, "")
	if err != nil {
		return nil, err
	}
	f := a.files[m]
	mod, out := filepath.Join(dir, "go.mod"), filepath.Join(dir, "vendor")
	if err := errors.Join(os.WriteFile(mod, f.mod, 0o666), os.WriteFile(filepath.Join(dir, "go.sum"), f.sum, 0o666)); err != nil {
		return nil, err
	}
	if _, err := a.goCommand(m).Run(ctx, nil, "mod", "vendor", "-modfile="+mod, "-o="+out); err != nil {
		return nil, err
	}
	before, err := filesBelow(filepath.Join(m.Dir, "vendor"), a.base)
	if err != nil {
		return nil, err
	}
	after, err := filesBelow(out, nil)
	if err != nil {
		return nil, err
	}
	kept := unchangedDirs(before, after)
	var changes []Change
	for rel, content := range after {
		old, ok := before[rel]
		switch {
		case ok && bytes.Equal(old, content):
		case !ok && kept[filepath.Dir(rel)]: // it is left out of the tree, as by git
		default:
			changes = append(changes, Change{filepath.Join(m.Dir, "vendor", rel), old, content})
		}
	}
	for rel, content := range before {
		if _, ok := after[rel]; !ok {
			changes = append(changes, Change{filepath.Join(m.Dir, "vendor", rel), content, nil})
		}
	}
	return changes, nil
}

// unchangedDirs returns the directories whose files that are there before and after are the
// same, and are at least one.
func unchangedDirs(before, after map[string][]byte) map[string]bool {
	dirs := make(map[string]bool)
	for rel, content := range before {
		now, ok := after[rel]
		if !ok {
			continue
		}
		dir := filepath.Dir(rel)
		same, seen := dirs[dir]
		dirs[dir] = (same || !seen) && bytes.Equal(now, content)
	}
	return dirs
}

// filesBelow returns the contents of the files in a directory, by their names relative to it:
// with an overlay, of what stands in their place.
func filesBelow(dir string, overlay gocmd.Overlay) (map[string][]byte, error) {
	files := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		content, err := overlay.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		files[rel] = append([]byte{}, content...) // not nil if it is empty
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, to := range overlay {
		rel, err := filepath.Rel(dir, name)
		if _, there := files[rel]; err != nil || there || to == "" || !filepath.IsLocal(rel) {
			continue
		}
		content, err := os.ReadFile(to)
		if err != nil {
			return nil, err
		}
		files[rel] = append([]byte{}, content...)
	}
	return files, nil
}
