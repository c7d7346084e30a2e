package govuln

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/reach"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/workspace"
)

// A moduleScan looks at one module.
type moduleScan struct {
	*unitScan
	module *workspace.Module

	shipped, tests         []string         // the IDs of packages
	inShipped, inTests     map[string]*node // what these import
	inTools                map[string]*node // what tools are built from
	programs               map[string]map[string]*node
	scanned                Scanned
	suspects               []*suspect
	loaded, allFromEarlier bool
}

// A suspect is a finding of which it is to be found out whether it is called.
type suspect struct {
	*Finding
	match *match
}

func (m *moduleScan) run(ctx context.Context) error {
	m.shipped, m.tests = m.listing.roots(m.unit.Packages, m.module)
	if m.o.Tools {
		m.inTools = m.listing.reachable(m.tools(m.module))
	}
	m.inShipped = m.listing.reachable(m.shipped)
	m.inTests = m.listing.reachable(m.tests)
	m.tellBroken()
	used := m.dependencies()
	m.scanned = Scanned{
		Module: m.module, View: m.view, Platform: m.platform, Go: m.goVersion,
		Packages: len(m.shipped), Dependencies: len(used),
	}
	for _, d := range used {
		if err := m.judge(ctx, d); err != nil {
			return err
		}
	}
	if err := m.judgeRequired(ctx, used); err != nil {
		return err
	}
	if err := m.judgeCalls(ctx); err != nil {
		return err
	}
	m.scanned.Loaded, m.scanned.Remembered = m.loaded, m.loaded && m.allFromEarlier
	m.result.Scanned = append(m.result.Scanned, m.scanned)
	return nil
}

// tellBroken tells of packages of tests and tools that can't be loaded; those of others were told.
func (m *moduleScan) tellBroken() {
	for _, nodes := range []map[string]*node{m.inTests, m.inTools} {
		for _, id := range slices.Sorted(maps.Keys(nodes)) {
			if n := nodes[id]; n.err != "" && m.inShipped[id] == nil {
				m.fail(m.module, n.path, errors.New(n.err))
			}
		}
	}
}

// dependencies returns the modules that provide packages, sorted. Those of the code base are
// left out: which version they are will be known when they are released.
func (m *moduleScan) dependencies() []*dependency {
	used := make(map[*dependency]bool)
	for _, nodes := range []map[string]*node{m.inShipped, m.inTests, m.inTools} {
		for _, n := range nodes {
			if d := n.dependency; d != nil && !d.main && !m.isOurs(d) {
				used[d] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(used), func(a, b *dependency) int { return strings.Compare(a.name, b.name) })
}

// isOurs reports whether a replace line has a directory of the code base in the place of a
// module.
func (m *moduleScan) isOurs(d *dependency) bool {
	return d.local && slices.ContainsFunc(m.workspace.Modules, func(own *workspace.Module) bool { return own.Dir == filepath.Clean(d.dir) })
}

// judge holds a dependency against the databases, and what it provides.
func (m *moduleScan) judge(ctx context.Context, d *dependency) error {
	if d.local {
		return m.judgeLocal(ctx, d)
	}
	here, elsewhere, err := m.advisories.matches(ctx, d, m.platform)
	if err != nil {
		return err
	}
	for _, e := range elsewhere {
		m.elsewhere[e.ID] = e
	}
	for _, match := range here {
		f := m.finding(match)
		f.Packages = match.imported(m.inShipped)
		if len(f.Packages) == 0 {
			f.Packages = match.imported(m.inTests)
			f.Tests = len(f.Packages) > 0
		}
		if len(f.Packages) == 0 {
			if f.Packages = match.imported(m.inTools); len(f.Packages) > 0 {
				f.Tools, f.Level = true, Imported
				continue
			}
		}
		if len(f.Packages) > 0 {
			f.Programs = m.linking(f.Packages)
			for _, path := range f.Packages {
				for _, name := range match.symbols(path) {
					f.symbols = append(f.symbols, Symbol{path, name})
				}
			}
			f.Level = Imported
			m.suspects = append(m.suspects, &suspect{f, match})
		}
	}
	return nil
}

// linking returns the module's programs that packages are linked into, sorted.
func (m *moduleScan) linking(packages []string) []string {
	if m.programs == nil {
		m.programs = make(map[string]map[string]*node)
		for _, p := range m.unit.Packages {
			if p.Module == m.module && p.Name == "main" && p.Loadable() {
				m.programs[p.ImportPath] = m.listing.reachable([]string{p.ImportPath})
			}
		}
	}
	var all []string
	for _, path := range slices.Sorted(maps.Keys(m.programs)) {
		if slices.ContainsFunc(packages, func(p string) bool { return m.programs[path][p] != nil }) {
			all = append(all, path)
		}
	}
	return all
}

// finding adds a finding of the least level.
func (m *moduleScan) finding(match *match) *Finding {
	f := &Finding{
		Advisory: match.entry, Module: m.module, View: m.view, Platform: m.platform,
		Level: Required, Precision: match.precision,
		Dependency: match.dependency.path, Version: match.dependency.version,
		Fixed: match.entry.Fix(match.dependency.path, match.dependency.version),
	}
	m.result.Findings = append(m.result.Findings, f)
	return f
}

// judgeLocal notes what can't be judged of a module that a directory stands for.
func (m *moduleScan) judgeLocal(ctx context.Context, d *dependency) error {
	entries, err := m.advisories.of(ctx, d.name)
	if err != nil || len(entries) == 0 {
		return err
	}
	u := Unknown{Module: m.module, View: m.view, Dependency: d.name, Directory: d.path}
	for _, e := range entries {
		u.Advisories = append(u.Advisories, e.ID)
	}
	if !slices.ContainsFunc(m.result.Unknown, func(o Unknown) bool {
		return o.Module.Dir == u.Module.Dir && o.View == u.View && o.Dependency == u.Dependency
	}) {
		m.result.Unknown = append(m.result.Unknown, u)
	}
	return nil
}

// judgeRequired holds those modules of the build list against the databases that provide
// nothing. In view Work these are of all modules together: each is told what its own go.mod
// file names.
func (m *moduleScan) judgeRequired(ctx context.Context, used []*dependency) error {
	named := make(map[string]bool)
	for _, r := range m.module.File.Require {
		named[r.Mod.Path] = true
	}
	all := m.modules
	if all == nil {
		for _, r := range m.module.File.Require {
			all = append(all, &dependency{path: r.Mod.Path, name: r.Mod.Path, version: r.Mod.Version})
		}
	}
	for _, d := range all {
		provides := slices.ContainsFunc(used, func(u *dependency) bool { return u.name == d.name })
		if provides || d.main || d.local || m.view == workspace.Work && !named[d.name] {
			continue
		}
		here, elsewhere, err := m.advisories.matches(ctx, d, m.platform)
		if err != nil {
			return err
		}
		for _, e := range elsewhere {
			m.elsewhere[e.ID] = e
		}
		for _, match := range here {
			m.finding(match)
		}
	}
	return nil
}

// judgeCalls finds out which suspects are called: by what ships, and then those that are not
// by tests.
func (m *moduleScan) judgeCalls(ctx context.Context) error {
	m.allFromEarlier = true
	for _, tests := range []bool{false, true} {
		if tests && !m.o.Tests {
			break
		}
		var open []*suspect
		for _, s := range m.suspects {
			if s.Level < Called && (tests || !s.Tests) {
				open = append(open, s)
			}
		}
		if err := m.judgeCallsOf(ctx, open, tests); err != nil {
			return err
		}
	}
	return nil
}

func (m *moduleScan) judgeCallsOf(ctx context.Context, open []*suspect, tests bool) error {
	nodes := m.inShipped
	if tests {
		nodes = m.inTests
	}
	var targets []reach.Target
	var of []*suspect
	for _, s := range open {
		for _, path := range s.match.imported(nodes) {
			if symbols := s.match.symbols(path); len(symbols) > 0 {
				targets = append(targets, reach.Target{Package: path, Symbols: symbols})
				of = append(of, s)
			}
		}
	}
	if len(targets) == 0 {
		return nil
	}
	calls, err := m.calls(ctx, targets, tests)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		m.fail(m.module, "", fmt.Errorf("which functions it calls can't be found out: %w", err))
		return nil
	}
	for _, c := range calls {
		s := of[c.Target]
		if tests && !s.Tests { // what ships imports it, and does not call it
			byTests := *s.Finding
			byTests.Tests = true
			s.Finding = &byTests
			m.result.Findings = append(m.result.Findings, s.Finding)
		}
		s.Level = Called
		trace := slices.Clone(c.Trace)
		for i := range trace { // what is known from elsewhere may have had others
			if d := m.listing.dependencies[trace[i].Module]; d != nil {
				trace[i].Version = d.version
			}
		}
		s.Calls = append(s.Calls, Call{targets[c.Target].Package, c.Symbol, trace})
	}
	return nil
}

// callsVersion is to change when package reach finds something else in the same code.
const callsVersion = "1"

// calls finds out, or remembers, which functions of targets are called.
func (m *moduleScan) calls(ctx context.Context, targets []reach.Target, tests bool) ([]reach.Call, error) {
	m.loaded = true
	key, err := m.callsKey(targets, tests)
	if err != nil {
		return nil, err
	}
	calls, ok := m.known[key]
	if ok || m.memo != nil && m.memo.Get(key, &calls) {
		return calls, nil
	}
	m.allFromEarlier = false
	m.o.Step(fmt.Sprintf("looking for calls in %s (%s, %s)", m.module.Name(), m.view, m.platform))
	g := m.goCommand()
	calls, err = m.loader.Calls(ctx, reach.Request{
		Dir: g.Dir, Env: g.Environ(), Arch: m.platform.Arch, Tags: g.Tags, Overlay: g.Overlay,
		Tests: tests, Patterns: m.shipped, Targets: targets,
	})
	if err != nil {
		return nil, err
	}
	m.known[key] = calls // both views are often built from the same
	if m.memo != nil {
		err = m.memo.Put(key, calls)
	}
	return calls, err
}

// callsKey returns the key of all that a result depends on: what is built in, at which
// version or with which content, for what, and what is looked for.
func (m *moduleScan) callsKey(targets []reach.Target, tests bool) (memo.Key, error) {
	env := m.workspace.GoEnv()
	parts := []string{
		"govuln/calls/" + callsVersion, m.listing.dependencies[osv.Stdlib].version, m.platform.String(), env["CGO_ENABLED"], env["GOFLAGS"],
		strings.Join(m.cfg.Tags, ","), fmt.Sprint(tests), strings.Join(m.shipped, " "),
	}
	wanted, err := json.Marshal(targets)
	if err != nil {
		return memo.Key{}, err
	}
	parts = append(parts, string(wanted))
	nodes := m.inShipped
	if tests {
		nodes = maps.Clone(m.inShipped)
		maps.Copy(nodes, m.inTests)
	}
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		n := nodes[id]
		parts = append(parts, id)
		if !m.mayChange(n) {
			parts = append(parts, n.dependency.path, n.dependency.version)
		} else {
			digest, err := memo.HashFiles(n.fileNames()...)
			if err != nil && !strings.HasSuffix(id, ".test") { // whose main function is made up
				return memo.Key{}, err
			}
			parts = append(parts, digest)
		}
	}
	return memo.NewKey(parts...), nil
}

// mayChange reports whether a package's content is to be looked at, as no version tells it:
// that of the code base's own modules, which are the same in both views if they were just
// released, that of directories in the place of modules, and that of vendored packages.
func (m *moduleScan) mayChange(n *node) bool {
	d := n.dependency
	switch {
	case d == nil:
		return true
	case d.path == osv.Stdlib:
		return false
	}
	ours := slices.ContainsFunc(m.workspace.Modules, func(own *workspace.Module) bool { return own.Path == d.name })
	return ours || d.main || d.local || d.version == "" || d.dir == "" || !strings.HasPrefix(n.dir, d.dir)
}
