package audit

import (
	"bufio"
	"cmp"
	"context"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A line is a go line, with the godebug lines beside it.
type line struct {
	version string
	pos     token.Position // its line is 0 if the file has none
	godebug map[string]string
}

// What the go command supposes where there is no go line (see "go help modules").
const (
	noModuleLine = "1.16"
	noWorkLine   = "1.18"
)

// decides returns the go line that decides about a module's programs and tests in a view.
func (a *audit) decides(m *workspace.Module, view workspace.View) line {
	if view == workspace.Work && m.WorkFile != nil {
		f := m.WorkFile.File
		l := line{version: noWorkLine, pos: token.Position{Filename: m.WorkFile.Path}, godebug: godebugLines(f.Godebug)}
		if f.Go != nil {
			l.version, l.pos.Line = f.Go.Version, f.Go.Syntax.Start.Line
		}
		return l
	}
	l := line{version: noModuleLine, pos: token.Position{Filename: filepath.Join(m.Dir, "go.mod")}}
	if m.File != nil {
		l.godebug = godebugLines(m.File.Godebug)
		if m.File.Go != nil {
			l.version, l.pos.Line = m.File.Go.Version, m.File.Go.Syntax.Start.Line
		}
	}
	return l
}

func godebugLines(lines []*modfile.Godebug) map[string]string {
	settings := make(map[string]string)
	for _, g := range lines {
		settings[g.Key] = g.Value
	}
	return settings
}

// moves reports whether the value of a setting changes for what is built by a go line with
// some settings asked for, and whether that is any matter of programs and tests.
func (a *audit) moves(s *godebugs.Setting, goLine string, asked map[string]string) bool {
	if s.Package == "cmd/go" || strings.HasPrefix(s.Name, "win") && a.goos() != "windows" {
		return false // the go command goes by its own go line
	}
	return a.changes(s, goLine, asked)
}

// changes reports whether the value of a setting changes.
func (a *audit) changes(s *godebugs.Setting, goLine string, asked map[string]string) bool {
	if _, ok := asked[s.Name]; ok {
		return false
	}
	if _, ok := asked["default"]; ok { // is another line, which stays
		return false
	}
	// With a toolchain that has removed the setting, the change is there already; what it
	// has got from a later one is not there yet, unless the version is later, too.
	minor := godebugs.Minor(a.toolchain.version)
	if s.Removed != 0 && minor >= s.Removed || len(a.known) > 0 && !a.known[s.Name] && s.Changed <= minor {
		return false
	}
	_, old := s.Default(goLine)
	return old && a.to >= s.Changed
}

// programs tells what each program is built with, now and then.
func (a *audit) programs(ctx context.Context) error {
	links, err := a.links(ctx)
	if err != nil {
		return err
	}
	a.deps = make(map[string][]string)
	for _, view := range []workspace.View{workspace.Release, workspace.Work} {
		mains, err := a.w.Mains(ctx, view)
		if err != nil {
			return err
		}
		for _, m := range mains {
			if view == a.o.View {
				a.deps[m.ImportPath] = m.Deps
			}
			a.report.Programs = append(a.report.Programs, a.program(m, view, links[m.ImportPath]))
		}
	}
	a.weaknesses()
	return nil
}

func (a *audit) program(m *workspace.Main, view workspace.View, links []string) Program {
	l := a.decides(m.Module, view)
	p := Program{
		View: view, ImportPath: m.ImportPath, Module: m.Module.Name(), Decides: l.pos,
		Before: l.version, After: l.version, Settings: m.Godebug, Then: maps.Clone(m.Godebug), Links: links,
	}
	if godebugs.Minor(l.version) < a.to {
		p.After = a.report.To
	}
	asked := maps.Clone(l.godebug)
	maps.Copy(asked, a.directives(m))
	if v, ok := asked["default"]; ok {
		p.Before = strings.TrimPrefix(v, "go")
		p.After = p.Before
	}
	for _, s := range a.settings {
		if !a.moves(&s, l.version, asked) || !linked(links, s.Package) {
			continue
		}
		if value, ok := m.Godebug[s.Name]; a.known[s.Name] && (!ok || value != s.Old) {
			continue // the go command knows better
		}
		p.Moves = append(p.Moves, s.Name)
	}
	for name := range p.Then {
		if s := a.setting(name); s != nil && a.changes(s, l.version, asked) {
			delete(p.Then, name)
		}
	}
	return p
}

// linked reports whether a program is built from a package. All are from the runtime.
func linked(links []string, pkg string) bool {
	return pkg == "runtime" || slices.Contains(links, pkg)
}

// directives returns the settings of the //go:debug lines of a main package.
func (a *audit) directives(m *workspace.Main) map[string]string {
	settings := make(map[string]string)
	for _, p := range a.sel.Packages {
		if p.ImportPath != m.ImportPath {
			continue
		}
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles) {
			for _, d := range readDirectives(filepath.Join(p.Dir, name)) {
				settings[d.key] = d.value
			}
		}
	}
	return settings
}

// asks reports whether the tests of a package, or the package itself if it is a main one, ask
// for a setting by a //go:debug line.
func (a *audit) asks(p *workspace.Package, test bool, setting string) bool {
	var files []string
	if p.Name == "main" {
		files = slices.Concat(p.GoFiles, p.CgoFiles)
	}
	if test || p.Name != "main" {
		files = slices.Concat(files, p.TestGoFiles, p.XTestGoFiles)
	}
	for _, name := range files {
		for _, d := range readDirectives(filepath.Join(p.Dir, name)) {
			if d.key == setting || d.key == "default" {
				return true
			}
		}
	}
	return false
}

// A directive is a //go:debug line.
type directive struct {
	key, value string
	line       int
}

// readDirectives returns the //go:debug lines of a file, which stand above its package
// clause. A file that can't be read has none: the go command says so.
func readDirectives(name string) []directive {
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	var found []directive
	for scan, n := bufio.NewScanner(f), 1; scan.Scan(); n++ {
		text := strings.TrimSpace(scan.Text())
		if strings.HasPrefix(text, "package ") {
			break
		}
		rest, ok := strings.CutPrefix(text, "//go:debug ")
		if !ok {
			continue
		}
		if key, value, ok := strings.Cut(strings.TrimSpace(rest), "="); ok {
			found = append(found, directive{key, value, n})
		}
	}
	return found
}

// links returns which packages that ask for settings each main package is built from.
func (a *audit) links(ctx context.Context) (map[string][]string, error) {
	asking := map[string]bool{"crypto": true}
	for _, s := range a.settings {
		asking[s.Package] = true
	}
	found := make(map[string][]string)
	for _, u := range a.units {
		args := []string{"-e", "-json=ImportPath,Deps"}
		for _, p := range u.Packages {
			if p.Name == "main" {
				args = append(args, p.ImportPath)
			}
		}
		if len(args) == 2 {
			continue
		}
		type listed struct {
			ImportPath string
			Deps       []string
		}
		for l, err := range gocmd.Decode[listed](ctx, u.g, "list", args...) {
			if err != nil {
				if err := a.canceled(ctx, "what the programs of "+a.name(u)+" are built from", err); err != nil {
					return nil, err
				}
				break
			}
			l.Deps = slices.DeleteFunc(l.Deps, func(path string) bool { return !asking[path] })
			slices.Sort(l.Deps)
			found[l.ImportPath] = l.Deps
		}
	}
	return found, nil
}

// weaknesses notes what the programs of the view ship with because of their old lines.
func (a *audit) weaknesses() {
	type key struct {
		setting, value string
		pos            token.Position
	}
	byKey := make(map[key]*Weakness)
	for _, p := range a.report.Programs {
		if p.View != a.o.View {
			continue
		}
		for name, value := range p.Settings {
			s := a.setting(name)
			if s == nil || s.Weak == "" || value != s.Old || !linked(p.Links, cmp.Or(s.WeakIn, s.Package)) {
				continue
			}
			k := key{name, value, p.Decides}
			if byKey[k] == nil {
				byKey[k] = &Weakness{Setting: name, Value: value, Pos: p.Decides, Text: s.Weak, Source: s.Source}
			}
			byKey[k].Mains = append(byKey[k].Mains, p.ImportPath)
		}
	}
	for _, w := range byKey {
		a.report.Weaknesses = append(a.report.Weaknesses, *w)
	}
	slices.SortFunc(a.report.Weaknesses, func(x, y Weakness) int {
		return cmp.Or(cmp.Compare(x.Setting, y.Setting), cmp.Compare(x.Pos.Filename, y.Pos.Filename))
	})
}

// mains returns the programs that a change of a package concerns: those that link it and,
// if the change is that of a setting, for which the setting moves.
func (a *audit) mains(pkg, setting string) []string {
	var all []string
	for path, deps := range a.deps {
		if !slices.Contains(deps, pkg) {
			continue
		}
		if setting == "" || slices.Contains(a.movesOf(path), setting) {
			all = append(all, path)
		}
	}
	slices.Sort(all)
	return all
}

// movesOf returns the settings that move for a program in the view.
func (a *audit) movesOf(main string) []string {
	for _, p := range a.report.Programs {
		if p.View == a.o.View && p.ImportPath == main {
			return p.Moves
		}
	}
	return nil
}
