package engine

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
)

// whole reports whether the request is for the whole code base.
func (r *run) whole() bool {
	w := r.workspace
	switch patterns := r.req.Patterns; {
	case len(patterns) == 0:
		return w.Dir == w.Root
	case len(patterns) > 1:
		return false
	default:
		return patterns[0] == "work" || w.Dir == w.Root && patterns[0] == "./..."
	}
}

// everything returns the unit of the whole code base, if that is known without
// asking the go command: the modules of a go.work file that lists all there are,
// or a module that is alone.
func (r *run) everything() (unit, bool) {
	w := r.workspace
	if r.req.View != workspace.Work || !r.whole() {
		return unit{}, false
	}
	u := unit{modules: w.Modules}
	switch {
	case w.WorkFile != nil:
		u.dir, u.env, u.args = filepath.Dir(w.WorkFile.Path), []string{"GOWORK=" + w.WorkFile.Path}, []string{"work"}
	case len(w.Modules) == 1:
		u.dir, u.env, u.args = w.Modules[0].Dir, []string{"GOWORK=off"}, []string{"./..."}
	default:
		return unit{}, false
	}
	return u, !slices.ContainsFunc(w.Modules, func(m *workspace.Module) bool {
		return m.Err != nil || m.WorkFile != w.WorkFile
	})
}

// unlisted analyses a unit without listing its packages, and reports whether that
// was all: if the go command has nothing to complain of, it has left nothing out.
// Otherwise what was found is not to be used. To list a large code base takes as
// long as to analyse it once all results are cached.
func (r *run) unlisted(ctx context.Context, u unit) (bool, error) {
	env, err := r.newEnough(ctx)
	if err != nil {
		return false, err
	}
	u.env = slices.Concat(u.env, env)
	r.total = len(r.goDirs())
	for _, t := range r.req.tools() {
		if err := r.goVet(ctx, u, t, make(map[string]bool)); ctx.Err() != nil {
			return false, err
		} else if err != nil {
			r.req.Config.Log.Debug("the code base can't be analysed as a whole", "error", err)
			return false, nil
		}
	}
	return len(r.packages) > 0, nil
}

// noteOtherFiles notes the Go files in directories of which no package is known:
// all are for other platforms.
func (r *run) noteOtherFiles() {
	for dir, names := range r.goDirs() {
		for _, name := range names {
			file := Relative(r.workspace.Root, filepath.Join(dir, name))
			if !r.included[file] {
				r.ignored[file] = true
			}
		}
	}
}

// goDirs returns the directories of the code base that the pattern "..." reaches
// and that hold Go files, with these.
func (r *run) goDirs() map[string][]string {
	dirs := make(map[string][]string)
	for _, m := range r.workspace.Modules {
		filepath.WalkDir(m.Dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil // what can't be read can't be analysed, which is said elsewhere
			case d.IsDir() && path != m.Dir && (skipped(d.Name()) || isModule(path) || ignoredBy(m, path)):
				return filepath.SkipDir
			case !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasPrefix(d.Name(), "_") && !strings.HasPrefix(d.Name(), "."):
				dir := filepath.Dir(path)
				dirs[dir] = append(dirs[dir], d.Name())
			}
			return nil
		})
	}
	return dirs
}

// skipped reports whether "..." does not match directories of the name; see "go
// help packages".
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor"
}

func isModule(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && info.Mode().IsRegular()
}

// ignoredBy reports whether an ignore line of the module's go.mod names the
// directory.
func ignoredBy(m *workspace.Module, dir string) bool {
	if m.File == nil {
		return false
	}
	rel := Relative(m.Dir, dir)
	return slices.ContainsFunc(m.File.Ignore, func(ignore *modfile.Ignore) bool {
		if rooted, ok := strings.CutPrefix(ignore.Path, "./"); ok {
			return rel == strings.TrimSuffix(rooted, "/")
		}
		return rel == ignore.Path || strings.HasSuffix(rel, "/"+strings.Trim(ignore.Path, "/"))
	})
}
