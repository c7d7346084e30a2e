package govuln

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/vulndb"
)

// advisories are those of modules, read from databases when they are asked for first.
type advisories struct {
	databases []*vulndb.Database
	now       time.Time
	byModule  map[string][]*osv.Entry
}

// of returns the advisories of a module, those that were withdrawn left out. Where databases
// have one of the same name, the first one's counts.
func (a *advisories) of(ctx context.Context, module string) ([]*osv.Entry, error) {
	if all, ok := a.byModule[module]; ok {
		return all, nil
	}
	var all []*osv.Entry
	seen := make(map[string]bool)
	for _, d := range a.databases {
		entries, err := d.Module(ctx, module)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if seen[e.ID] || e.Withdrawn != nil && e.Withdrawn.Before(a.now) {
				continue
			}
			seen[e.ID] = true
			all = append(all, e)
		}
	}
	a.byModule[module] = all
	return all, nil
}

// A match is an advisory that concerns a version of a module, with what it says is
// vulnerable on a platform.
type match struct {
	entry      *osv.Entry
	dependency *dependency
	precision  Precision
	packages   []osv.Package // none where the whole module is vulnerable
}

// matches returns what the databases have on a dependency on a platform, and what they have
// on other platforms alone.
func (a *advisories) matches(ctx context.Context, d *dependency, platform Platform) (here []*match, elsewhere []*osv.Entry, err error) {
	entries, err := a.of(ctx, d.path)
	if err != nil || d.version == "" {
		return nil, nil, err
	}
	for _, e := range entries {
		m := &match{entry: e, dependency: d, precision: ByModule}
		concerned, other := false, false
		for i := range e.Affected {
			affected := &e.Affected[i]
			if affected.Module.Path != d.path || !affected.Contains(d.version) {
				continue
			}
			all := affected.EcosystemSpecific.Packages
			var packages []osv.Package
			for _, p := range all {
				if platform.matches(&p) {
					packages = append(packages, p)
				}
			}
			if len(all) > 0 && len(packages) == 0 {
				other = true
				continue
			}
			concerned = true
			m.packages = append(m.packages, packages...)
		}
		switch {
		case concerned:
			m.precision = precisionOf(m.packages)
			here = append(here, m)
		case other:
			elsewhere = append(elsewhere, e)
		}
	}
	return here, elsewhere, nil
}

// precisionOf returns how exactly packages are named: as the least exact one of them.
func precisionOf(packages []osv.Package) Precision {
	switch {
	case len(packages) == 0:
		return ByModule
	case slices.ContainsFunc(packages, func(p osv.Package) bool { return len(p.Symbols) == 0 }):
		return ByPackage
	}
	return BySymbol
}

// importPath returns the path by which a package of the advisory is imported, where the
// module stands in the place of another.
func (m *match) importPath(path string) string {
	if m.dependency.path == m.dependency.name {
		return path
	}
	if below, ok := strings.CutPrefix(path, m.dependency.path); ok && (below == "" || below[0] == '/') {
		return m.dependency.name + below
	}
	return path
}

// imported returns the vulnerable packages among some, by their import paths, sorted. With
// an advisory that names none, they are all of the module.
func (m *match) imported(nodes map[string]*node) []string {
	vulnerable := make(map[string]bool)
	for _, p := range m.packages {
		vulnerable[m.importPath(p.Path)] = true
	}
	var paths []string
	for _, n := range nodes {
		if n.dependency == m.dependency && (len(m.packages) == 0 || vulnerable[n.path]) {
			paths = append(paths, n.path)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// symbols returns the vulnerable functions of a package, as far as they are named.
func (m *match) symbols(path string) []string {
	var all []string
	for _, p := range m.packages {
		if m.importPath(p.Path) == path {
			all = append(all, p.Symbols...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
