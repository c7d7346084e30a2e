// Package doctor finds what is green in a workspace and broken for those who use its
// modules: who import one of them, install a program, or build with another Go.
//
// A workspace hides much: it lends modules the requirements of each other, takes siblings
// from the tree at whatever version is required, chooses one version of each dependency
// for all, and gives programs the defaults of its own go line. [Examine] looks at the code
// base as it is developed and as it ships, and tells where the two differ.
package doctor

import (
	"cmp"
	"context"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// A Level is how bad something is.
type Level string

// The levels.
const (
	// Broken fails for some user, now or with the next release.
	Broken Level = "broken"
	// Risky works, and not as the tests have seen it.
	Risky Level = "risky"
	// Untidy is not as the go command would have it, or not the same everywhere.
	Untidy Level = "untidy"
)

// A Check is one thing that is looked for.
type Check struct {
	Name  string
	Title string // what its findings have in common
	Why   string // what happens to users, in a sentence or two

	// Slow tells that the check takes long, or asks the module proxy, and is left out
	// unless it is asked for.
	Slow bool

	// Runs tells that the check runs commands that the code base names, and is left out
	// unless it is asked for by its name.
	Runs bool

	// Fixes tells that [Fix] mends findings of the check.
	Fixes bool

	run func(context.Context, *exam) error
}

// Checks returns the checks, sorted by name.
func Checks() []Check {
	all := []Check{
		loadCheck, importCheck, buildCheck, siblingCheck, behindCheck, skewCheck, liftCheck,
		replaceCheck, goLineCheck, pinCheck, godebugCheck, tidyCheck, withdrawnCheck,
		archivedCheck, generatedCheck, regenerateCheck, workFileCheck,
	}
	slices.SortFunc(all, func(a, b Check) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// A Finding is what a check has found at one place.
type Finding struct {
	Check  string
	Level  Level
	Module *workspace.Module // nil if it is none's
	Pos    token.Position    // the file is absolute; the line may be 0
	Text   string            // what is wrong, a sentence without a full stop
	Mend   string            // what to type or to change; may be empty

	// Fix tells that [Fix] mends it, unless that makes something worse.
	Fix bool

	mend *align.Mend // nil if there is none, or tidying is enough
}

// Options say what to look at.
type Options struct {
	// Checks are the names of checks; if there is none, all that are neither slow nor run
	// commands.
	Checks []string

	// Archived are modules and repositories that nobody keeps up any more.
	Archived []Archived

	// Step, if not nil, is called as each check begins, and by checks that take long with
	// what they look at. The texts are for who waits.
	Step func(what string)
}

// A Report is what an examination found.
type Report struct {
	Modules int // how many there are

	Findings []Finding // those of modules by their directories; the worst first in each

	// Failures are modules that can't be loaded even as they are developed, or packages
	// of which can't be. What concerns them is not known.
	Failures []workspace.Failure

	// Undone are the checks that could not be done, with the reason, by name.
	Undone map[string]error
}

// Examine looks at the code base. A check that can't be done is no error.
func Examine(ctx context.Context, cfg workspace.Config, o Options) (*Report, error) {
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	x := &exam{cfg: cfg, w: w, archived: o.Archived, tell: o.Step}
	if x.workSums, err = x.readWorkSums(); err != nil {
		return nil, err
	}
	if x.work, err = w.Load(ctx, workspace.Work, "work"); err != nil {
		return nil, err
	}
	if x.release, err = w.Load(ctx, workspace.Release, "work"); err != nil {
		return nil, err
	}
	r := &Report{Modules: len(w.Modules), Failures: x.failures(), Undone: make(map[string]error)}
	for _, c := range Checks() {
		if !o.wants(&c) {
			continue
		}
		x.check = c.Name
		x.step("")
		if err := c.run(ctx, x); err != nil {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			r.Undone[c.Name] = err
		}
	}
	r.Findings = x.findings
	slices.SortStableFunc(r.Findings, compareFindings)
	return r, nil
}

// failures returns the modules that can't be loaded as they are developed, whole or in part.
func (x *exam) failures() []workspace.Failure {
	all := slices.Clone(x.work.Failures)
	for _, p := range x.work.Packages {
		if len(p.Errors) == 0 || slices.ContainsFunc(all, func(f workspace.Failure) bool { return f.Module == p.Module }) {
			continue
		}
		err := fmt.Errorf("%s can't be loaded: %w", p.ImportPath, &p.Errors[0])
		all = append(all, workspace.Failure{Module: p.Module, Pos: p.Errors[0].Pos, Err: err})
	}
	slices.SortStableFunc(all, func(a, b workspace.Failure) int { return strings.Compare(a.Module.Dir, b.Module.Dir) })
	return all
}

func (o *Options) wants(c *Check) bool {
	if len(o.Checks) == 0 {
		return !c.Slow && !c.Runs
	}
	return slices.Contains(o.Checks, c.Name)
}

func compareFindings(a, b Finding) int {
	levels := []Level{Broken, Risky, Untidy}
	return cmp.Or(
		strings.Compare(a.dir(), b.dir()),
		cmp.Compare(slices.Index(levels, a.Level), slices.Index(levels, b.Level)),
		strings.Compare(a.Check, b.Check),
		strings.Compare(a.Pos.Filename, b.Pos.Filename),
		cmp.Compare(a.Pos.Line, b.Pos.Line),
		strings.Compare(a.Text, b.Text),
	)
}

// dir returns the directory of the finding's module; "" if it is none's, so that these come
// first.
func (f *Finding) dir() string {
	if f.Module == nil {
		return ""
	}
	return f.Module.Rel
}

// An exam is an examination in progress.
type exam struct {
	cfg           workspace.Config
	w             *workspace.Workspace
	work, release *workspace.Selection
	archived      []Archived
	tell          func(string)           // may be nil
	repositories  map[string]*repository // by their top directories
	workSums      []byte                 // go.work.sum before the go command has seen it; nil if there is none
	check         string
	findings      []Finding
}

// step says what is looked for, and at what.
func (x *exam) step(at string) {
	if x.tell == nil {
		return
	}
	text := "looking for " + x.check
	if at != "" {
		text += " in " + at
	}
	x.tell(text)
}

func (x *exam) add(f Finding) {
	f.Check = x.check
	x.findings = append(x.findings, f)
}
