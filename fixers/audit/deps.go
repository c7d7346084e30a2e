package audit

import (
	"cmp"
	"context"
	"slices"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/internal/gocmd"
)

// dependencies notes what a unit is built with: which packages of the library its tests link,
// and the modules whose loops keep sharing variables.
func (a *audit) dependencies(ctx context.Context, u *unit) error {
	ours := make(map[string]bool)
	for _, m := range a.w.Modules {
		ours[m.Path] = true
	}
	type listed struct {
		ImportPath string
		ForTest    string
		Standard   bool
		Module     *struct {
			Path, Version, GoVersion string
			Main                     bool
		}
	}
	var links []string
	args := append([]string{"-e", "-deps", "-test", "-json=ImportPath,ForTest,Standard,Module"}, u.Args()...)
	for l, err := range gocmd.Decode[listed](ctx, u.g, "list", args...) {
		if err != nil {
			return a.canceled(ctx, "the dependencies of "+a.name(u), err)
		}
		if l.Standard {
			links = append(links, l.ImportPath)
			continue
		}
		m := l.Module
		if m == nil || m.Main || ours[m.Path] || a.to < perIteration {
			continue
		}
		d := Dependency{m.Path, m.Version, cmp.Or(m.GoVersion, noModuleLine)}
		if godebugs.Minor(d.GoVersion) < perIteration && !slices.Contains(a.report.OldDependencies, d) {
			a.report.OldDependencies = append(a.report.OldDependencies, d)
		}
	}
	slices.SortFunc(a.report.OldDependencies, func(x, y Dependency) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Version, y.Version))
	})
	u.moves = slices.DeleteFunc(u.moves, func(s godebugs.Setting) bool { return !linked(links, s.Package) })
	return nil
}
