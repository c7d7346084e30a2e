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
	var places []*place // at least one: a code base has a module
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
	err      error // why nothing is known: its modules can't be loaded
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
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			p.err = err // that they can't is told of the modules
			break
		}
		p.packages[l.ImportPath] = &l
	}
	return p, nil
}

// lacks says why a package can't be had: its module is not required, or nothing that is
// imported is in it, so that go.sum does not have it. It returns "" if the package is there;
// what is wrong with it then, or with the name of one of the standard library, is told by
// [Recipe.noteModules].
func (p *place) lacks(path string) string {
	l := p.packages[path]
	switch {
	case p.err != nil:
		message, _, _ := strings.Cut(p.err.Error(), "\n")
		return message
	case l == nil:
		return "no module requires one with " + path
	case l.Error == nil || l.Module != nil || strings.Contains(l.Error.Err, notStandard):
		return ""
	case strings.Contains(l.Error.Err, "no required module provides package"), strings.Contains(l.Error.Err, "cannot find module providing package"):
		return "no module requires one with " + path
	case strings.Contains(l.Error.Err, "missing go.sum entry"):
		return "nothing that is imported is in the module with " + path
	}
	return l.message()
}

// notStandard is what the go command says of packages whose names could be those of standard
// ones.
const notStandard = "is not in std"

// message returns what is wrong with a package in one line.
func (l *listed) message() string {
	message, _, _ := strings.Cut(strings.TrimSpace(l.Error.Err), "\n")
	message, _, _ = strings.Cut(message, " (") // where GOROOT is
	return message
}

// load type-checks the recipe where its imports can be had.
func (r *Recipe) load(places []*place) {
	r.modules = make(map[string]string)
	all := func(p *place) bool {
		return !slices.ContainsFunc(r.imports, func(i *importOf) bool { return p.lacks(i.path) != "" })
	}
	if i := slices.IndexFunc(places, all); i >= 0 {
		r.loadFrom(places[i])
		return
	}
	// The modules of the code base may have what before imports, and be told of the rest.
	for _, i := range r.imports {
		if i.before && !slices.ContainsFunc(places, func(p *place) bool { return p.lacks(i.path) == "" }) {
			r.Idle = places[0].lacks(i.path)
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
		case p.lacks(i.path) != "":
		case l.Error != nil:
			r.problem(i.spec.Pos(), "%s", l.message())
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
