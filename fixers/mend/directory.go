package mend

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/buildctx"
	"github.com/gomend/gomend/workspace"
)

// A directory is one of the code base with a package, its tests, and whatever other files
// are compiled in other build contexts.
type directory struct {
	run        *run
	unit       *workspace.Unit
	pkg        *workspace.Package
	importPath string
	groups     []*group // one a build context that has a say
	seen       int      // the generation of the facts that it was mended by

	original map[string][]byte // the files that were read, as they were
	content  map[string][]byte // those that change, as they are to be

	applied       []*proposal
	dropped, left []Site
	banned        map[string]bool // fixes that are not tried again
	strikes       map[string]int  // how often fixes were left out
	unreached     []string
	failures      []Failure

	forth map[string]*mapping // from files as they were to what they are to be
}

// imports returns the paths of all that the package and its tests import.
func (d *directory) imports() []string {
	return slices.Concat(d.pkg.Imports, d.pkg.TestImports, d.pkg.XTestImports)
}

// read returns the content of a file as it is to be now.
func (d *directory) read(name string) ([]byte, error) {
	if data, ok := d.content[name]; ok {
		return data, nil
	}
	if data, ok := d.original[name]; ok {
		return data, nil
	}
	data, err := d.run.overlay.ReadFile(name)
	if err != nil {
		return nil, err
	}
	d.original[name] = data
	return data, nil
}

// load finds the directories of the code base, sorted so that a package comes after those
// that it imports, and what each is compiled with.
func (r *run) load(ctx context.Context) error {
	r.o.Step("loading packages")
	host := r.settings.Configured()
	known := []*buildctx.Context{host}
	type wish struct {
		unit *workspace.Unit
		c    *buildctx.Context
	}
	wanted := make(map[wish][]*directory)
	for _, u := range r.sel.Units {
		for _, p := range u.Packages {
			d := &directory{
				run: r, unit: u, pkg: p, importPath: p.ImportPath,
				original: make(map[string][]byte), content: make(map[string][]byte),
				banned: make(map[string]bool), strikes: make(map[string]int),
			}
			r.dirs = append(r.dirs, d)
			if len(p.Errors) > 0 {
				d.failures = append(d.failures, Failure{p.ImportPath, host.String(), &p.Errors[0]})
				continue
			}
			if p.Loadable() {
				wanted[wish{u, host}] = append(wanted[wish{u, host}], d)
			}
			contexts, err := d.contexts(ctx, &known)
			if err != nil {
				return err
			}
			for _, c := range contexts {
				wanted[wish{u, c}] = append(wanted[wish{u, c}], d)
			}
		}
	}
	for _, u := range r.sel.Units {
		for _, c := range known {
			dirs := wanted[wish{u, c}]
			if len(dirs) == 0 {
				continue
			}
			if c != host {
				r.o.Step("loading packages for " + c.String())
			}
			if err := r.loadWorld(ctx, u, c, dirs); err != nil {
				return err
			}
		}
	}
	r.dirs = inOrder(r.dirs)
	return nil
}

// contexts returns the build contexts that it takes to see those files that the configured
// one leaves out.
func (d *directory) contexts(ctx context.Context, known *[]*buildctx.Context) ([]*buildctx.Context, error) {
	var all []*buildctx.Context
	for _, base := range d.pkg.IgnoredGoFiles {
		name := filepath.Join(d.pkg.Dir, base)
		if strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".") {
			continue
		}
		data, err := d.read(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if d.run.o.Native {
			d.unreached = append(d.unreached, name)
			continue
		}
		c, err := d.run.settings.For(ctx, name, data, *known)
		if err != nil {
			return nil, err
		}
		if c == nil {
			d.unreached = append(d.unreached, name)
			continue
		}
		if !slices.Contains(*known, c) {
			*known = append(*known, c)
		}
		if !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all, nil
}

// inOrder sorts directories so that each comes after those that its package imports.
func inOrder(dirs []*directory) []*directory {
	byPath := make(map[string][]*directory)
	for _, d := range dirs {
		byPath[d.importPath] = append(byPath[d.importPath], d)
	}
	var sorted []*directory
	placed := make(map[*directory]bool)
	var place func(d *directory)
	place = func(d *directory) {
		if placed[d] {
			return
		}
		placed[d] = true
		for _, path := range d.pkg.Imports {
			for _, imported := range byPath[path] {
				place(imported)
			}
		}
		sorted = append(sorted, d)
	}
	for _, d := range dirs {
		place(d)
	}
	return sorted
}

// sites returns sites with what is the same of all in the directory.
func (d *directory) sites(sites []Site) []Site {
	for i := range sites {
		sites[i].Module, sites[i].Package = d.pkg.Module, d.importPath
	}
	return sites
}

// fail notes, once, what can't be looked at.
func (d *directory) fail(c *buildctx.Context, err error) {
	if !slices.ContainsFunc(d.failures, func(f Failure) bool { return f.Context == c.String() && f.Err.Error() == err.Error() }) {
		d.failures = append(d.failures, Failure{d.importPath, c.String(), err})
	}
}
