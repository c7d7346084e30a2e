package audit

import (
	"bufio"
	"cmp"
	"go/build/constraint"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/workspace"
)

// perIteration is the version of the language that gives each turn of a loop its own
// variables, and oldest the one that a build constraint can bring a file down to (see
// go/types, Checker.initFiles).
const (
	perIteration = 22
	oldest       = "go1.21"
)

// findPins finds the files that keep the language of an older version.
func (a *audit) findPins() {
	a.pinned = make(map[string]bool)
	if a.to < perIteration {
		return
	}
	for _, p := range a.sel.Packages {
		for _, name := range slices.Concat(p.GoFiles, p.CgoFiles, p.TestGoFiles, p.XTestGoFiles) {
			name = filepath.Join(p.Dir, name)
			pin, ok := readPin(name)
			if !ok {
				continue
			}
			pin.Module = p.Module.Name()
			a.pinned[name] = !pin.Latent
			a.report.Pins = append(a.report.Pins, pin)
		}
	}
	slices.SortFunc(a.report.Pins, func(x, y Pin) int { return cmp.Compare(x.Pos.Filename, y.Pos.Filename) })
}

// readPin returns the build constraint by which a file keeps the old meaning of loops. A file
// that can't be read has none: the go command says so.
func readPin(name string) (Pin, bool) {
	f, err := os.Open(name)
	if err != nil {
		return Pin{}, false
	}
	defer f.Close()
	var plus Pin
	for scan, n := bufio.NewScanner(f), 1; scan.Scan(); n++ {
		text := strings.TrimSpace(scan.Text())
		if strings.HasPrefix(text, "package ") {
			break
		}
		if !constraint.IsGoBuild(text) && !constraint.IsPlusBuild(text) {
			continue
		}
		expr, err := constraint.Parse(text)
		if err != nil {
			continue
		}
		v := constraint.GoVersion(expr)
		pin := Pin{Pos: token.Position{Filename: name, Line: n}, Latent: constraint.IsPlusBuild(text)}
		pins := v != "" && version.Compare(v, "go1.22") < 0
		if version.Compare(v, oldest) < 0 {
			v = oldest
		}
		pin.Version = strings.TrimPrefix(v, "go")
		if constraint.IsGoBuild(text) { // the older form counts for nothing beside it
			return pin, pins
		}
		if pins {
			plus = pin
		}
	}
	return plus, plus.Pos.Line > 0
}

// findRemoved finds the lines that ask for settings which a toolchain does not know.
func (a *audit) findRemoved() {
	files := make(map[*workspace.WorkFile]bool)
	for _, u := range a.units {
		for _, m := range u.Modules {
			if m.WorkFile != nil && !files[m.WorkFile] {
				files[m.WorkFile] = true
				for _, g := range m.WorkFile.File.Godebug {
					a.removed(g.Key, g.Value, token.Position{Filename: m.WorkFile.Path, Line: g.Syntax.Start.Line})
				}
			}
			if m.File == nil {
				continue
			}
			for _, g := range m.File.Godebug {
				a.removed(g.Key, g.Value, token.Position{Filename: filepath.Join(m.Dir, "go.mod"), Line: g.Syntax.Start.Line})
			}
		}
	}
	for _, p := range a.sel.Packages {
		files := p.TestGoFiles
		if p.Name == "main" {
			files = slices.Concat(p.GoFiles, p.CgoFiles, files)
		}
		for _, name := range slices.Concat(files, p.XTestGoFiles) {
			name = filepath.Join(p.Dir, name)
			for _, d := range readDirectives(name) {
				a.removed(d.key, d.value, token.Position{Filename: name, Line: d.line})
			}
		}
	}
	slices.SortFunc(a.report.Removed, func(x, y Removed) int {
		return cmp.Or(cmp.Compare(x.Pos.Filename, y.Pos.Filename), cmp.Compare(x.Pos.Line, y.Pos.Line))
	})
}

// refuses is the first toolchain whose go command fails at a removed setting.
const refuses = 27

// removed notes a line that asks for a removed setting. One that asks for the value which is
// the only one now is fine.
func (a *audit) removed(name, value string, pos token.Position) {
	s := a.setting(name)
	if s == nil || s.Removed == 0 || !slices.Contains(s.Gone, value) {
		return
	}
	since := godebugs.MinorVersion(s.Removed)
	r := Removed{Pos: pos, Setting: name, Value: value, Since: since, Fails: true}
	r.Text = "a Go " + godebugs.MinorVersion(max(s.Removed, refuses)) + " toolchain refuses to build with " + name + "=" + value
	if s.Text != "" {
		r.Text += ": from then on " + s.Text
	}
	a.report.Removed = append(a.report.Removed, r)
}
