package engine

import (
	"context"
	"slices"

	"github.com/gomend/gomend/workspace"
)

// A listing is the packages that were asked for, as the go command lists them
// before it is asked to vet them.
type listing struct {
	*workspace.Selection
	byPath map[string]*workspace.Package
	ids    map[string]bool // of the records that they give
}

// listed analyses the packages that the request's patterns name, after listing
// them: what can't be loaded is found then and kept from the go command, which
// would refuse everything for it.
func (r *run) listed(ctx context.Context) error {
	selection, err := r.workspace.Load(ctx, r.req.View, r.req.Patterns...)
	if err != nil {
		return err
	}
	l := &listing{Selection: selection, byPath: make(map[string]*workspace.Package), ids: make(map[string]bool)}
	for _, p := range selection.Packages {
		l.byPath[p.ImportPath] = p
		for _, id := range recordIDs(p) {
			l.ids[id] = true
		}
		if p.Loadable() {
			r.total++
		}
		r.noteFiles(p)
	}
	r.unreleased = selection.Unreleased
	r.noteLoadFailures(l)
	for _, u := range selection.Units {
		for _, t := range r.req.tools() {
			if err := r.vetListed(ctx, l, u, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// recordIDs returns the IDs of the records that the package gives: of itself with
// its internal tests, and of its external tests.
func recordIDs(p *workspace.Package) []string {
	var ids []string
	if len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles) > 0 {
		ids = append(ids, p.ImportPath)
	}
	if len(p.XTestGoFiles) > 0 {
		ids = append(ids, p.ImportPath+"_test")
	}
	return ids
}

// noteFiles notes the package's files: some packages give no records.
func (r *run) noteFiles(p *workspace.Package) {
	ref := pkgRef{dir: p.Dir}
	for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles) {
		r.included[r.file(ref, name)] = true
	}
	for _, name := range p.IgnoredGoFiles {
		r.ignored[r.file(ref, name)] = true
	}
}

// vetListed runs a tool on a unit and notes what it finds and what it misses.
func (r *run) vetListed(ctx context.Context, l *listing, lu *workspace.Unit, t tool) error {
	u := unit{dir: lu.Dir, env: lu.Env, modules: lu.Modules, args: lu.Args()}
	if len(u.args) == 0 {
		return nil
	}
	seen := make(map[string]bool)
	err := r.goVet(ctx, u, t, seen)
	if err != nil && len(seen) == 0 && ctx.Err() == nil {
		// The go command refuses all packages if the imports of one
		// test can't be resolved, which is not known before.
		if err := r.noteBrokenTests(ctx, l); err != nil {
			return err
		}
		if args := lu.Args(); len(args) > 0 && !slices.Equal(args, u.args) {
			u.args = args
			err = r.goVet(ctx, u, t, seen)
		}
	}
	if err == nil && t.plugin == "" {
		// The pattern ./... asks for other packages in each module: what
		// the go command kept of one as a dependency of another module's
		// is a result without a record.
		if u.args = lacking(lu, seen); len(u.args) > 0 {
			u.alone = true
			err = r.goVet(ctx, u, t, seen)
		}
	}
	if ctx.Err() != nil {
		return err
	}
	r.noteMissing(l, lu, t, seen, err)
	return nil
}

// lacking returns the import paths of the packages of which a record is missing.
func lacking(u *workspace.Unit, seen map[string]bool) []string {
	var paths []string
	for _, p := range u.Packages {
		if p.Loadable() && slices.ContainsFunc(recordIDs(p), func(id string) bool { return !seen[id] }) {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths
}

// noteBrokenTests finds the packages whose tests can't be loaded.
func (r *run) noteBrokenTests(ctx context.Context, l *listing) error {
	if err := l.CheckTests(ctx); err != nil {
		return err
	}
	for _, p := range l.Packages {
		known := slices.ContainsFunc(r.failures, func(f Failure) bool { return f.Package == p.ImportPath })
		if len(p.TestErrors) > 0 && !known {
			r.failures = append(r.failures, r.loadFailure(p, p.TestErrors))
		}
	}
	return nil
}
