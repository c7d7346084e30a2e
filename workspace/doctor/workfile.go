package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/version"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

var workFileCheck = Check{
	Name:  "work-file",
	Title: "a go.work file that does not fit its modules",
	Why:   "The go command refuses the whole workspace if a listed module is not there, or needs a newer Go than go.work says. What go.work does not list is tested by no command for all modules.",
	Fixes: true,
	run: func(ctx context.Context, x *exam) error {
		if x.w.WorkFile == nil {
			return nil
		}
		x.goneMembers()
		x.twice()
		x.oldWorkGo()
		x.oldWorkToolchain()
		if tracked(ctx, x.w.WorkFile.Path) {
			x.unlisted()
		}
		return nil
	},
}

// workPos returns a line of the go.work file in force.
func (x *exam) workPos(line *modfile.Line) token.Position {
	p := token.Position{Filename: x.w.WorkFile.Path}
	if line != nil {
		p.Line = line.Start.Line
	}
	return p
}

// goneMembers tells of listed directories without a go.mod file.
func (x *exam) goneMembers() {
	for _, use := range x.w.WorkFile.File.Use {
		path := use.Path
		dir := filepath.FromSlash(path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(x.w.WorkFile.Path), dir)
		}
		f := Finding{
			Level: Broken, Pos: x.workPos(use.Syntax),
			Text: fmt.Sprintf("%s is listed and has no go.mod file, at which every go command fails", path),
			Mend: "add the module, or remove the line",
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			f.Text = fmt.Sprintf("%s is listed and not there, at which every go command fails", path)
			f.Mend, f.Fix = "go work edit -dropuse="+path, true
			f.mend = &align.Mend{
				What: fmt.Sprintf("go.work: drop %s, which is not there", path),
				Work: func(w *modfile.WorkFile) error { return w.DropUse(path) },
			}
		}
		x.add(f)
	}
}

// twice tells of members with the same path.
func (x *exam) twice() {
	byPath := make(map[string]*workspace.Module)
	for _, m := range x.members() {
		first := byPath[m.Path]
		if first == nil {
			byPath[m.Path] = m
			continue
		}
		x.add(Finding{
			Level: Broken, Module: m, Pos: goModPos(m, m.File.Module.Syntax.Start.Line),
			Text: fmt.Sprintf("go.work lists %s, too, which is a module of the same path, %s, at which every go command fails", first.Rel, m.Path),
			Mend: "remove one of them from go.work, or rename it",
		})
	}
}

// oldWorkGo tells if a member needs a newer Go than go.work says.
func (x *exam) oldWorkGo() {
	var needs *workspace.Module
	for _, m := range x.members() {
		if v := m.GoVersion(); v != "" && (needs == nil || version.Compare("go"+v, "go"+needs.GoVersion()) > 0) {
			needs = m
		}
	}
	file := x.w.WorkFile.File
	has := "1.18" // without a go line, https://go.dev/ref/mod#workspaces
	var line *modfile.Line
	if file.Go != nil {
		has, line = file.Go.Version, file.Go.Syntax
	}
	if needs == nil || version.Compare("go"+has, "go"+needs.GoVersion()) >= 0 {
		return
	}
	to := needs.GoVersion()
	x.add(Finding{
		Level: Broken, Pos: x.workPos(line),
		Text: fmt.Sprintf("go.work says go %s and lists %s, which needs %s, at which every go command fails", has, needs.Rel, to),
		Mend: "go work use", Fix: true,
		mend: &align.Mend{
			What: "go.work: raise the go line to " + to,
			Work: func(w *modfile.WorkFile) error {
				if w.Toolchain != nil && version.Compare(w.Toolchain.Name, "go"+to) <= 0 {
					w.DropToolchainStmt()
				}
				return w.AddGoStmt(to)
			},
		},
	})
}

// oldWorkToolchain tells if go.work asks for an older toolchain than a member does, whose
// toolchain line counts for nothing in the workspace.
func (x *exam) oldWorkToolchain() {
	file := x.w.WorkFile.File
	if file.Toolchain == nil || !version.IsValid(file.Toolchain.Name) {
		return
	}
	newest := file.Toolchain.Name
	var wants *workspace.Module
	for _, m := range x.members() {
		if t := m.File.Toolchain; t != nil && version.IsValid(t.Name) && version.Compare(t.Name, newest) > 0 {
			newest, wants = t.Name, m
		}
	}
	if wants == nil {
		return
	}
	x.add(Finding{
		Level: Untidy, Pos: x.workPos(file.Toolchain.Syntax),
		Text: fmt.Sprintf("go.work says toolchain %s, and %s asks for %s, which counts only when it is built by itself", file.Toolchain.Name, wants.Rel, newest),
		Mend: "go work edit -toolchain=" + newest, Fix: true,
		mend: &align.Mend{
			What: "go.work: raise the toolchain line to " + newest,
			Work: func(w *modfile.WorkFile) error { return w.AddToolchainStmt(newest) },
		},
	})
}

// unlisted tells of modules that no go.work file lists. Examples and tools may be left out
// for their dependencies' sake, so it is told in one finding.
func (x *exam) unlisted() {
	var out []*workspace.Module
	for _, m := range x.loaded() {
		if m.WorkFile == nil {
			out = append(out, m)
		}
	}
	if len(out) == 0 {
		return
	}
	mend := ""
	if len(out) <= 3 {
		mend = "go work use " + strings.Join(dirs(out), " ")
	}
	x.add(Finding{
		Level: Untidy, Pos: x.workPos(nil),
		Text: fmt.Sprintf("go.work does not list %s", someModules(out)),
		Mend: mend,
	})
}

func dirs(modules []*workspace.Module) []string {
	var all []string
	for _, m := range modules {
		all = append(all, "./"+m.Rel)
	}
	return all
}

// members returns the modules that the go.work file in force lists, as far as they parse.
func (x *exam) members() []*workspace.Module {
	return slices.DeleteFunc(x.loaded(), func(m *workspace.Module) bool { return m.WorkFile != x.w.WorkFile })
}

// readWorkSums reads the go.work.sum file, if there is one.
func (x *exam) readWorkSums() ([]byte, error) {
	if x.w.WorkFile == nil {
		return nil, nil
	}
	data, err := os.ReadFile(x.w.WorkFile.Path + ".sum")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// addedSums tells of sums that the go command has added to go.work.sum while it looked, as
// any of its commands does in the workspace.
func (x *exam) addedSums(ctx context.Context) error {
	now, err := x.readWorkSums()
	if err != nil || bytes.Equal(now, x.workSums) {
		return err
	}
	added, removed := lineChanges(x.workSums, now)
	name := x.w.WorkFile.Path + ".sum"
	own := !tracked(ctx, x.w.WorkFile.Path) || len(ignored(ctx, filepath.Dir(name), []string{name})) > 0
	if len(added)+len(removed) == 0 || own {
		return nil // a file that git does not keep is one developer's own
	}
	x.add(Finding{
		Level: Untidy, Pos: token.Position{Filename: name},
		Text: fmt.Sprintf("it is not complete: the go command %s as it looked", changeText(added, removed)),
		Mend: "commit the file",
	})
	return nil
}
