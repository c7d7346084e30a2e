package doctor

import (
	"bufio"
	"context"
	"fmt"
	"go/token"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

var withdrawnCheck = Check{
	Name:  "withdrawn",
	Title: "a dependency that its authors have withdrawn",
	Why:   "The version is retracted, or the module is deprecated: there will be no more mends.",
	Slow:  true,
	Fixes: true,
	run: func(ctx context.Context, x *exam) error {
		told := make(map[string]bool)
		for _, u := range x.work.Units {
			g := gocmd.Go{Dir: u.Dir, Base: x.cfg.Env, Env: u.Env, Log: x.cfg.Log, Stderr: x.cfg.Stderr}
			type listed struct {
				Path, Version, Deprecated string
				Retracted                 []string
			}
			for l, err := range gocmd.Decode[listed](ctx, g, "list", "-m", "-e", "-u", "-retracted", "-json=Path,Version,Deprecated,Retracted", "all") {
				if err != nil {
					return err
				}
				if told[l.Path] || l.Version == "" || l.Deprecated == "" && len(l.Retracted) == 0 {
					continue
				}
				told[l.Path] = true
				if err := x.withdrawn(ctx, l.Path, l.Version, l.Deprecated, l.Retracted); err != nil {
					return err
				}
			}
		}
		return nil
	},
}

// withdrawn tells of a dependency at the first module that requires it.
func (x *exam) withdrawn(ctx context.Context, path, version, deprecated string, retracted []string) error {
	f := Finding{Level: Untidy, Text: fmt.Sprintf("%s is deprecated: %s", path, strings.TrimSuffix(firstLine(deprecated), "."))}
	if len(retracted) > 0 {
		f.Level = Risky
		f.Text = fmt.Sprintf("%s %s is retracted: %s", path, version, firstLine(strings.Join(retracted, "; ")))
		to, err := x.after(ctx, path, version)
		if err != nil {
			return err
		}
		f.Mend = fmt.Sprintf("no newer version of %s is good: go back to an older one, or do without it", path)
		if to != "" {
			f.Mend = fmt.Sprintf("gomend work get %s@%s", path, to)
			f.mend = inPlaceOf(path, version, to)
			f.Fix = slices.ContainsFunc(x.loaded(), func(m *workspace.Module) bool { return requiresExactly(m, moduleVersion{Path: path, Version: version}) })
		}
	}
	f.Module, f.Pos = x.requirer(path)
	x.add(f)
	return nil
}

// requirer returns the first module that requires a dependency, and where: directly, if
// one does.
func (x *exam) requirer(path string) (*workspace.Module, token.Position) {
	var indirectly *workspace.Module
	for _, m := range x.loaded() {
		for _, r := range m.File.Require {
			switch {
			case r.Mod.Path != path:
			case !r.Indirect:
				return m, requirePos(m, path)
			case indirectly == nil:
				indirectly = m
			}
		}
	}
	if indirectly == nil {
		return nil, token.Position{}
	}
	return indirectly, requirePos(indirectly, path)
}

// after returns the newest version that is newer than another, of the same major version,
// and not retracted; "" if there is none. It is a prerelease only where the other is.
func (x *exam) after(ctx context.Context, path, version string) (string, error) {
	dir, err := scratch.Dir("doctor") // no module's requirements have a say there
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	g := gocmd.Go{Dir: dir, Base: x.cfg.Env, Env: []string{"GOWORK=off", "GOFLAGS=-mod=mod"}, Log: x.cfg.Log, Stderr: x.cfg.Stderr}
	out, err := g.Output(ctx, "list", "-m", "-versions", "-f", "{{range .Versions}}{{.}} {{end}}", path)
	if err != nil {
		return "", err
	}
	found := ""
	for v := range strings.FieldsSeq(string(out)) {
		same := semver.Major(v) == semver.Major(version) && (semver.Prerelease(v) == "" || semver.Prerelease(version) != "")
		if same && semver.Compare(v, version) > 0 && semver.Compare(v, found) > 0 {
			found = v
		}
	}
	return found, nil
}

// inPlaceOf returns the mend that makes all modules that require a version of another
// require a newer one.
func inPlaceOf(path, version, to string) *align.Mend {
	return &align.Mend{
		What: fmt.Sprintf("require %s %s in place of %s", path, to, version),
		Mod: func(m *workspace.Module, f *modFile) error {
			if !requiresExactly(m, moduleVersion{Path: path, Version: version}) {
				return nil
			}
			return f.AddRequire(path, to)
		},
	}
}

// An Archived is a module, or a repository, that its authors have given up.
type Archived struct {
	Path   string // of the module, or of the repository: what begins its modules' paths
	Reason string // may be empty
}

// ReadArchived reads a list of what is archived: a path a line, and behind it the reason.
// Empty lines and those that begin with # do not count. An error names the line.
func ReadArchived(r io.Reader) ([]Archived, error) {
	var all []Archived
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		path, reason, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		path = strings.Trim(strings.TrimPrefix(path, "https://"), "/")
		if host, rest, _ := strings.Cut(path, "/"); !strings.Contains(host, ".") || rest == "" {
			return nil, fmt.Errorf("line %d: %q is no path of a module or repository, as example.com/name is", n, path)
		}
		all = append(all, Archived{path, strings.TrimSpace(reason)})
	}
	return all, lines.Err()
}

// covers reports whether a module is what is archived, or of the repository that is.
func (a *Archived) covers(path string) bool {
	return path == a.Path || strings.HasPrefix(path, a.Path+"/")
}

var archivedCheck = Check{
	Name:  "archived",
	Title: "a dependency that the list of archived ones names",
	Why:   "Nobody mends it any more. The go command does not know what is archived: the list is the user's.",
	run: func(_ context.Context, x *exam) error {
		told := make(map[string]bool)
		for _, m := range x.loaded() {
			for _, r := range m.File.Require {
				i := slices.IndexFunc(x.archived, func(a Archived) bool { return a.covers(r.Mod.Path) })
				if i < 0 || told[r.Mod.Path] || x.isSibling(r.Mod.Path) {
					continue
				}
				told[r.Mod.Path] = true
				f := Finding{Level: Untidy, Text: r.Mod.Path + " is archived"}
				if reason := x.archived[i].Reason; reason != "" {
					f.Text += ": " + reason
				}
				f.Module, f.Pos = x.requirer(r.Mod.Path)
				x.add(f)
			}
		}
		return nil
	},
}
