// Package upgrade moves a code base to a newer Go, and proves that nothing is worse.
//
// Plan notes what works, audits what will behave differently, raises the go lines and the
// places outside of go.mod that name a version of Go, applies fixers, and looks again: in
// two copies of the code base, one as it is and one as it is to be. Where something is
// worse, it finds the fixes that are to blame by bisection, and takes them back. Nothing is
// written to the code base: the plan has the new contents of its files.
package upgrade

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"go/version"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gomend/gomend/fixers/audit"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/mend"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
	"github.com/gomend/gomend/workspace/pins"
	"github.com/gomend/gomend/workspace/verify"
)

// Options say what to do.
type Options struct {
	// To is the Go version to move to, as "1.22" or "1.26.1".
	To string

	// Fixers are those to apply.
	Fixers []*fix.Fixer

	// Suggestions tells to apply fixes of the tier [fix.Suggestion], too.
	Suggestions bool

	// Test has the tests run, before and after, and Cover what they cover compared, which
	// runs them once more. What builds and what vet says is always compared.
	Test, Cover bool

	// TestFlags are further flags of "go test".
	TestFlags []string

	// Toolchain is the release of Go, as "go1.22.12", with which the upgrade is proven
	// besides the go command at hand. The newest of the version to move to is used if it
	// is empty, and none if it is [LocalToolchain].
	Toolchain string

	// KeepLoops has all loops that the audit finds share their variables as they did, and
	// not only those without which tests fail. It needs the audit.
	KeepLoops bool

	// NoAudit leaves out the audit.
	NoAudit bool

	// Steps asks for the result's Steps.
	Steps bool

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Site is a fix that is made, with what is known of it.
type Site struct {
	mend.Site

	// Executed tells that a test that passes runs the line, or that the line is one of a
	// test that passes. It is only known where coverage was measured.
	Executed bool
}

// A Result is what an upgrade comes to.
type Result struct {
	// To is the go line that modules get, as "1.22.0".
	To string

	// Base is what worked before. It is nil if nothing was to be done.
	Base *verify.State

	// Toolchain is the release of Go with which the upgrade was proven besides the go
	// command at hand; empty if that is of the version to move to. NoToolchain says why
	// it was not, where it ought to have been.
	Toolchain   string
	NoToolchain error

	// Audit is what will behave differently; nil if it was left out.
	Audit *audit.Report

	// Lines are the go, toolchain and require lines that change, and Pins the places
	// outside of go.mod.
	Lines *align.Lines
	Pins  *pins.Plan

	// Linters are places that name a linter which is too old for the new line.
	Linters []OldLinter

	// Tools are the tool lines that take the place of tools.go files, from Go 1.24 on; nil
	// below.
	Tools *align.Tools

	// Fixes is what applying the fixers came to. Its Applied and Changes are those of the
	// fixes that are made.
	Fixes *mend.Result

	// Sites are the fixes that are made, and RolledBack those that were taken back, as
	// something was worse with them: their Why says what.
	Sites      []Site
	RolledBack []mend.Site

	// Changes are the files that change, sorted by name, all steps together.
	Changes []align.Change

	// Steps are the changes one after the other, for a commit each, if they were asked
	// for.
	Steps []Step

	// Worse is what is worse all the same: it comes of the go lines, not of a fix. Flaky
	// are tests that fail now and then, before the upgrade too.
	Worse, Flaky []verify.Regression

	// Times are what the parts of the work took, in their order.
	Times []Time

	// Blames are what makes the tests fail that are worse with the go lines alone.
	Blames []Blame
}

// A Blame says what makes a test fail once the go lines rise.
type Blame struct {
	Package, Test string

	// Culprits are the loops and GODEBUG settings; Err says why they are not known.
	Culprits []audit.Culprit
	Err      error

	// Kept tells that the loops were rewritten to do what they did, and that godebug lines
	// keep the settings, so that the test passes.
	Kept bool
}

// An OldLinter is a place that names a linter which is too old.
type OldLinter struct {
	pins.Linter
	Needs string // the first release that is not
}

// A Time is how long a part of the work took.
type Time struct {
	Part string // in a few words
	Took time.Duration
}

// A Step is a part of an upgrade that stands by itself.
type Step struct {
	// Title and Body say what it does.
	Title, Body string

	// Changes are the files that change in this step: Old is what earlier steps have made
	// of them.
	Changes []align.Change
}

// GoLine returns the go line for a version that a user names, as "1.22", "go1.22" or
// "1.26.1": from 1.21 on a line names a release, as "1.22.0".
func GoLine(to string) (string, error) {
	v := "go" + strings.TrimPrefix(to, "go")
	if !version.IsValid(v) || strings.Count(v, ".") == 0 {
		return "", fmt.Errorf("%q is no version of Go: name one such as 1.22 or 1.26.1", to)
	}
	if version.Compare(v, "go1.16") < 0 {
		return "", fmt.Errorf("go%s is older than go1.16, the oldest that an upgrade can move to", strings.TrimPrefix(v, "go"))
	}
	if version.Compare(v, "go1.21") >= 0 && version.Lang(v) == v {
		v += ".0"
	}
	return strings.TrimPrefix(v, "go"), nil
}

// Plan plans to move the code base that cfg names to a newer Go. An error means that
// nothing could be planned; what of an upgrade is worse than it was is in the result.
func Plan(ctx context.Context, cfg workspace.Config, o Options) (*Result, error) {
	if o.Step == nil {
		o.Step = func(string) {}
	}
	to, err := GoLine(o.To)
	if err != nil {
		return nil, err
	}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	if err := elsewhere(w); err != nil {
		return nil, err
	}
	if w.WorkFile == nil && len(w.Modules) == 1 && w.Modules[0].Err != nil {
		return nil, w.Modules[0].Err
	}
	p := &planner{cfg: cfg, o: o, w: w, r: &Result{To: to}, files: make(map[string]align.Change), skip: make(map[line]string)}
	defer p.close()
	if err := p.plan(ctx); err != nil {
		return nil, err
	}
	return p.r, nil
}

// A planner makes one plan.
type planner struct {
	cfg   workspace.Config
	o     Options
	w     *workspace.Workspace
	r     *Result
	files map[string]align.Change // that change but for fixes, by name
	trial *trial

	shared []token.Position // variables of loops that go on sharing them
	skip   map[line]string  // lines that no fix touches any more, with the reason
}

func (p *planner) plan(ctx context.Context) error {
	var err error
	if p.o.Toolchain != "" {
		// What was asked for and can't be had is told before the work begins.
		if p.r.Toolchain, err = p.toolchain(ctx); err != nil {
			return err
		}
	}
	p.o.Step("raising go lines")
	end := p.part("go lines")
	if p.r.Lines, err = align.GoLines(ctx, p.cfg, p.r.To, align.Options{Step: p.o.Step}); err != nil {
		return err
	}
	p.note(p.r.Lines.Changes)
	p.r.Worse = p.r.Lines.Worse
	if err := p.toolLines(ctx); err != nil {
		return err
	}
	found, err := pins.Find(ctx, p.w)
	if err != nil {
		return err
	}
	if p.r.Pins, err = pins.Raise(found, p.r.To); err != nil {
		return err
	}
	p.note(p.r.Pins.Changes)
	if err := p.linters(ctx); err != nil {
		return err
	}
	end()
	end = p.part("fixers")
	if p.r.Fixes, err = p.fix(ctx, nil); err != nil {
		return err
	}
	end()
	if p.changes(p.r.Fixes) == nil {
		return nil // a second run ends here
	}
	if !p.o.NoAudit && len(p.r.Lines.Raised) > 0 {
		p.o.Step("auditing")
		end := p.part("audit")
		p.r.Audit, err = audit.Run(ctx, p.cfg, audit.Options{To: p.r.To, Test: p.o.Test, TestFlags: p.o.TestFlags, Step: p.o.Step})
		if err != nil {
			return fmt.Errorf("the audit: %w", err)
		}
		end()
		if err := p.keepLoops(ctx); err != nil {
			return err
		}
	}
	if err := p.prove(ctx); err != nil {
		return err
	}
	p.checkKept()
	p.r.Changes = p.changes(p.r.Fixes)
	p.sites()
	if p.o.Steps {
		return p.steps(ctx)
	}
	return nil
}

// linters notes which linters are too old for the new line, where any line changes.
func (p *planner) linters(ctx context.Context) error {
	if len(p.r.Lines.Raised) == 0 {
		return nil
	}
	found, err := pins.FindLinters(ctx, p.w)
	for _, l := range found {
		if needs, tooOld := l.Needs(p.r.To); tooOld {
			p.r.Linters = append(p.r.Linters, OldLinter{l, needs})
		}
	}
	return err
}

// part begins a part of the work. The function that it returns ends it.
func (p *planner) part(name string) (end func()) {
	began := time.Now()
	return func() { p.r.Times = append(p.r.Times, Time{name, time.Since(began)}) }
}

// toolLines puts tool lines in the place of tools.go files, in modules that may have them.
func (p *planner) toolLines(ctx context.Context) error {
	if version.Compare("go"+p.r.To, "go1.24") < 0 {
		return nil
	}
	cfg, done, err := p.overlaid(ctx)
	if err != nil {
		return err
	}
	defer done()
	if p.r.Tools, err = align.ToolLines(ctx, cfg, align.Options{Step: p.o.Step}); err != nil {
		return fmt.Errorf("tool lines: %w", err)
	}
	p.note(p.r.Tools.Changes)
	return nil
}

// note adds changes of files that no fixer makes. What two steps change, as go.mod files,
// the later one has seen.
func (p *planner) note(changes []align.Change) {
	for _, c := range changes {
		if before, ok := p.files[c.File]; ok {
			c.Old = before.Old
		}
		p.files[c.File] = c
	}
}

// fix applies the fixers to the code base as it is with the go lines raised, but for lines
// that are to stay, with the reason.
func (p *planner) fix(ctx context.Context, skip map[line]string) (*mend.Result, error) {
	cfg, done, err := p.overlaid(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	return mend.Run(ctx, w, mend.Options{
		Fixers: p.fixers(), Suggestions: p.o.Suggestions, Step: p.o.Step, Patterns: []string{"work"},
		Skip: func(s mend.Site) string { return cmp.Or(p.skip[lineOf(s)], skip[lineOf(s)]) },
	})
}

// changes returns the files that change with fixes, sorted by name.
func (p *planner) changes(fixes *mend.Result) []align.Change {
	all := maps.Clone(p.files)
	for _, c := range fixes.Changes {
		all[c.File] = align.Change(c)
	}
	return slices.SortedFunc(maps.Values(all), func(a, b align.Change) int { return strings.Compare(a.File, b.File) })
}

// A line is one of a file as it was. Fixes are taken back by lines: where one fixer's fix
// does harm, another one may have the same in store.
type line struct {
	file   string
	number int
}

func lineOf(s mend.Site) line { return line{s.Pos.Filename, s.Pos.Line} }

// sites notes which fixes are made, and which of them tests run.
func (p *planner) sites() {
	passing := p.passing()
	executed := p.executed()
	for _, s := range p.r.Fixes.Applied {
		site := Site{Site: s}
		if executed != nil {
			if strings.HasSuffix(s.Pos.Filename, "_test.go") {
				site.Executed = passing[s.Package]
			} else {
				site.Executed = executed(s.Pos.Filename, s.Pos.Line)
			}
		}
		p.r.Sites = append(p.r.Sites, site)
	}
}

// passing returns the packages of which all tests pass, and there are some.
func (p *planner) passing() map[string]bool {
	all := make(map[string]bool)
	for key, pkg := range p.r.Base.Packages {
		if key.View != workspace.Work {
			continue
		}
		ok := false
		for _, outcome := range pkg.Tests {
			ok = ok || outcome == verify.Passed
			if outcome == verify.Failed {
				ok = false
				break
			}
		}
		all[key.Package] = ok
	}
	return all
}

// executed returns a function that reports whether tests run a line of a file, or nil if
// that was not measured.
func (p *planner) executed() func(file string, line int) bool {
	covered := p.r.Base.Coverage[workspace.Work]
	if covered == nil {
		return nil
	}
	type span struct{ from, to int }
	ran := make(map[string][]span)
	for _, pkg := range covered.Packages {
		for _, f := range pkg.Files {
			for _, b := range f.Blocks {
				if b.Times > 0 {
					ran[f.Path] = append(ran[f.Path], span{b.StartLine, b.EndLine})
				}
			}
		}
	}
	return func(file string, line int) bool {
		return slices.ContainsFunc(ran[p.relative(file)], func(s span) bool { return s.from <= line && line <= s.to })
	}
}

// Failing returns what did not work before the upgrade, sorted: packages that do not build,
// and tests that fail.
func (r *Result) Failing() []string {
	if r.Base == nil {
		return nil
	}
	failing := make(map[string]bool)
	for key := range r.Base.Modules {
		failing[key.Module] = true
	}
	for key, pkg := range r.Base.Packages {
		if pkg.Broken != "" {
			failing[key.Package] = true
		}
		for name, outcome := range pkg.Tests {
			if outcome == verify.Failed {
				failing[strings.TrimSuffix(key.Package+"."+name, ".")] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(failing))
}

// Incomplete reports whether part of the upgrade was not done: something is worse, was taken
// back, or could not be looked at.
func (r *Result) Incomplete() bool {
	return len(r.Worse)+len(r.RolledBack) > 0 || len(r.Lines.Failures)+len(r.Lines.Left) > 0 ||
		r.Fixes != nil && len(r.Fixes.Failures)+len(r.Fixes.Modules) > 0 || r.Audit != nil && len(r.Audit.Undone) > 0
}

// Nothing reports whether there is nothing to do.
func (r *Result) Nothing() bool { return len(r.Changes) == 0 }

// compareSites sorts sites by file and place.
func compareSites(a, b mend.Site) int {
	return cmp.Or(strings.Compare(a.Pos.Filename, b.Pos.Filename), cmp.Compare(a.Pos.Offset, b.Pos.Offset), strings.Compare(a.Fixer, b.Fixer))
}
