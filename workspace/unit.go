package workspace

import (
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/internal/gocmd"
)

// A Unit is what one run of the go command can look at. Run it in Dir, with Env
// added to the environment that the [Config] named (later entries win), with the
// build flags for what else the Config says, and with [Unit.Args] to name the
// packages.
type Unit struct {
	// Dir is the absolute path of the directory to run in.
	Dir string

	// Env are variables, each "NAME=value": GOWORK always, GOFLAGS where the
	// user's would not do, GOTOOLCHAIN where the user's go command is too old.
	Env []string

	// Modules are the modules with packages in the unit.
	Modules []*Module

	// Patterns name the packages in few words.
	Patterns []string

	// Packages are the packages that the patterns name, sorted by import path.
	Packages []*Package

	// Apart tells why the unit's modules are not looked at together with
	// others, for the user's eye. It is empty where that needs no word.
	Apart string

	// synthetic tells that the go.work file in use is one that the user does
	// not have: GODEBUG settings under it are not the user's.
	synthetic bool

	workFile string // the GOWORK setting
	exact    bool   // Patterns name no more than Packages
}

// Args returns arguments that name the unit's loadable packages: its patterns, or
// import paths where the patterns would name packages at which commands such as
// "go vet" fail as a whole. It is empty if no package is loadable.
func (u *Unit) Args() []string {
	loadable := 0
	for _, p := range u.Packages {
		if p.Loadable() {
			loadable++
		}
	}
	if u.exact && loadable == len(u.Packages) && loadable > 0 {
		return u.Patterns
	}
	var paths []string
	for _, p := range u.Packages {
		if p.Loadable() {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths
}

// newUnit returns a unit without packages, to be looked at by g.
func newUnit(g gocmd.Go, dir, workFile string) *Unit {
	return &Unit{Dir: dir, Env: append(slices.Clone(g.Env), "GOWORK="+workFile), workFile: workFile}
}

// goCommand returns g for a run of the unit.
func (u *Unit) goCommand(g gocmd.Go) gocmd.Go {
	g.Dir, g.Env = u.Dir, u.Env
	return g
}

// narrow keeps the packages that the shares' patterns name, where the go command
// was asked for more than these.
func (u *Unit) narrow(shares []*share, patterns []pattern) {
	filtered := make(map[*Module]bool)
	for _, s := range shares {
		if s.filter && !s.whole {
			filtered[s.module] = true
		}
	}
	all := len(u.Packages)
	u.Packages = slices.DeleteFunc(u.Packages, func(pkg *Package) bool {
		return filtered[pkg.Module] && !slices.ContainsFunc(patterns, func(p pattern) bool { return p.matches(pkg) })
	})
	u.exact = u.exact && len(u.Packages) == all
}

// args returns the arguments that name the shares in a run in dir.
func args(shares []*share, dir string) []string {
	var args []string
	for _, s := range shares {
		if s.all() {
			args = append(args, below(dir, s.module.Dir)+"/...")
			continue
		}
		for _, a := range s.args {
			if isLocal(a) {
				a = s.module.rebase(a, dir)
			}
			args = append(args, a)
		}
	}
	slices.Sort(args)
	return slices.Compact(args)
}

// rebase returns a directory pattern relative to the module's directory as one
// for a run in dir.
func (m *Module) rebase(pattern, dir string) string {
	return below(dir, filepath.Join(m.Dir, filepath.FromSlash(pattern)))
}

// below returns path as a directory pattern for a run in dir.
func below(dir, path string) string {
	if !within(path, dir) {
		return path
	}
	return local(slashRel(dir, path))
}
