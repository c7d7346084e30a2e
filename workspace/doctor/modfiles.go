package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

type (
	requirement = modfile.Require
	modFile     = modfile.File

	moduleVersion = module.Version
)

// goModPos returns a line of a module's go.mod file.
func goModPos(m *workspace.Module, line int) token.Position {
	return token.Position{Filename: filepath.Join(m.Dir, "go.mod"), Line: line}
}

// requirePos returns where a module requires another.
func requirePos(m *workspace.Module, path string) token.Position {
	for _, r := range m.File.Require {
		if r.Mod.Path == path && r.Syntax != nil {
			return goModPos(m, r.Syntax.Start.Line)
		}
	}
	return goModPos(m, 0)
}

func goLine(f *modfile.File) int {
	if f.Go == nil || f.Go.Syntax == nil {
		return 0
	}
	return f.Go.Syntax.Start.Line
}

var siblingCheck = Check{
	Name:  "unreleased",
	Title: "a sibling is required at a version that is not there",
	Why:   "In the workspace it is taken from the tree. Nobody else can build the module until that version is tagged and pushed.",
	run: func(ctx context.Context, x *exam) error {
		for _, u := range x.release.Unreleased {
			tag, err := x.tagOf(ctx, u)
			if err != nil {
				return err
			}
			for _, m := range x.loaded() {
				if !requiresExactly(m, u.Version) {
					continue
				}
				x.add(Finding{
					Level: Broken, Module: m, Pos: requirePos(m, u.Version.Path),
					Text: fmt.Sprintf("it requires %s, which can't be had: %s", u.Version, firstLine(u.Reason)),
					Mend: fmt.Sprintf("push the tag %s, or require a version that is there", tag),
				})
			}
		}
		return nil
	},
}

func requiresExactly(m *workspace.Module, v module.Version) bool {
	return slices.ContainsFunc(m.File.Require, func(r *requirement) bool { return r.Mod == v })
}

var behindCheck = Check{
	Name:  "behind",
	Title: "a sibling is required at an older version than the newest",
	Why:   "The module is developed with what is in the tree, and its users may get the older one.",
	Fixes: true,
	run: func(ctx context.Context, x *exam) error {
		for _, m := range x.loaded() {
			for _, r := range m.File.Require {
				i := slices.IndexFunc(x.w.Modules, func(k *workspace.Module) bool { return k.Path == r.Mod.Path })
				if i < 0 || workspace.Replaces(m.File, r.Mod) {
					continue
				}
				tags, err := x.tagged(ctx, x.w.Modules[i])
				if err != nil {
					return err
				}
				newest := newest(tags, r.Mod.Version)
				if newest == "" || semver.Compare(r.Mod.Version, newest) >= 0 {
					continue
				}
				f := Finding{
					Level: Untidy, Module: m, Pos: requirePos(m, r.Mod.Path),
					Text: fmt.Sprintf("it requires %s, of which %s is tagged", r.Mod, newest),
					Mend: fmt.Sprintf("go get %s@%s, with GOWORK=off, in the module", r.Mod.Path, newest),
				}
				if !r.Indirect { // what others need is theirs to raise
					f.Fix, f.mend = true, requireAt(m, r.Mod.Path, newest)
				}
				x.add(f)
			}
		}
		return nil
	},
}

var replaceCheck = Check{
	Name:  "replace",
	Title: "a replace line that users do not have",
	Why:   `"go install module/program@version" refuses modules with replace lines. Who imports the module gets what it requires, not what it is replaced by.`,
	run: func(_ context.Context, x *exam) error {
		mains := make(map[*workspace.Module][]string)
		for _, p := range x.work.Packages {
			if p.Name == "main" && !internal(p.ImportPath) {
				mains[p.Module] = append(mains[p.Module], p.ImportPath)
			}
		}
		var libraries []*workspace.Module // that replace nothing but siblings
		for _, m := range x.loaded() {
			switch {
			case len(m.File.Replace) == 0:
			case len(mains[m]) == 0 && !slices.ContainsFunc(m.File.Replace, func(r *modfile.Replace) bool { return !x.isSibling(r.Old.Path) }):
				libraries = append(libraries, m)
			default:
				x.replaced(m, mains[m])
			}
		}
		if len(libraries) > 0 {
			x.add(Finding{
				Level: Untidy, Pos: goModPos(libraries[0], libraries[0].File.Replace[0].Syntax.Start.Line),
				Text: fmt.Sprintf("siblings are replaced by their directories in %s, and not for who imports these", someModules(libraries)),
			})
		}
		return nil
	},
}

// replaced tells of a module's replace lines, of which there is at least one.
func (x *exam) replaced(m *workspace.Module, programs []string) {
	first := m.File.Replace[0]
	to := first.New.Path
	if first.New.Version != "" {
		to = first.New.String()
	}
	text := fmt.Sprintf("%s is replaced by %s", first.Old, to)
	if n := len(m.File.Replace); n > 1 {
		text += fmt.Sprintf(", and %d more are", n-1)
	}
	f := Finding{
		Level: Untidy, Module: m, Pos: goModPos(m, first.Syntax.Start.Line),
		Text: text + ", and not for who imports the module",
	}
	if len(programs) > 0 {
		f.Level = Broken
		f.Text = fmt.Sprintf("%s, so that %s can't be installed with \"go install\"", text, somePrograms(programs))
	}
	siblings := func(r *modfile.Replace) bool { return x.isSibling(r.Old.Path) }
	if x.w.WorkFile != nil && slices.ContainsFunc(m.File.Replace, siblings) {
		f.Mend = "go.work has the siblings: replace the versions that are not released there, and not here"
	}
	x.add(f)
}

// internal reports whether nobody else is meant to use a package, not even as a program.
func internal(path string) bool {
	return slices.Contains(strings.Split(path, "/"), "internal")
}

func somePrograms(paths []string) string {
	if n := len(paths); n > 1 {
		return fmt.Sprintf("%s and %d more programs", paths[0], n-1)
	}
	return paths[0]
}

var tidyCheck = Check{
	Name:  "tidy",
	Title: "go.mod or go.sum is not tidy",
	Why:   `The go command asks for "go mod tidy" where a requirement or a sum is missing; what is too much is fetched by users.`,
	Fixes: true,
	run: func(ctx context.Context, x *exam) error {
		r, err := align.Untidy(ctx, x.cfg, align.Options{})
		if err != nil {
			return err
		}
		if err := x.addedSums(ctx); err != nil {
			return err
		}
		for _, c := range r.Changes {
			if x.w.WorkFile != nil && c.File == x.w.WorkFile.Path+".sum" && !tracked(ctx, x.w.WorkFile.Path) {
				continue // it is one developer's own
			}
			added, removed := lineChanges(c.Old, c.New)
			f := Finding{
				Level: Untidy, Pos: token.Position{Filename: c.File}, Fix: true, Mend: "go mod tidy, with GOWORK=off, in the module",
				Text: fmt.Sprintf("tidying %s", changeText(added, removed)),
			}
			if filepath.Base(c.File) == "go.work.sum" {
				f.Mend = "go list -deps -test work, which adds to it"
			}
			for _, m := range x.w.Modules {
				if m.Dir == filepath.Dir(c.File) && !strings.HasPrefix(filepath.Base(c.File), "go.work") {
					f.Module = m
				}
			}
			x.add(f)
		}
		return x.untidied(r.Failures)
	},
}

// untidied returns the modules that can't be tidied as one error, but for those that are
// told as such.
func (x *exam) untidied(all []workspace.Failure) error {
	var errs []error
	for i := range all {
		if !slices.ContainsFunc(x.failures(), func(f workspace.Failure) bool { return f.Module.Dir == all[i].Module.Dir }) {
			errs = append(errs, &all[i])
		}
	}
	return errors.Join(errs...)
}

// lineChanges returns the lines that one text has and the other has not.
func lineChanges(old, new []byte) (added, removed []string) {
	before, after := lines(old), lines(new)
	for _, l := range after {
		if !slices.Contains(before, l) {
			added = append(added, l)
		}
	}
	for _, l := range before {
		if !slices.Contains(after, l) {
			removed = append(removed, l)
		}
	}
	return added, removed
}

func lines(text []byte) []string {
	var all []string
	for line := range bytes.Lines(text) {
		if l := strings.TrimSpace(string(line)); l != "" {
			all = append(all, l)
		}
	}
	return all
}

func changeText(added, removed []string) string {
	var parts []string
	for _, side := range []struct {
		verb  string
		lines []string
	}{{"adds", added}, {"removes", removed}} {
		switch n := len(side.lines); {
		case n == 1:
			parts = append(parts, fmt.Sprintf("%s %q", side.verb, side.lines[0]))
		case n > 1:
			parts = append(parts, fmt.Sprintf("%s %d lines, the first %q", side.verb, n, side.lines[0]))
		}
	}
	if len(parts) == 0 {
		return "changes the order of its lines"
	}
	return strings.Join(parts, " and ")
}
