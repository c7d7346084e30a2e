package evidence

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/analyzers/deadlock"
	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/profiles/leaktest"
)

// These begin the keys of what is remembered of a package's tests, and of the leaks that
// are reported in a package. A number that is raised makes what other versions wrote
// unknown.
const (
	ofTests    = "leaks test 2"
	ofFindings = "leak findings 1"
)

// A remembered is what a package's tests showed, in a memo.
type remembered struct {
	Leaks []rememberedLeak

	// Covered is what the tests passed over, if a run has counted that.
	Covered []leaktest.Block
}

// A rememberedLeak is a leak at two places: of the finding, and in the code base where
// the goroutines are. It holds as long as the files are the same.
type rememberedLeak struct {
	Kind       string
	Goroutines int
	Tests      []string
	Start      rememberedPlace
	Blocked    rememberedPlace
}

type rememberedPlace struct {
	File string // relative to the root; "" if it is not known
	Line int
	Hash string // of the file
}

// Remember notes in the memo what each package's tests showed. What a run did not show
// that ran some tests only, or failed, an earlier one may have.
func Remember(m *memo.Memo, r *leaktest.Result, whole bool) error {
	c := &code{workspace: r.Workspace, files: make(map[string]*file)}
	for _, p := range r.Packages {
		key, err := packageKey(ofTests, p.ImportPath, p.Dir)
		if err != nil || p.Outcome == leaktest.Unbuilt {
			continue // there is nothing to say of it
		}
		var now, before remembered
		for i := range p.Leaks {
			now.add(c, Proven, p, &p.Leaks[i])
		}
		for i := range p.Growing {
			now.add(c, Growing, p, &p.Growing[i])
		}
		now.Covered = p.Covered
		if m.Get(key, &before) {
			now.keep(before, !whole || !p.Looked())
		}
		if err := m.Put(key, now); err != nil {
			return err
		}
	}
	return rememberFindings(m, Leaks(r))
}

// rememberFindings notes the leaks that are reported in each package, for who refers to
// one by its ID.
func rememberFindings(m *memo.Memo, res *engine.Result) error {
	byDir := make(map[string][]finding.Finding)
	for _, f := range res.Findings {
		byDir[path.Dir(f.File)] = append(byDir[path.Dir(f.File)], f)
	}
	for dir, fs := range byDir {
		key, err := packageKey(ofFindings, dir, absolute(res.Root, dir))
		if err != nil {
			return err
		}
		if err := m.Put(key, fs); err != nil {
			return err
		}
	}
	return nil
}

// Recall returns the leaks that tests have shown and that are reported in the packages of
// an analysis, as far as the memo has them of the code as it stands.
func Recall(m *memo.Memo, res *engine.Result) []finding.Finding {
	var all []finding.Finding
	for _, p := range res.Packages {
		var fs []finding.Finding
		dir := path.Clean(p.Dir)
		if key, err := packageKey(ofFindings, dir, absolute(res.Root, dir)); err == nil && m.Get(key, &fs) {
			all = append(all, fs...)
		}
	}
	return all
}

// packageKey returns the key of something about a package, by the content of its Go files.
func packageKey(purpose, name, dir string) (memo.Key, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return memo.Key{}, err
	}
	hash, err := memo.HashFiles(files...)
	return memo.NewKey(purpose, name, hash), err
}

func (r *remembered) add(c *code, kind string, p *leaktest.Package, l *leaktest.Leak) {
	found := c.place(p, l)
	if found == nil {
		return
	}
	leak := rememberedLeak{Kind: kind, Goroutines: l.Count}
	for _, t := range l.Tests {
		leak.Tests = append(leak.Tests, t.Name)
	}
	leak.Start = found.file.remember(found.span.Line)
	if in := c.file(found.ours); in != nil {
		leak.Blocked = in.remember(found.ours.Line)
	}
	r.Leaks = append(r.Leaks, leak)
}

func (f *file) remember(line int) rememberedPlace {
	return rememberedPlace{File: f.name, Line: line, Hash: memo.Hash(f.content)}
}

// keep adds what an earlier run showed and this one did not: its leaks, if they are
// wanted, and what it counted.
func (r *remembered) keep(before remembered, leaks bool) {
	if r.Covered == nil {
		r.Covered = before.Covered
	}
	if !leaks {
		return
	}
	for _, l := range before.Leaks {
		if !slices.ContainsFunc(r.Leaks, func(now rememberedLeak) bool {
			return now.Kind == l.Kind && now.Start == l.Start && now.Blocked == l.Blocked
		}) {
			r.Leaks = append(r.Leaks, l)
		}
	}
}

// Confirm adds to findings of an analysis what the tests showed at their places, as far
// as the memo has it of the code as it stands. What was proven is of high confidence.
func Confirm(m *memo.Memo, res *engine.Result) {
	if !slices.ContainsFunc(res.Findings, concerned) {
		return
	}
	hashes := make(map[string]string) // of files, by name
	holds := func(p rememberedPlace) bool {
		hash, ok := hashes[p.File]
		if !ok {
			hash, _ = memo.HashFile(filepath.Join(res.Root, filepath.FromSlash(p.File)))
			hashes[p.File] = hash
		}
		return hash == p.Hash
	}
	for _, p := range res.Packages {
		var known remembered
		key, err := packageKey(ofTests, p.ImportPath, filepath.Join(res.Root, filepath.FromSlash(p.Dir)))
		if err != nil || !m.Get(key, &known) {
			continue
		}
		for _, l := range known.Leaks {
			if holds(l.Start) && (l.Blocked.File == "" || holds(l.Blocked)) {
				l.confirm(p.ImportPath, res.Findings)
			}
		}
		known.cover(&p, res.Findings)
	}
}

// cover adds to findings in a package how often its tests pass over them, if they have
// shown none of them.
func (r *remembered) cover(p *engine.Package, fs []finding.Finding) {
	for i := range fs {
		f := &fs[i]
		if !concerned(*f) || len(f.Evidence) > 0 || path.Dir(f.File) != path.Clean(p.Dir) {
			continue
		}
		if times := r.times(f); times > 0 {
			f.Covered = append(f.Covered, finding.Cover{Package: p.ImportPath, Times: times})
		}
	}
}

// times returns how often the tests passed over a finding's place.
func (r *remembered) times(f *finding.Finding) int {
	i := slices.IndexFunc(r.Covered, func(b leaktest.Block) bool {
		return b.File == path.Base(f.File) && b.Has(f.Line, f.Column)
	})
	if i < 0 {
		return 0
	}
	return r.Covered[i].Times
}

// concerned reports whether a finding is one that tests can confirm.
func concerned(f finding.Finding) bool {
	return f.Rule == goroutineleak.Rule.Name() || f.Rule == deadlock.Rule.Name()
}

// confirm adds the leak to the findings that it confirms: those at its go statement, and
// those at the lock that its goroutines wait for.
func (l *rememberedLeak) confirm(pkg string, fs []finding.Finding) {
	at := func(f finding.Finding, p rememberedPlace) bool { return f.File == p.File && f.Line == p.Line }
	for i := range fs {
		f := &fs[i]
		if !concerned(*f) || !at(*f, l.Start) && (f.Rule != deadlock.Rule.Name() || !at(*f, l.Blocked)) {
			continue
		}
		f.Evidence = append(f.Evidence, finding.Evidence{Kind: l.Kind, Package: pkg, Goroutines: l.Goroutines, Tests: l.Tests})
		if l.Kind == Proven {
			f.Confidence = rule.High
		}
	}
}
