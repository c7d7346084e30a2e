package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/token"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

var loadCheck = Check{
	Name:  "load",
	Title: "a module can't be loaded by itself",
	Why:   "In the workspace it can. Who imports the module gets an error.",
	run: func(_ context.Context, x *exam) error {
		for i := range x.release.Failures {
			f := &x.release.Failures[i]
			if slices.ContainsFunc(x.work.Failures, func(g workspace.Failure) bool { return g.Module == f.Module }) {
				continue // told as such
			}
			pos := f.Pos
			if pos.Filename == "" {
				pos = goModPos(f.Module, 0)
			}
			x.add(Finding{
				Level: Broken, Module: f.Module, Pos: pos,
				Text: "by itself the module can't be loaded: " + firstLine(f.Err.Error()),
				Mend: "gomend work sync", Fix: gocmd.Classify(f.Err.Error()) == gocmd.Untidy,
			})
		}
		return nil
	},
}

var importCheck = Check{
	Name:  "missing-require",
	Title: "an import for which the workspace alone has a module",
	Why:   "The go.mod file of the module does not require what it imports. The workspace lends it the module, or the requirement of another one.",
	Fixes: true,
	run: func(ctx context.Context, x *exam) error {
		here := make(map[string]*workspace.Package)
		for _, p := range x.work.Packages {
			here[p.ImportPath] = p
		}
		for _, p := range x.release.Packages {
			q := here[p.ImportPath]
			if q == nil || len(q.Errors) > 0 || len(p.Errors) == 0 {
				continue
			}
			errs := slices.Clone(p.Errors)
			slices.SortFunc(errs, func(a, b workspace.PackageError) int {
				return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), strings.Compare(a.Message, b.Message))
			})
			for i := range errs {
				f := Finding{
					Level: Broken, Module: p.Module, Pos: errs[i].Pos,
					Text: fmt.Sprintf("%s can't be built outside of the workspace: %s", p.ImportPath, firstLine(errs[i].Message)),
					Mend: "go mod tidy, with GOWORK=off, in the module",
				}
				if err := x.mendImport(ctx, &f, &errs[i]); err != nil {
					return err
				}
				x.add(f)
			}
		}
		return nil
	},
}

// mendImport gives a finding its mend: what the package is imported from is required at the
// version that it is developed with, and not at the newest, as "go mod tidy" would have it.
// A sibling is required at its newest tag.
func (x *exam) mendImport(ctx context.Context, f *Finding, e *workspace.PackageError) error {
	switch gocmd.Classify(e.Message) {
	case gocmd.Untidy:
		f.Fix = true
		return nil
	case gocmd.Missing:
	default:
		return nil
	}
	path := missing(e)
	if sibling := x.siblingOf(path); sibling != nil {
		tags, err := x.tagged(ctx, sibling)
		if err != nil {
			return err
		}
		_, major, ok := module.SplitPathVersion(sibling.Path)
		if v := newestOf(tags, func(v string) bool { return ok && module.CheckPathMajor(v, major) == nil }); v != "" {
			f.Fix, f.mend = true, requireAt(f.Module, sibling.Path, v)
		} else {
			f.Mend = fmt.Sprintf("release %s, and require that version", sibling.Path)
		}
		return nil
	}
	i := slices.IndexFunc(x.work.Units, func(u *workspace.Unit) bool { return slices.Contains(u.Modules, f.Module) })
	if i < 0 {
		return nil
	}
	list, err := x.work.BuildList(ctx, x.work.Units[i])
	if err != nil {
		return err
	}
	from := ""
	for p := range list {
		if (path == p || strings.HasPrefix(path, p+"/")) && len(p) > len(from) {
			from = p
		}
	}
	if from != "" {
		f.Fix, f.mend = true, requireAt(f.Module, from, list[from])
		f.Mend = fmt.Sprintf("go get %s@%s, with GOWORK=off, in the module", from, list[from])
	}
	return nil
}

// missing returns the import path that can't be resolved.
func missing(e *workspace.PackageError) string {
	if _, rest, ok := strings.Cut(e.Message, "provides package "); ok {
		path, _, _ := strings.Cut(strings.ReplaceAll(rest, ";", " "), " ")
		return path
	}
	if len(e.Stack) > 0 {
		return e.Stack[len(e.Stack)-1]
	}
	return ""
}

// siblingOf returns the module of the code base that a package belongs to by its path, or
// nil.
func (x *exam) siblingOf(path string) *workspace.Module {
	var found *workspace.Module
	for _, m := range x.loaded() {
		if (path == m.Path || strings.HasPrefix(path, m.Path+"/")) && (found == nil || len(m.Path) > len(found.Path)) {
			found = m
		}
	}
	return found
}

var buildCheck = Check{
	Name:  "build",
	Title: "a package that does not build by itself",
	Why:   "With the versions that its module requires, rather than those of the workspace, the package does not compile, or vet objects to it.",
	Slow:  true,
	run: func(ctx context.Context, x *exam) error {
		s, err := verify.Look(ctx, x.cfg, verify.Options{Vet: true})
		if err != nil {
			return err
		}
		for key, p := range s.Packages {
			if key.View != workspace.Release {
				continue
			}
			q := s.Packages[verify.PackageKey{View: workspace.Work, Package: key.Package}]
			if q == nil || q.Broken != "" || p.Broken == "" {
				continue
			}
			x.add(Finding{
				Level: Broken, Module: x.module(p.Module), Pos: goModPos(x.module(p.Module), 0),
				Text: fmt.Sprintf("%s builds in the workspace and not by itself: %s", key.Package, firstLine(p.Broken)),
				Mend: "gomend work sync",
			})
		}
		return nil
	},
}

// module returns the module of a name.
func (x *exam) module(name string) *workspace.Module {
	for _, m := range x.w.Modules {
		if m.Name() == name {
			return m
		}
	}
	return nil
}

// firstLine returns the first line of a message that is no heading, with those that belong
// to it.
func firstLine(text string) string {
	first := ""
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(line, "#"):
		case first == "":
			first = trimmed
		case strings.HasPrefix(line, "\t"):
			first += " " + trimmed
		default:
			return first
		}
	}
	return first
}

var skewCheck = Check{
	Name:  "skew",
	Title: "one dependency at several versions",
	Why:   "Together the modules are tested with the newest of them. Each by itself ships with its own.",
	run: func(ctx context.Context, x *exam) error {
		byPath := make(map[string]map[string][]*workspace.Module) // by version
		for _, m := range x.loaded() {
			for _, r := range m.File.Require {
				if r.Indirect || x.isSibling(r.Mod.Path) {
					continue
				}
				if byPath[r.Mod.Path] == nil {
					byPath[r.Mod.Path] = make(map[string][]*workspace.Module)
				}
				byPath[r.Mod.Path][r.Mod.Version] = append(byPath[r.Mod.Path][r.Mod.Version], m)
			}
		}
		for _, path := range slices.Sorted(maps.Keys(byPath)) {
			versions := slices.SortedFunc(maps.Keys(byPath[path]), semver.Compare)
			if len(versions) < 2 {
				continue
			}
			var parts []string
			for _, v := range versions {
				parts = append(parts, fmt.Sprintf("%s in %s", v, someModules(byPath[path][v])))
			}
			newest := versions[len(versions)-1]
			oldest := byPath[path][versions[0]][0]
			x.add(Finding{
				Level: Risky, Pos: requirePos(oldest, path),
				Text: fmt.Sprintf("%s is required at %s", path, strings.Join(parts, ", ")),
				Mend: x.evenOut(byPath[path], path, newest),
			})
		}
		return nil
	},
}

// evenOut returns what to type for modules to require the same version: if they are
// developed together they have chosen one.
func (x *exam) evenOut(byVersion map[string][]*workspace.Module, path, newest string) string {
	all := slices.Concat(slices.Collect(maps.Values(byVersion))...)
	for _, u := range x.work.Units {
		if !slices.ContainsFunc(all, func(m *workspace.Module) bool { return !slices.Contains(u.Modules, m) }) {
			return "gomend work sync"
		}
	}
	return fmt.Sprintf("gomend work get %s@%s", path, newest)
}

// someModules names modules, no more than three.
func someModules(modules []*workspace.Module) string {
	var names []string
	for _, m := range modules {
		names = append(names, m.Rel)
	}
	return some(names, 3)
}

// loaded returns the modules whose go.mod files parse.
func (x *exam) loaded() []*workspace.Module {
	return slices.DeleteFunc(slices.Clone(x.w.Modules), func(m *workspace.Module) bool { return m.Err != nil })
}

func (x *exam) isSibling(path string) bool {
	return slices.ContainsFunc(x.w.Modules, func(m *workspace.Module) bool { return m.Path == path })
}

var liftCheck = Check{
	Name:  "lifted",
	Title: "dependencies that are newer in the workspace",
	Why:   "Other modules of the workspace need newer versions, so the module is developed and tested with these, and its users get the older ones.",
	run: func(ctx context.Context, x *exam) error {
		together := make(map[*workspace.Module]map[string]string)
		var undone error // of modules that have something else
		for _, u := range x.work.Units {
			if len(u.Modules) < 2 {
				continue
			}
			list, err := x.work.BuildList(ctx, u)
			if err != nil {
				undone = errors.Join(undone, err)
				continue
			}
			for _, m := range u.Modules {
				if m.WorkFile != nil { // or nobody develops it together with others
					together[m] = list
				}
			}
		}
		for _, u := range x.release.Units {
			if len(u.Modules) != 1 || together[u.Modules[0]] == nil {
				continue
			}
			alone, err := x.release.BuildList(ctx, u)
			if err != nil {
				undone = errors.Join(undone, fmt.Errorf("%s: %w", u.Modules[0].Name(), err))
				continue
			}
			x.lifted(u.Modules[0], together[u.Modules[0]], alone)
		}
		return undone
	},
}

// lifted tells of a module's dependencies that are newer together than alone. What its
// go.mod file does not name provides no package to it, and does not count.
func (x *exam) lifted(m *workspace.Module, together, alone map[string]string) {
	var direct, indirect []string
	var first token.Position
	for _, r := range m.File.Require {
		path := r.Mod.Path
		if x.isSibling(path) || alone[path] == "" || semver.Compare(together[path], alone[path]) <= 0 {
			continue
		}
		text := fmt.Sprintf("%s (%s, not %s)", path, together[path], alone[path])
		if r.Indirect {
			indirect = append(indirect, text)
		} else {
			direct = append(direct, text)
		}
		if !first.IsValid() || !r.Indirect && len(direct) == 1 {
			first = requirePos(m, path)
		}
	}
	if len(direct)+len(indirect) == 0 {
		return
	}
	f := Finding{Level: Risky, Module: m, Pos: first, Mend: "gomend work sync"}
	if len(direct) == 0 {
		f.Level = Untidy
	}
	f.Text = fmt.Sprintf("the workspace has newer versions than the module ships with: %s", some(slices.Concat(direct, indirect), 3))
	x.add(f)
}

// some joins texts, no more than so many.
func some(texts []string, most int) string {
	if n := len(texts); n > most {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:most], ", "), n-most)
	}
	return strings.Join(texts, ", ")
}

var godebugCheck = Check{
	Name:  "godebug",
	Title: "a program with other defaults than it was tested with",
	Why:   "GODEBUG defaults follow from the go line: that of go.work for who develops, that of go.mod for who installs. Timers, loops, TLS and more depend on them.",
	run: func(ctx context.Context, x *exam) error {
		here, err := x.w.Mains(ctx, workspace.Work)
		if err != nil {
			return err
		}
		there, err := x.w.Mains(ctx, workspace.Release)
		if err != nil {
			return err
		}
		shipped := make(map[string]*workspace.Main)
		for _, m := range there {
			shipped[m.ImportPath] = m
		}
		for _, m := range here {
			s := shipped[m.ImportPath]
			if s == nil || maps.Equal(m.Godebug, s.Godebug) {
				continue
			}
			x.add(Finding{
				Level: Risky, Module: m.Module, Pos: goModPos(m.Module, goLine(m.Module.File)),
				Text: fmt.Sprintf("%s is developed with %s and ships with %s", m.ImportPath, settings(m.Godebug, s.Godebug), settings(s.Godebug, m.Godebug)),
				Mend: "give go.mod and go.work the same go and godebug lines",
			})
		}
		return nil
	},
}

// settings returns those GODEBUG settings that differ from others.
func settings(of, others map[string]string) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if others[name] != of[name] {
			all = append(all, name+"="+of[name])
		}
	}
	switch n := len(all); {
	case n == 0:
		return "the newest defaults"
	case n > 3:
		return fmt.Sprintf("%s and %d more old defaults", strings.Join(all[:3], ", "), n-3)
	}
	return strings.Join(all, ", ")
}
