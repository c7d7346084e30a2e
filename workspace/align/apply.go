package align

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/internal/edit"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// A Mend is a change that stands by itself: it may be made, or left, whatever becomes of
// others.
type Mend struct {
	What string // what it does, in words for messages

	// Mod, if not nil, changes the go.mod file of a module, or leaves it as it is. It is
	// called for each module that can be loaded.
	Mod func(m *workspace.Module, f *modfile.File) error

	// Work, if not nil, changes the go.work file in force.
	Work func(*modfile.WorkFile) error
}

// A Left is a mend that is not made.
type Left struct {
	What string
	Err  error // why: it can't be made, or makes something worse
}

// Apply makes the mends, and tidies the modules that they change, with those that require
// these; if all is set, all modules. A mend with which a module can't be tidied, or
// anything works less than before, is among the result's Left, and the others are made.
// What makes things worse without any mend is in Worse.
func Apply(ctx context.Context, cfg workspace.Config, mends []Mend, all bool, o Options) (*Result, error) {
	a, err := begin(ctx, cfg, o)
	if err != nil {
		return nil, err
	}
	defer a.close()
	return a.apply(ctx, mends, all)
}

func (a *alignment) apply(ctx context.Context, mends []Mend, all bool) (*Result, error) {
	p := &application{alignment: a, mends: mends, all: all, stuck: slices.Clone(a.failures), why: make([]error, len(mends))}
	keep := make([]bool, len(mends))
	for i := range keep {
		keep[i] = true
	}
	if err := p.narrow(ctx, keep, p.possible); err != nil {
		return nil, err
	}
	r, err := p.proven(ctx, keep)
	if err != nil {
		return nil, err
	}
	for i, kept := range keep {
		if !kept {
			r.Left = append(r.Left, Left{mends[i].What, p.why[i]})
		}
	}
	return r, nil
}

// An application is mends being made.
type application struct {
	*alignment
	mends []Mend
	all   bool                // tidy all modules
	stuck []workspace.Failure // of modules that can't be loaded
	why   []error             // a mend does harm, where it is known

	hopeless []*workspace.Module // can't be tidied without any mend either
	asked    bool                // whether hopeless is known
}

// make makes the mends that are kept, and returns the modules that they change.
func (p *application) make(ctx context.Context, keep []bool) ([]*workspace.Module, error) {
	p.failures, p.newWork = slices.Clone(p.stuck), nil
	var touched []*workspace.Module
	for _, m := range p.order() {
		p.files[m].reset()
		for i := range p.mends {
			if keep[i] && p.mends[i].Mod != nil && !p.failed(m) {
				p.edit(m, func(f *modfile.File) error { return p.mends[i].Mod(m, f) })
			}
		}
		if !bytes.Equal(p.files[m].mod, p.files[m].oldMod) || p.failed(m) {
			touched = append(touched, m)
		}
	}
	if err := p.makeWork(keep); err != nil {
		return nil, err
	}
	if p.all {
		p.tidy(ctx, p.order())
	} else {
		p.tidy(ctx, p.with(touched))
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return touched, nil
}

// makeWork changes the go.work file. Modules that it no longer lists, and that are not
// there, are no failures any more.
func (p *application) makeWork(keep []bool) error {
	if p.w.WorkFile == nil {
		return nil
	}
	name := p.w.WorkFile.Path
	old, err := p.base.ReadFile(name)
	if err != nil {
		return err
	}
	f, err := modfile.ParseWork(name, old, anyVersion)
	if err != nil {
		return err
	}
	changed := false
	for i := range p.mends {
		if !keep[i] || p.mends[i].Work == nil {
			continue
		}
		if err := p.mends[i].Work(f); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		changed = true
	}
	if !changed {
		return nil
	}
	f.Cleanup()
	p.newWork = &Change{name, old, edit.WithLineEnds(modfile.Format(f.Syntax), old)}
	p.failures = slices.DeleteFunc(p.failures, func(failure workspace.Failure) bool {
		return !lists(f, filepath.Dir(name), failure.Module.Dir) && !isThere(failure.Module)
	})
	return nil
}

// lists reports whether a go.work file in base lists a directory.
func lists(f *modfile.WorkFile, base, dir string) bool {
	return slices.ContainsFunc(f.Use, func(u *modfile.Use) bool {
		path := filepath.FromSlash(u.Path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(base, path)
		}
		return filepath.Clean(path) == dir
	})
}

func isThere(m *workspace.Module) bool {
	_, err := os.Stat(filepath.Join(m.Dir, "go.mod"))
	return err == nil
}

// narrow clears keep for those mends that have to be left out for all to be well.
func (p *application) narrow(ctx context.Context, keep []bool, well func(context.Context, []bool) (error, error)) error {
	var parts []int
	for i, kept := range keep {
		if kept {
			parts = append(parts, i)
		}
	}
	left, err := verify.Narrow(ctx, len(parts), func(ctx context.Context, chosen []bool) (bool, error) {
		try, last := make([]bool, len(keep)), 0
		for i, c := range chosen {
			if c {
				try[parts[i]], last = true, parts[i]
			}
		}
		harm, err := well(ctx, try)
		if harm != nil {
			p.why[last] = harm // if it is the last one's, this is the answer that stands
		}
		return harm == nil, err
	})
	for _, i := range left {
		keep[parts[i]] = false
	}
	return err
}

// possible tells why the mends can't be made, if so.
func (p *application) possible(ctx context.Context, keep []bool) (harm, err error) {
	touched, err := p.make(ctx, keep)
	if err != nil {
		return nil, err
	}
	failures := p.untidied()
	if len(failures) > 0 && !p.asked {
		if _, err := p.make(ctx, make([]bool, len(keep))); err != nil {
			return nil, err
		}
		for _, f := range p.untidied() {
			p.hopeless = append(p.hopeless, f.Module)
		}
		p.asked = true
	}
	for _, f := range failures {
		if slices.Contains(touched, f.Module) || !slices.Contains(p.hopeless, f.Module) {
			return &f, nil
		}
	}
	return nil, nil
}

// untidied returns the failures of modules that can be loaded.
func (p *application) untidied() []workspace.Failure {
	return slices.DeleteFunc(slices.Clone(p.failures), func(f workspace.Failure) bool { return p.files[f.Module] == nil })
}

// proven makes the mends that are kept, and clears keep for those that make anything
// worse. These are looked for one by one only if all together do.
func (p *application) proven(ctx context.Context, keep []bool) (*Result, error) {
	touched, err := p.make(ctx, keep)
	if err != nil {
		return nil, err
	}
	r, err := p.prove(ctx)
	if err != nil {
		return nil, err
	}
	if slices.Contains(keep, true) && len(r.Changes) > 0 && (len(r.Worse) > 0 || broken(p.after)) {
		tidied, err := p.tidied(ctx, touched)
		if err != nil || p.all && len(tidied.Worse) > 0 {
			return tidied, err // tidying does it
		}
		p.before = best(p.before, p.after)
		return p.withoutHarm(ctx, keep, r.Worse)
	}
	return r, nil
}

// withoutHarm clears keep for the mends that make something worse. Which these are is looked
// for in the packages that are worse with all of them; that all is well without is looked at
// everywhere.
func (p *application) withoutHarm(ctx context.Context, keep []bool, worse []verify.Regression) (*Result, error) {
	for {
		kept := slices.Clone(keep)
		p.focus = worsePackages(worse)
		err := p.narrow(ctx, keep, p.harmless)
		focused := len(p.focus) > 0
		p.focus = nil
		if err != nil {
			return nil, err
		}
		if _, err := p.make(ctx, keep); err != nil {
			return nil, err
		}
		r, err := p.prove(ctx)
		if err != nil || len(r.Worse) == 0 || !focused || !slices.Contains(keep, true) {
			return r, err
		}
		worse = r.Worse
		if slices.Equal(kept, keep) {
			worse = nil // these packages alone do not show it
		}
	}
}

// worsePackages returns the packages that are worse, or none where a module is as a whole, or
// nothing is known to be.
func worsePackages(worse []verify.Regression) []string {
	var packages []string
	for _, r := range worse {
		if r.Package == "" || r.Kind == verify.Gone {
			return nil
		}
		if !slices.Contains(packages, r.Package) {
			packages = append(packages, r.Package)
		}
	}
	return packages
}

// harmless tells what the mends make worse, if anything.
func (p *application) harmless(ctx context.Context, keep []bool) (harm, err error) {
	if _, err := p.make(ctx, keep); err != nil {
		return nil, err
	}
	r, err := p.prove(ctx)
	if err != nil || len(r.Worse) == 0 {
		return nil, err
	}
	return &WorseError{r.Worse}, nil
}

// tidied looks at what works if the modules are tidied and nothing else is done to them: a
// mend must not keep broken what that alone would cure.
func (p *application) tidied(ctx context.Context, touched []*workspace.Module) (*Result, error) {
	all := p.all
	defer func() { p.all = all }()
	p.all = false
	if _, err := p.make(ctx, make([]bool, len(p.mends))); err != nil {
		return nil, err
	}
	modules := p.with(touched)
	if all {
		modules = p.order()
	}
	p.tidy(ctx, modules)
	return p.prove(ctx)
}

// broken reports whether anything does not work in a state.
func broken(s *verify.State) bool {
	if s == nil || len(s.Modules) > 0 {
		return s != nil
	}
	for _, p := range s.Packages {
		if p.Broken != "" {
			return true
		}
	}
	return false
}

// best returns what works in one of two states.
func best(a, b *verify.State) *verify.State {
	if b == nil {
		return a
	}
	s := &verify.State{Modules: make(map[verify.ModuleKey]string), Packages: maps.Clone(b.Packages)}
	for key, why := range a.Modules {
		if _, both := b.Modules[key]; both {
			s.Modules[key] = why
		}
	}
	for key, p := range a.Packages {
		if other := b.Packages[key]; p.Broken == "" || other == nil || other.Broken != "" {
			s.Packages[key] = p
		}
	}
	return s
}

// A WorseError says that a change makes something worse.
type WorseError struct{ Worse []verify.Regression }

func (e *WorseError) Error() string {
	first := e.Worse[0]
	where := first.Package
	if where == "" {
		where = first.Module
	}
	if first.Test != "" {
		where += "." + first.Test
	}
	text := fmt.Sprintf("%s is worse with it (%s, view %s)", where, first.Kind, first.View)
	detail := first.Detail
	if strings.HasPrefix(detail, "# ") { // the compiler's heading
		_, detail, _ = strings.Cut(detail, "\n")
	}
	if detail != "" {
		text += ": " + detail
	}
	return text
}
