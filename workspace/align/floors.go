package align

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A floor is a version that a dependency has to have for a program to build with a Go
// release and later ones.
type floor struct {
	path string
	from string // versions before it are well; "" if there are none
	min  string // the least version after from that is well
	pkg  string // the package that does not build, or that the linker refuses
	why  string

	since  string // the Go release
	source string
}

// knownFloors are the dependencies that are commonly in go.mod files of some age and that a
// newer Go refuses. That versions from each row's from up to min fail, and that min
// builds, was tried with Go 1.26.
var knownFloors = []floor{
	{
		path: "github.com/bytedance/sonic", min: "v1.15.0", pkg: "github.com/bytedance/sonic/",
		why: "it uses what is internal to the runtime", since: "go1.23", source: "https://github.com/bytedance/sonic/issues/660",
	},
	{
		path: "github.com/rogpeppe/go-internal", min: "v1.11.0", pkg: "github.com/rogpeppe/go-internal/testscript",
		why: "what testing.MainStart takes has changed", since: "go1.18", source: "https://go.dev/doc/go1.18#testing",
	},
	{
		path: "golang.org/x/net", from: "v0.0.0-20220425223048-2871e0cb64e4", min: "v0.1.0", pkg: "golang.org/x/net/internal/socket",
		why: "it uses syscall.recvmsg, which the linker allows no longer", since: "go1.23", source: "https://go.dev/doc/go1.23#linker",
	},
	{
		path: "golang.org/x/tools", from: "v0.6.0", min: "v0.24.1", pkg: "golang.org/x/tools/internal/tokeninternal",
		why: "it goes by the layout of token.FileSet, which has changed", since: "go1.25", source: "https://go.dev/issue/74462",
	},
	{
		path: "golang.org/x/tools", from: "v0.25.0", min: "v0.25.1", pkg: "golang.org/x/tools/internal/tokeninternal",
		why: "it goes by the layout of token.FileSet, which has changed", since: "go1.25", source: "https://go.dev/issue/74462",
	},
}

// concerns reports whether a dependency is of a version that does not build.
func (f *floor) concerns(path, version string) bool {
	return f.path == path && semver.Compare(version, f.min) < 0 && (f.from == "" || semver.Compare(version, f.from) >= 0)
}

// A Needed is a requirement that is raised for a module to build with the go command at hand.
type Needed struct {
	Module *workspace.Module
	Path   string
	To     string
	Why    string // what is wrong with the version before, a sentence without a full stop
	Since  string // the Go release that it does not build with, as "go1.23"
	Source string // where that is written
}

func (l *lining) needed() []Needed {
	var all []Needed
	for _, m := range l.order() {
		for _, f := range l.floors[m] {
			all = append(all, Needed{m, f.path, f.min, f.why, f.since, f.source})
		}
	}
	return all
}

// mendFloors builds the modules that have a dependency with a known floor below it, and
// notes the floors that they can't be built without. It reports whether there are any
// new ones.
func (l *lining) mendFloors(ctx context.Context, now *loaded, overlay string) (again bool, err error) {
	if !slices.ContainsFunc(l.order(), func(m *workspace.Module) bool { return len(now.candidates(m.Dir)) > 0 }) {
		return false, nil
	}
	cfg, err := l.looking(ctx, l.cfg)
	if err != nil {
		return false, err
	}
	cfg.Overlay = overlay
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return false, err
	}
	defer w.Close()
	sel, err := w.Load(ctx, workspace.Release, "work")
	if err != nil {
		return false, err
	}
	for _, m := range l.order() {
		candidates := now.candidates(m.Dir)
		i := slices.IndexFunc(sel.Units, func(u *workspace.Unit) bool { return u.Dir == m.Dir })
		if len(candidates) == 0 || i < 0 {
			continue
		}
		l.o.Step("building " + m.Name())
		output, err := buildOutput(ctx, cfg, sel.Units[i])
		if err != nil {
			return false, err
		}
		for _, f := range candidates {
			if strings.Contains(output, f.pkg) && !l.hopeless(m, f) {
				l.floors[m] = append(l.floors[m], f)
				again = true
			}
		}
	}
	return again, nil
}

// hopeless reports whether a floor was tried for a module.
func (l *lining) hopeless(m *workspace.Module, f floor) bool {
	return slices.Contains(l.floors[m], f) ||
		slices.ContainsFunc(l.failed, func(left Left) bool { return left.What == m.Name()+": "+f.path+" "+f.min })
}

// candidates returns the floors that a module's dependencies are below, of packages that
// the module is built with.
func (l *loaded) candidates(dir string) []floor {
	var all []floor
	for _, f := range knownFloors {
		if slices.ContainsFunc(l.deps[dir], func(d dep) bool {
			return f.concerns(d.Module.Path, d.Module.Version) && strings.HasPrefix(d.ImportPath+"/", strings.TrimSuffix(f.pkg, "/")+"/")
		}) {
			all = append(all, f)
		}
	}
	return all
}

// buildOutput returns what the go command says of building a unit's packages, its programs,
// and their tests, which are linked, too.
func buildOutput(ctx context.Context, cfg workspace.Config, u *workspace.Unit) (string, error) {
	var output strings.Builder
	g := unitGo(cfg, u)
	for _, command := range [][]string{{"build", "-o", os.DevNull}, {"test", "-c", "-vet=off", "-o", os.DevNull}} {
		args := slices.Clone(u.Args())
		if command[0] == "build" {
			args = slices.DeleteFunc(args, func(arg string) bool { return onlyTests(u, arg) })
		}
		if len(args) == 0 {
			continue
		}
		_, err := g.Run(ctx, nil, command[0], append(command[1:], args...)...)
		var failed *gocmd.Error
		switch {
		case err == nil:
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case errors.As(err, &failed):
			output.WriteString(failed.Stderr)
		default:
			return "", err
		}
	}
	return output.String(), nil
}

// onlyTests reports whether an argument names a package that has only tests, which makes
// "go build" fail as a whole.
func onlyTests(u *workspace.Unit, arg string) bool {
	i := slices.IndexFunc(u.Packages, func(p *workspace.Package) bool { return p.ImportPath == arg })
	return i >= 0 && len(u.Packages[i].GoFiles)+len(u.Packages[i].CgoFiles) == 0
}
