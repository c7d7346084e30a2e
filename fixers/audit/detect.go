package audit

import (
	"fmt"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/fixers/audit/internal/detect"
	"github.com/gomend/gomend/workspace"
)

// detect finds places in the code of a unit that are concerned by settings that move, and by
// changes of the toolchain.
func (a *audit) detect(u *unit, c *code) error {
	changes := make(map[string]detect.Change)
	var analyzers []*analysis.Analyzer
	for _, d := range detect.All() {
		wanted := false
		for _, change := range d.Changes {
			if a.concerns(u, change) {
				changes[change.Name] = change
				wanted = true
			}
		}
		if wanted {
			analyzers = append(analyzers, d.Analyzer)
		}
	}
	if len(analyzers) == 0 || len(c.pkgs) == 0 {
		return nil
	}
	graph, err := checker.Analyze(analyzers, c.pkgs, nil)
	if err != nil {
		return fmt.Errorf("looking for changes in the code of %s: %w", a.name(u), err)
	}
	reached := reach(c)
	for _, act := range graph.Roots {
		if act.Err != nil {
			a.undone(fmt.Sprintf("%s in package %s", act.Analyzer.Name, act.Package.PkgPath), act.Err)
			continue
		}
		for _, d := range act.Diagnostics {
			if change, ok := changes[d.Category]; ok {
				a.detected(u, c, act.Package, d, change, reached)
			}
		}
	}
	return nil
}

// concerns reports whether a change comes with the version for what is built in a unit.
func (a *audit) concerns(u *unit, change detect.Change) bool {
	if change.Windows && a.goos() != "windows" {
		return false
	}
	if change.Toolchain != 0 {
		return godebugs.Minor(u.line.version) < change.Toolchain && change.Toolchain <= a.to
	}
	for _, s := range u.moves {
		if s.Name == change.Name {
			return true
		}
	}
	for _, p := range u.Packages {
		if p.Name == "main" && moves(a.movesOf(p.ImportPath), change.Name) {
			return true
		}
	}
	return false
}

func moves(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// detected notes what a detector found.
func (a *audit) detected(u *unit, c *code, p *packages.Package, d analysis.Diagnostic, change detect.Change, reached reachable) {
	pos := c.fset.Position(d.Pos)
	where, ok := c.files[pos.Filename]
	if !ok { // of a file that was generated from another one
		return
	}
	f := Finding{
		Cause: change.Name, Trigger: Godebug, Evidence: Pattern, Sure: true,
		Pos: pos, Module: module(p), Package: importPath(p), Test: isTest(pos.Filename), Text: d.Message,
	}
	if reached.has(p, where.file, d.Pos) {
		f.Evidence = Reachable
	}
	if change.Toolchain != 0 {
		f.Trigger, f.Source, f.Keep = Toolchain, change.Source, change.Instead
		if !f.Test {
			f.Mains = a.mains(f.Package, "")
		}
		a.found = append(a.found, f)
		return
	}
	s := a.setting(change.Name)
	f.Source, f.Keep = s.Source, a.keep(s)
	if !f.Test {
		f.Mains = a.mains(f.Package, change.Name)
	}
	if len(f.Mains) == 0 && (!f.Test && len(a.mains(f.Package, "")) > 0 || !a.movesForTests(u, f.Package, f.Test, change.Name)) {
		return // whatever is built with it keeps the value that it has
	}
	if change.Shipped && f.Test {
		a.report.Considered = append(a.report.Considered, f)
		return
	}
	a.found = append(a.found, f)
}

// movesForTests reports whether a setting moves for the tests of a package.
func (a *audit) movesForTests(u *unit, pkg string, test bool, setting string) bool {
	for _, s := range u.moves {
		if s.Name != setting {
			continue
		}
		for _, p := range u.Packages {
			if p.ImportPath == pkg {
				return a.movesIn(p, test, &s)
			}
		}
	}
	return false
}

// movesIn reports whether a setting that moves for some tests does so for those of a package.
func (a *audit) movesIn(p *workspace.Package, test bool, s *godebugs.Setting) bool {
	l := a.decides(p.Module, a.o.View)
	return a.moves(s, l.version, l.godebug) && !a.asks(p, test, s.Name)
}
