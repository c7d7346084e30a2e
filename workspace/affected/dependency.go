package affected

import (
	"cmp"
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A listing is what the imports of a unit's packages resolve to, by import path,
// the imports of dependencies included.
type listing map[string]*dependency

// A dependency is a package that packages of a unit import.
type dependency struct {
	ImportPath, Dir string
	Standard        bool
	Imports         []string
	Module          *depModule
	Error           *struct{ Err string }

	local *pkg   // if it is a package of the code base
	dir   string // relative to the root; "" if it lies outside or nowhere
	goMod string // likewise, of its module
	from  string // what it is and where it comes from
}

type depModule struct {
	Path, Version, Dir string
	Replace            *depModule
}

func (m *depModule) String() string {
	if m.Version == "" {
		return m.Path
	}
	return m.Path + "@" + m.Version
}

// dependencies asks the go command what the imports of the units resolve to.
func (s *snapshot) dependencies(ctx context.Context, c *comparison) (map[*workspace.Unit]listing, error) {
	lists := make([]listing, len(s.selection.Units))
	eg, ctx := errgroup.WithContext(ctx)
	eg.SetLimit(2) // the go command itself uses all processors
	for i, u := range s.selection.Units {
		args, err := s.roots(c, u)
		if err != nil {
			return nil, err
		}
		eg.Go(func() (err error) {
			lists[i], err = s.listDeps(ctx, u, args)
			return err
		})
	}
	if err := eg.Wait(); err != nil {
		return nil, err
	}
	byUnit := make(map[*workspace.Unit]listing)
	for i, u := range s.selection.Units {
		byUnit[u] = lists[i]
	}
	return byUnit, nil
}

// roots returns arguments that name the packages of a unit, and those packages from
// elsewhere that only tests and files for other platforms import.
func (s *snapshot) roots(c *comparison, u *workspace.Unit) ([]string, error) {
	seen := make(map[string]bool)
	var more []string
	add := func(paths []string) {
		for _, imported := range paths {
			first, _, _ := strings.Cut(imported, "/")
			if !seen[imported] && strings.Contains(first, ".") && len(c.byPath[imported]) == 0 {
				more = append(more, imported)
			}
			seen[imported] = true
		}
	}
	for _, p := range u.Packages {
		for _, imported := range p.Imports {
			seen[imported] = true
		}
	}
	for _, p := range s.packages {
		if p.unit != u {
			continue
		}
		imports, err := c.importsElsewhere(s, p)
		if err != nil {
			return nil, err
		}
		add(slices.Concat(p.TestImports, p.XTestImports, imports.source, imports.test))
	}
	slices.Sort(more)
	return append(slices.Clip(u.Patterns), more...), nil
}

func (s *snapshot) listDeps(ctx context.Context, u *workspace.Unit, args []string) (listing, error) {
	args = append([]string{"-e", "-deps", "-json=ImportPath,Dir,Standard,Imports,Module,Error"}, args...)
	list := make(listing)
	for d, err := range gocmd.Decode[dependency](ctx, s.goCommand(u), "list", args...) {
		if err != nil {
			return nil, err
		}
		s.locate(&d)
		list[d.ImportPath] = &d
	}
	return list, nil
}

// locate tells where a dependency comes from.
func (s *snapshot) locate(d *dependency) {
	if d.Standard {
		return
	}
	if p := s.byDir[s.relative(d.Dir)]; d.Dir != "" && p != nil && p.ImportPath == d.ImportPath {
		d.local, d.dir, d.from = p, p.rel, "the tree"
		return
	}
	if rel, ok := s.inTree(d.Dir); ok {
		d.dir = rel
	}
	if d.Module != nil {
		if rel, ok := s.inTree(d.Module.Dir); ok {
			d.goMod = path.Join(rel, "go.mod")
		}
		d.from = d.Module.String()
		if r := d.Module.Replace; r != nil {
			d.from += " => " + s.portable(filepath.ToSlash(r.String()))
		}
	}
	if d.Module != nil && d.Dir != "" {
		d.Error = nil // it is there; perhaps it is for another platform
	}
	if d.Error != nil {
		d.from = strings.TrimSpace(d.from + " " + s.complaint(d.Error.Err))
	}
}

// inTree returns an absolute path relative to the root, and whether it is below it.
func (s *snapshot) inTree(name string) (string, bool) {
	rel := s.relative(name)
	return rel, name != "" && !outside(rel) && !filepath.IsAbs(filepath.FromSlash(rel))
}

// version returns what of the dependency can change from one side to the other: the
// version of the module, or what it is replaced by.
func (d *dependency) version() string {
	m := d.Module
	if m == nil || d.Error != nil || d.local != nil {
		return d.from
	}
	if m.Replace != nil {
		return m.Version + " => " + m.Replace.String()
	}
	return cmp.Or(m.Version, m.Path)
}

// A dependencyKey is a package from elsewhere as packages of a unit on each side see
// it.
type dependencyKey struct {
	base, head *workspace.Unit
	path       string
}

// compareDependency returns the cause by which a dependency differs by itself, or nil.
func (c *comparison) compareDependency(b, h *dependency) *Cause {
	if b == nil || h == nil {
		// Who imports it imports something else on the other side.
		return nil
	}
	key := [2]*dependency{b, h}
	cause, ok := c.compared[key]
	if !ok {
		cause = c.differing(b, h)
		c.compared[key] = cause
	}
	return cause
}

func (c *comparison) differing(b, h *dependency) *Cause {
	if b.from != h.from {
		cause := &Cause{Kind: ModuleVersion, Subject: h.ImportPath, Base: b.version(), Head: h.version()}
		switch {
		case b.Error != nil || h.Error != nil:
			cause.Kind = Unknown
		case h.Module != nil:
			cause.Subject = h.Module.Path
		}
		return cause
	}
	for _, sum := range c.sums {
		if h.Module != nil && h.Module.Path == sum.Module && h.Module.Version == sum.Version {
			return &Cause{Kind: Sum, Subject: sum.key(), Base: sum.Base, Head: sum.Head}
		}
	}
	for _, d := range slices.Compact([]*dependency{b, h}) {
		if file := c.changedIn(d); file != "" {
			return &Cause{Kind: File, Subject: file}
		}
	}
	return nil
}

// changedIn returns a changed file of a dependency that is in the tree and is no
// package of the code base: vendored, or in a directory that a replace line names.
func (c *comparison) changedIn(d *dependency) string {
	if d.dir == "" || d.local != nil {
		return ""
	}
	for _, rel := range c.changed {
		if c.differ[rel].content && c.owner(rel) == nil && c.builtFrom(d, rel) {
			return rel
		}
	}
	return ""
}

// builtFrom reports whether a package in the tree that is not of the code base is
// built from a file, as far as names tell.
func (c *comparison) builtFrom(d *dependency, rel string) bool {
	if path.Dir(rel) == d.dir && (strings.HasSuffix(rel, ".go") || slices.Contains(nativeExtensions, path.Ext(rel))) {
		return !isTest(rel)
	}
	if rel == d.goMod {
		return true
	}
	for _, s := range c.sides() {
		if s.tree == nil || !within(rel, d.dir) {
			continue
		}
		for _, file := range s.tree.files {
			if path.Dir(file) != d.dir || !strings.HasSuffix(file, ".go") || isTest(file) {
				continue
			}
			f, err := s.read(file)
			if err != nil {
				return true
			}
			if name := strings.TrimPrefix(rel, d.dir+"/"); slices.ContainsFunc(embedPatterns(f.data), func(p string) bool { return embeds(p, name) }) {
				return true
			}
		}
	}
	return false
}

// owner returns the package of the code base that a file is listed for, on either
// side.
func (c *comparison) owner(rel string) *pkg { return cmp.Or(c.head.owners[rel], c.base.owners[rel]) }
