package recipe

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A Failure is a recipe that can't be used.
type Failure struct {
	Recipe   *Recipe
	Problems Problems
}

// Error returns a line for each problem.
func (f *Failure) Error() string {
	return fmt.Sprintf("the recipe %s: %v", f.Recipe.Name, f.Problems)
}

// Load type-checks recipes with the packages that they import, as the modules of a code base
// require them, and returns the fixers of those for which there is something to do. Of the
// others Idle says why: a policy for many repositories may have recipes for what one of them
// does not use. The failures are those of recipes that are wrong.
func Load(ctx context.Context, cfg workspace.Config, recipes []*Recipe) (fixers []*fix.Fixer, failures []*Failure, err error) {
	if len(recipes) == 0 {
		return nil, nil, nil
	}
	code, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	defer code.Close()
	var places []*place
	for _, dir := range folders(code) {
		p, err := look(ctx, cfg, dir, recipes)
		if err != nil {
			return nil, nil, err
		}
		places = append(places, p)
	}
	requires := make(map[[2]string]bool)
	for _, m := range code.Modules {
		if m.File != nil {
			for _, r := range m.File.Require {
				requires[[2]string{m.Path, r.Mod.Path}] = true
			}
		}
	}
	has := func(module, required string) bool { return requires[[2]string{module, required}] }
	for _, r := range recipes {
		if r.load(places); len(r.problems) > 0 {
			failures = append(failures, &Failure{r, r.problems})
		} else if r.Idle == "" {
			fixers = append(fixers, r.Fixer(has))
		}
	}
	return fixers, failures, nil
}

// folders returns the directories in which the go command sees all modules: those of go.work
// files, and of modules that are in none.
func folders(code *workspace.Workspace) []string {
	var all []string
	for _, m := range code.Modules {
		dir := m.Dir
		if m.WorkFile != nil {
			dir = filepath.Dir(m.WorkFile.Path)
		}
		if m.Err == nil && !slices.Contains(all, dir) {
			all = append(all, dir)
		}
	}
	return all
}

// A place is what recipes import, as modules in a directory require it.
type place struct {
	packages map[string]*listed
}

// A listed package is what the go command says of one.
type listed struct {
	ImportPath, Name, Export string
	Standard                 bool
	Module                   *struct{ Path string }
	Error                    *struct{ Err string }
}

// look asks the go command for what the recipes import.
func look(ctx context.Context, cfg workspace.Config, dir string, recipes []*Recipe) (*place, error) {
	p := &place{packages: make(map[string]*listed)}
	var paths []string
	for _, r := range recipes {
		for _, i := range r.imports {
			paths = append(paths, i.path)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if len(paths) == 0 {
		return p, nil
	}
	g := gocmd.Go{Dir: dir, Base: cfg.Env, Tags: cfg.Tags, OS: cfg.OS, Arch: cfg.Arch, Overlay: cfg.Overlay, Log: cfg.Log}
	flags := []string{"-e", "-export", "-json=ImportPath,Name,Export,Standard,Module,Error", "--"}
	for l, err := range gocmd.Decode[listed](ctx, g, "list", append(flags, paths...)...) {
		if err != nil {
			var failed *gocmd.Error
			if errors.As(err, &failed) && failed.Kind == gocmd.Build {
				break // what does not compile has no export data
			}
			return nil, fmt.Errorf("looking for what recipes import: %w", err)
		}
		p.packages[l.ImportPath] = &l
	}
	return p, nil
}

// isRequired reports whether there is a package as far as go.mod files tell: what the go
// command says of it else is a mistake in the recipe.
func (p *place) isRequired(path string) bool {
	l := p.packages[path]
	if l == nil || l.Error == nil {
		return l != nil
	}
	for _, missing := range []string{"no required module provides package", "cannot find module providing package"} {
		if strings.Contains(l.Error.Err, missing) {
			return false
		}
	}
	return true
}

// load type-checks the recipe where its imports can be had.
func (r *Recipe) load(places []*place) {
	r.modules = make(map[string]string)
	all := func(p *place) bool {
		return !slices.ContainsFunc(r.imports, func(i *importOf) bool { return !p.isRequired(i.path) })
	}
	if i := slices.IndexFunc(places, all); i >= 0 {
		r.loadFrom(places[i])
		return
	}
	// The modules of the code base may have what before imports, and be told of the rest.
	for _, i := range r.imports {
		if i.before && !slices.ContainsFunc(places, func(p *place) bool { return p.isRequired(i.path) }) {
			r.Idle = fmt.Sprintf("no module requires one with %s", i.path)
			return
		}
	}
	for _, p := range places {
		r.noteModules(p)
	}
}

// noteModules notes which modules have what is imported.
func (r *Recipe) noteModules(p *place) {
	for _, i := range r.imports {
		l := p.packages[i.path]
		switch {
		case !p.isRequired(i.path):
		case l.Error != nil:
			message, _, _ := strings.Cut(strings.TrimSpace(l.Error.Err), "\n")
			message, _, _ = strings.Cut(message, " (") // where GOROOT is
			r.problem(i.spec.Pos(), "%s", message)
		case l.Module != nil:
			r.modules[i.path] = l.Module.Path
		case l.Standard:
			r.modules[i.path] = ""
		}
	}
}

// loadFrom type-checks the recipe with the packages of a place.
func (r *Recipe) loadFrom(p *place) {
	if r.noteModules(p); len(r.problems) > 0 {
		return
	}
	fset, known := token.NewFileSet(), make(map[string]*types.Package)
	r.check(importer(func(path string) (*types.Package, error) {
		if t := known[path]; t != nil && t.Complete() {
			return t, nil
		}
		l := p.packages[path]
		if l == nil || l.Export == "" {
			return nil, fmt.Errorf("%s does not compile", path)
		}
		f, err := os.Open(l.Export)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		data, err := gcexportdata.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("the export data of %s: %w", path, err)
		}
		return gcexportdata.Read(data, fset, known, path)
	}))
}
