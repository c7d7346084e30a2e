package remedy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
)

// Options say what to end, and how much to prove.
type Options struct {
	// Scan says how to scan the code base. Its patterns have to be empty: requirements are
	// of whole modules.
	Scan govuln.Options

	// Level is the level from which findings are to end; [govuln.Called] if it is zero.
	Level govuln.Level

	// Skip, if not nil, reports whether a finding may stay, as it is accepted.
	Skip func(*govuln.Finding) bool

	// Partial has those floors made that do no harm where others do; otherwise it is all of
	// them or none.
	Partial bool

	// Test asks for the tests, before and after, and SkipVet leaves out what vet says. That
	// all packages build is always compared.
	Test, SkipVet bool

	// Step, if not nil, is called as each step begins, in words for who waits.
	Step func(what string)
}

// A Remedy is the least upgrade that ends advisories.
type Remedy struct {
	// Before is what was found, and After what is found with the upgrade; After is nil if
	// there is nothing to upgrade.
	Before, After *govuln.Result

	// Wanted are the findings that are to end, those of the standard library among them.
	// Stays are those of them that do not.
	Wanted []*govuln.Finding
	Stays  []Stay

	// Modules are the modules of the code base with floors, or that move with others that
	// they require, each after those that it requires.
	Modules []*Module

	// Toolchain is what ends the advisories of the standard library, or nil if there are
	// none.
	Toolchain *govuln.Toolchain

	// Proof is the changes, and what they make worse; nil if there is nothing to upgrade.
	Proof *align.Result

	// API is what changes in the packages of moved dependencies that the code base imports.
	API []APIChange

	partial bool // a part of the floors is enough
}

// Sound reports whether the upgrade can be made: it makes nothing worse, and all of it could
// be done, or a part that is enough.
func (r *Remedy) Sound() bool {
	return r.Proof != nil && len(r.Proof.Worse) == 0 && len(r.Proof.Failures) == 0 &&
		(len(r.Proof.Left) == 0 || r.partial && len(r.Proof.Changes) > 0)
}

// A Stay is a finding that does not end, with the reason.
type Stay struct {
	*govuln.Finding
	Why string
}

// A Module is what becomes of a module of the code base.
type Module struct {
	*workspace.Module

	Floors []Floor // sorted by path

	// Moved are the modules that provide packages and change their version, or come in,
	// sorted by path; Used is how many provide packages before, and Listed how many modules
	// of the build list move or come in.
	Moved  []Move
	Used   int
	Listed int

	// GoFrom and GoTo are the go lines before and after.
	GoFrom, GoTo string

	// Costs are what each advisory costs, sorted by ID.
	Costs []Cost
}

// A Floor is the least version of a dependency that a module is to require.
type Floor struct {
	Path, From, To string

	// Ends are the advisories that it is for.
	Ends []*osv.Entry

	// Later is the version that mends it first, where a later one asks for less.
	Later string
}

// A Move is a dependency of which another version is used.
type Move struct {
	Path, From, To string // From is "" if it comes in
}

// A Cost is what ending one advisory costs that ending all others does not.
type Cost struct {
	Advisory *osv.Entry

	// Moved are the modules that provide packages and move for it alone.
	Moved []Move

	// Go is the go line that would do without it, if it is an earlier one, or "".
	Go string
}

// rounds is how often the new versions may bring advisories of their own.
const rounds = 5

// Find finds the least upgrade. Nothing is written: the changes are in the result.
func Find(ctx context.Context, cfg workspace.Config, o Options) (*Remedy, error) {
	if len(o.Scan.Patterns) > 0 {
		return nil, errors.New("requirements are of whole modules: name no packages")
	}
	if o.Level == 0 {
		o.Level = govuln.Called
	}
	if o.Step == nil {
		o.Step = func(string) {}
	}
	o.Scan.Step = o.Step
	s := &search{cfg: cfg, o: &o, remedy: &Remedy{partial: o.Partial}, gates: make(map[string]map[string]*gate), modules: make(map[string]*Module)}
	var err error
	if s.remedy.Before, err = govuln.Scan(ctx, cfg, o.Scan); err != nil {
		return nil, err
	}
	s.remedy.Wanted = s.wanted(s.remedy.Before)
	if s.remedy.Toolchain, err = govuln.AdviseToolchain(ctx, s.remedy.Before, s.remedy.Wanted); err != nil {
		return nil, err
	}
	if err := s.upgrade(ctx); err != nil {
		return nil, err
	}
	s.stays()
	return s.remedy, nil
}

// A search is one call of Find.
type search struct {
	cfg     workspace.Config
	o       *Options
	remedy  *Remedy
	trial   *align.Trial
	gates   map[string]map[string]*gate // by the module's directory and the dependency
	stuck   []stuck
	modules map[string]*Module // by directory
}

// A gate is what a dependency has to pass.
type gate struct {
	entries []*osv.Entry

	// least is a version that it has to have whatever the module ships with, as it is
	// developed with a vulnerable one.
	least string
}

// stuck is a dependency that can't be raised.
type stuck struct {
	dir, path string
	why       string
}

// wanted returns the findings that are to end.
func (s *search) wanted(r *govuln.Result) []*govuln.Finding {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f *govuln.Finding) bool {
		return f.Level < s.o.Level || s.o.Skip != nil && s.o.Skip(f)
	})
}

// upgrade finds the floors and proves them.
func (s *search) upgrade(ctx context.Context) (err error) {
	if !s.gate(s.remedy.Wanted) {
		return nil
	}
	if s.trial, err = align.NewTrial(ctx, s.cfg, align.Options{Step: s.o.Step}); err != nil {
		return err
	}
	defer func() { s.trial.Close() }() // the last one
	for round := 1; ; round++ {
		if err := s.solve(ctx); err != nil {
			return err
		}
		mends := s.mends()
		if len(mends) == 0 {
			return nil
		}
		changes, err := s.trial.Changes(ctx)
		if err != nil {
			return err
		}
		if s.remedy.After, err = s.scan(ctx, changes); err != nil {
			return err
		}
		if round == rounds || !s.gate(s.wanted(s.remedy.After)) {
			return s.prove(ctx, mends, changes)
		}
		if err := s.again(ctx); err != nil {
			return err
		}
	}
}

// scan scans the code base with changes.
func (s *search) scan(ctx context.Context, changes []align.Change) (*govuln.Result, error) {
	cfg, err := s.trial.Config(ctx, changes)
	if err != nil {
		return nil, err
	}
	r, err := govuln.Scan(ctx, cfg, s.o.Scan)
	if err != nil {
		return nil, fmt.Errorf("scanning with the upgrade: %w", err)
	}
	return r, nil
}

// again begins a trial anew, with what is gated by now.
func (s *search) again(ctx context.Context) error {
	trial, err := align.NewTrial(ctx, s.cfg, align.Options{Step: s.o.Step})
	if err != nil {
		return err
	}
	s.trial.Close()
	s.trial = trial
	clear(s.modules)
	s.remedy.Modules = nil
	return nil
}

// gate adds what findings ask for, and reports whether that is anything new. Advisories of a
// dependency are gated in all modules that have one of it, as these are developed with the
// same version of it.
func (s *search) gate(findings []*govuln.Finding) bool {
	again := false
	for _, f := range findings {
		if f.Dependency == osv.Stdlib || f.Fixed == "" || s.isStuck(f.Module.Dir, f.Dependency) {
			continue
		}
		of := s.gates[f.Module.Dir]
		if of == nil {
			of = make(map[string]*gate)
			s.gates[f.Module.Dir] = of
		}
		g := of[f.Dependency]
		if g == nil {
			g = new(gate)
			of[f.Dependency] = g
		}
		again = g.add(f.Advisory) || again
		alone := !slices.ContainsFunc(findings, func(o *govuln.Finding) bool {
			return o.View == workspace.Release && o.Module.Dir == f.Module.Dir && o.Dependency == f.Dependency && o.Advisory.ID == f.Advisory.ID
		})
		if f.View == workspace.Work && alone && compare(g.least, f.Fixed) < 0 {
			g.least, again = f.Fixed, true
		}
	}
	for _, of := range s.gates {
		for path, g := range of {
			for _, others := range s.gates {
				if other := others[path]; other != nil {
					for _, e := range other.entries {
						g.add(e)
					}
				}
			}
		}
	}
	return again
}

// add adds an advisory, and reports whether it is new.
func (g *gate) add(e *osv.Entry) bool {
	if slices.ContainsFunc(g.entries, func(o *osv.Entry) bool { return o.ID == e.ID }) {
		return false
	}
	g.entries = append(g.entries, e)
	slices.SortFunc(g.entries, func(a, b *osv.Entry) int { return govuln.CompareIDs(a.ID, b.ID) })
	return true
}

func (s *search) isStuck(dir, path string) bool {
	return slices.ContainsFunc(s.stuck, func(k stuck) bool { return k.dir == dir && k.path == path })
}

// mends returns the floors as changes that stand for themselves.
func (s *search) mends() []align.Mend {
	to := make(map[string]string)
	for _, m := range s.remedy.Modules {
		for _, f := range m.Floors {
			if compare(to[f.Path], f.To) < 0 {
				to[f.Path] = f.To
			}
		}
	}
	work := make(map[string]func(*modfile.WorkFile) error)
	if file := s.remedy.Before.Code.WorkFile; file != nil && file.File != nil {
		for _, r := range file.File.Replace {
			if version := s.unconcerned(r.New.Path, r.New.Version); version != "" && version != r.New.Version {
				work[r.New.Path] = raiseWork(r.New.Path, version)
				if to[r.New.Path] == "" {
					to[r.New.Path] = version
				}
			}
		}
	}
	var mends []align.Mend
	for _, path := range slices.Sorted(maps.Keys(to)) {
		mends = append(mends, align.Mend{What: path + " " + to[path], Mod: s.raise(path), Work: work[path]})
	}
	return mends
}

// unconcerned returns the least version of a dependency, from one on, that no advisory gated in
// any module concerns.
func (s *search) unconcerned(path, version string) string {
	for _, of := range s.gates {
		if g := of[path]; g != nil && version != "" {
			return osv.Unconcerned(path, version, g.entries) // they are the same in all modules
		}
	}
	return version
}

// raise returns what has modules require the floor of a dependency.
func (s *search) raise(path string) func(*workspace.Module, *modfile.File) error {
	return func(m *workspace.Module, f *modfile.File) error {
		known := s.modules[m.Dir]
		if known == nil {
			return nil
		}
		i := slices.IndexFunc(known.Floors, func(floor Floor) bool { return floor.Path == path })
		if i < 0 {
			return nil
		}
		return align.RaiseTo(f, path, known.Floors[i].To)
	}
}

// raiseWork returns what raises the replace lines of a go.work file that put an earlier version
// in a module's place.
func raiseWork(path, version string) func(*modfile.WorkFile) error {
	return func(f *modfile.WorkFile) error {
		for _, r := range slices.Clone(f.Replace) {
			if r.New.Path != path || r.New.Version == "" || compare(r.New.Version, version) >= 0 {
				continue
			}
			if err := f.AddReplace(r.Old.Path, r.Old.Version, path, version); err != nil {
				return err
			}
		}
		return nil
	}
}

// prove makes the mends, and looks at what works with them and at what is found then.
func (s *search) prove(ctx context.Context, mends []align.Mend, changes []align.Change) error {
	var err error
	if s.remedy.Proof, err = align.Apply(ctx, s.cfg, mends, false, align.Options{Test: s.o.Test, SkipVet: s.o.SkipVet, Step: s.o.Step}); err != nil {
		return err
	}
	if made := withoutVendored(s.remedy.Proof.Changes); s.remedy.Sound() && !sameChanges(made, changes) {
		if s.remedy.After, err = s.scan(ctx, made); err != nil {
			return err
		}
	}
	cfg, err := s.trial.Config(ctx, changes)
	if err != nil {
		return err
	}
	s.remedy.API, err = s.apiChanges(ctx, cfg)
	return err
}

func withoutVendored(changes []align.Change) []align.Change {
	return slices.DeleteFunc(slices.Clone(changes), func(c align.Change) bool {
		return !strings.HasSuffix(c.File, "go.mod") && !strings.HasSuffix(c.File, "go.sum") && !strings.HasSuffix(c.File, "go.work") && !strings.HasSuffix(c.File, "go.work.sum")
	})
}

func sameChanges(a, b []align.Change) bool {
	return slices.EqualFunc(a, b, func(a, b align.Change) bool { return a.File == b.File && bytes.Equal(a.New, b.New) })
}

// stays tells which of the wanted findings do not end.
func (s *search) stays() {
	r := s.remedy
	for _, f := range r.Wanted {
		if why := s.whyStays(f); why != "" {
			r.Stays = append(r.Stays, Stay{f, why})
		}
	}
	if r.After == nil {
		return
	}
	for _, f := range s.wanted(r.After) {
		known := slices.ContainsFunc(r.Wanted, func(o *govuln.Finding) bool { return o.Same(f) })
		if !known && f.Dependency != osv.Stdlib {
			r.Stays = append(r.Stays, Stay{f, "it comes with the upgrade"})
		}
	}
}

func (s *search) whyStays(f *govuln.Finding) string {
	if f.Dependency == osv.Stdlib {
		if s.remedy.Toolchain == nil || s.remedy.Toolchain.To == "" {
			return "no release of Go mends it"
		}
		return "it ends with " + s.remedy.Toolchain.To
	}
	if f.Fixed == "" {
		return "no version mends it"
	}
	for _, k := range s.stuck {
		if k.dir == f.Module.Dir && k.path == f.Dependency {
			return k.why
		}
	}
	r := s.remedy
	if r.Proof != nil && !r.Sound() {
		return "its upgrade is not made"
	}
	if r.Proof != nil && slices.ContainsFunc(r.Proof.Left, func(l align.Left) bool { return strings.HasPrefix(l.What, f.Dependency+" ") }) {
		return "its upgrade does harm"
	}
	if r.After != nil && !slices.ContainsFunc(s.wanted(r.After), f.Same) {
		return ""
	}
	return "no requirement of " + f.Module.Name() + " decides about " + f.Dependency
}
