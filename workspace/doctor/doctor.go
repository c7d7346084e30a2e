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
	"go/token"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
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

	run func(context.Context, *exam) error
}

// Checks returns the checks, sorted by name.
func Checks() []Check {
	all := []Check{
		loadCheck, importCheck, buildCheck, siblingCheck, behindCheck, skewCheck, liftCheck,
		replaceCheck, goLineCheck, pinCheck, godebugCheck, tidyCheck, withdrawnCheck,
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
}

// Options say what to look at.
type Options struct {
	// Checks are the names of checks; all that are not slow if there is none.
	Checks []string

	// Step, if not nil, is called as each check begins.
	Step func(check string)
}

// A Report is what an examination found.
type Report struct {
	Modules int // how many there are

	Findings []Finding // those of modules by their directories; the worst first in each

	// Failures are modules that can't be loaded even as they are developed. What
	// concerns them is not known.
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
	x := &exam{cfg: cfg, w: w}
	if x.work, err = w.Load(ctx, workspace.Work, "work"); err != nil {
		return nil, err
	}
	if x.release, err = w.Load(ctx, workspace.Release, "work"); err != nil {
		return nil, err
	}
	r := &Report{Modules: len(w.Modules), Failures: x.work.Failures, Undone: make(map[string]error)}
	for _, c := range Checks() {
		if len(o.Checks) == 0 && c.Slow || len(o.Checks) > 0 && !slices.Contains(o.Checks, c.Name) {
			continue
		}
		if o.Step != nil {
			o.Step(c.Name)
		}
		x.check = c.Name
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
	check         string
	findings      []Finding
}

func (x *exam) add(f Finding) {
	f.Check = x.check
	x.findings = append(x.findings, f)
}
