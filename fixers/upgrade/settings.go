package upgrade

import (
	"fmt"
	"go/version"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// godebugLines is the release since which go.mod and go.work files have godebug lines.
// See https://go.dev/doc/go1.23#go-command.
const godebugLines = "go1.23"

// A setting is a GODEBUG setting that a package needs.
type setting struct{ pkg, name, value string }

// keepable reports whether lines can keep settings what they were.
func (p *planner) keepable() bool { return version.Compare("go"+p.r.To, godebugLines) >= 0 }

// keepSettings has godebug lines take a part of what the new go lines bring back: in go.mod,
// for the module's programs and tests, and in go.work, which decides where it is in force. A
// line in the tests alone would have them pass, and the programs behave otherwise.
func (p *planner) keepSettings(settings []setting) (added bool, err error) {
	for _, s := range settings {
		m := p.moduleOf(s.pkg)
		if m == nil {
			continue
		}
		ours, err := p.addGodebug(m, filepath.Join(m.Dir, "go.mod"), s)
		if err != nil {
			return added, err
		}
		added = added || ours
		if p.w.WorkFile == nil {
			continue
		}
		if ours, err = p.addGodebug(nil, p.w.WorkFile.Path, s); err != nil {
			return added, err
		}
		added = added || ours
	}
	return added, nil
}

// moduleOf returns the module of a package.
func (p *planner) moduleOf(pkg string) *workspace.Module {
	for key, state := range p.r.Base.Packages {
		if key.Package != pkg {
			continue
		}
		for _, m := range p.w.Modules {
			if m.Name() == state.Module {
				return m
			}
		}
	}
	return nil
}

// addGodebug adds a line to the go.mod file of a module, or to a go.work file if that is nil.
// It reports whether the file had no line for the setting.
func (p *planner) addGodebug(m *workspace.Module, name string, s setting) (bool, error) {
	old, err := p.content(name)
	if err != nil {
		return false, err
	}
	var lines []*modfile.Godebug
	var content []byte
	if m != nil {
		f, err := modfile.Parse(name, old, nil)
		if err != nil {
			return false, err
		}
		lines = f.Godebug
		if err := f.AddGodebug(s.name, s.value); err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		f.Cleanup()
		content = modfile.Format(f.Syntax)
	} else {
		f, err := modfile.ParseWork(name, old, nil)
		if err != nil {
			return false, err
		}
		lines = f.Godebug
		if err := f.AddGodebug(s.name, s.value); err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		f.Cleanup()
		content = modfile.Format(f.Syntax)
	}
	for _, line := range lines {
		if line.Key == s.name {
			return false, nil // somebody has decided that
		}
	}
	p.note([]align.Change{{File: name, Old: old, New: content}})
	p.r.Lines.Raised = append(p.r.Lines.Raised, align.Raise{Module: m, Path: "godebug " + s.name, To: s.value})
	return true, nil
}

// content returns what a file is to be by now.
func (p *planner) content(name string) ([]byte, error) {
	if c, ok := p.files[name]; ok {
		return c.New, nil
	}
	return os.ReadFile(name)
}
