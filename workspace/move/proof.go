package move

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

// prove compares what works without and with the changes.
//
// An overlay would do for files that are edited. For a package in a directory that is not
// there it does not: the go command runs vet, tests, cgo and the assembler in the package's
// directory. So the changed code base is laid out beside the tree. What stays as it was is
// links there, and what tests may read is copied if they are run.
func (m *mover) prove(ctx context.Context, r *Result) error {
	dir, err := m.scratchDir()
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m.o.Step("laying out the code base as it is to be")
	head := &layout{m: m, dir: filepath.Join(dir, "head"), copies: m.o.Test}
	if err := head.write(ctx, r.Changes); err != nil {
		return fmt.Errorf("laying out the code base in %s: %w", dir, err)
	}
	before := m.cfg
	if m.o.Test {
		// Tests that need what is not laid out, as the history, are to fail on both sides.
		base := &layout{m: m, dir: filepath.Join(dir, "base"), copies: true}
		if err := base.write(ctx, nil); err != nil {
			return fmt.Errorf("laying out the code base in %s: %w", dir, err)
		}
		before = base.config()
	}
	p := &proof{m: m, base: before, head: head.config(), o: verify.Options{Views: m.o.Views, Vet: true, Test: m.o.Test}}
	if err := p.compare(ctx, r); err != nil {
		return err
	}
	for i := range r.Worse {
		r.Worse[i].Detail = head.original(r.Worse[i].Detail)
	}
	return nil
}

// scratchDir makes the directory for the code base. It has the same name each time if it
// can, so that the go command finds again what it built there.
func (m *mover) scratchDir() (string, error) {
	sum := sha256.Sum256([]byte(m.w.Root))
	dir, err := scratch.Claim(fmt.Sprintf("gomend-move-%x", sum[:6]))
	if errors.Is(err, fs.ErrExist) {
		return scratch.Dir("move")
	}
	return dir, err
}

// A proof is a comparison of a code base with a changed one.
type proof struct {
	m          *mover
	base, head workspace.Config
	o          verify.Options
}

// compare sets what is worse in the changed code base: of the packages that move, of those
// that import one, and of those that read their files.
func (p *proof) compare(ctx context.Context, r *Result) error {
	old, to := p.patterns()
	p.m.o.Step("looking at what works with the changes")
	after, err := look(ctx, p.head, p.o, to)
	if err != nil {
		return err
	}
	if !p.o.Test {
		// Nothing is worse than before where all is well.
		old = p.suspects(after, old, to)
	}
	if len(old) == 0 {
		return nil
	}
	p.m.o.Step("looking at what works now")
	before, err := look(ctx, p.base, p.o, old)
	if err != nil {
		return err
	}
	worse := verify.Compare(p.translated(before), p.translated(after))
	r.Worse, r.Flaky, err = p.settle(ctx, worse)
	return err
}

// suspects returns those of the packages, by their old paths, that are not there under
// their new ones in some view, or with which something is wrong there.
func (p *proof) suspects(s *verify.State, old, to []string) []string {
	if len(s.Modules) > 0 {
		return old
	}
	var suspects []string
	for i, path := range to {
		if slices.ContainsFunc(viewsOf(p.o), func(view workspace.View) bool {
			pkg := s.Packages[verify.PackageKey{View: view, Package: path}]
			return pkg == nil || pkg.Broken != "" || len(pkg.Vet) > 0
		}) {
			suspects = append(suspects, old[i])
		}
	}
	return suspects
}

// patterns returns the import paths of the packages to look at, before and after.
func (p *proof) patterns() (old, to []string) {
	before := make(map[string]string) // the old path of a new one
	for path, moved := range p.m.moved {
		before[moved.New.ImportPath] = path
		to = append(to, moved.New.ImportPath)
	}
	to = slices.AppendSeq(to, maps.Keys(p.m.importers))
	to = slices.AppendSeq(to, maps.Keys(p.m.beside))
	slices.Sort(to)
	to = slices.Compact(to)
	for _, path := range to {
		if was, ok := before[path]; ok {
			path = was
		}
		old = append(old, path)
	}
	return old, to
}

// look notes what works in the packages. One that is not there in a view is left out, as
// those are whose files are all for nobody's build.
func look(ctx context.Context, cfg workspace.Config, o verify.Options, packages []string) (*verify.State, error) {
	all := &verify.State{Modules: make(map[verify.ModuleKey]string), Packages: make(map[verify.PackageKey]*verify.Package)}
	for _, view := range viewsOf(o) {
		o.Views, o.Patterns = []workspace.View{view}, slices.Clone(packages)
		for len(o.Patterns) > 0 {
			s, err := verify.Look(ctx, cfg, o)
			var none *workspace.NoMatchError
			if errors.As(err, &none) && slices.Contains(o.Patterns, none.Pattern) {
				o.Patterns = slices.DeleteFunc(o.Patterns, func(path string) bool { return path == none.Pattern })
				continue
			}
			if err != nil {
				return nil, err
			}
			maps.Copy(all.Modules, s.Modules)
			maps.Copy(all.Packages, s.Packages)
			break
		}
	}
	return all, nil
}

// viewsOf returns the views to look in.
func viewsOf(o verify.Options) []workspace.View {
	if len(o.Views) == 0 {
		return []workspace.View{workspace.Work, workspace.Release}
	}
	return o.Views
}

// translated returns a state in which packages go by their new paths, and vet's findings by
// the new name of the package: what names a type of it by another name is no new finding.
func (p *proof) translated(s *verify.State) *verify.State {
	t := p.m.target
	qualifier := regexp.MustCompile(`\b` + regexp.QuoteMeta(t.old.Name) + `\.`)
	path := regexp.MustCompile(`\b` + regexp.QuoteMeta(t.old.ImportPath) + `\b`)
	out := &verify.State{Modules: s.Modules, Packages: make(map[verify.PackageKey]*verify.Package)}
	for key, pkg := range s.Packages {
		if moved, ok := p.m.moved[key.Package]; ok {
			key.Package = moved.New.ImportPath
		}
		renamed := *pkg
		renamed.Vet = nil
		for _, text := range pkg.Vet {
			text = path.ReplaceAllLiteralString(text, t.new.ImportPath)
			renamed.Vet = append(renamed.Vet, qualifier.ReplaceAllLiteralString(text, t.new.Name+"."))
		}
		out.Packages[key] = &renamed
	}
	return out
}

// settle tells flaky tests from broken ones, see [verify.Settle]. A package that has moved
// is not there under one path on both sides: its tests are flaky if they pass now and then
// after the change.
func (p *proof) settle(ctx context.Context, all []verify.Regression) (worse, flaky []verify.Regression, err error) {
	moved := make(map[string]bool)
	for _, one := range p.m.moved {
		moved[one.New.ImportPath] = one.New.ImportPath != one.Old.ImportPath
	}
	var here, there []verify.Regression
	for _, r := range all {
		if r.Kind == verify.Test && moved[r.Package] {
			there = append(there, r)
		} else {
			here = append(here, r)
		}
	}
	const times = 3
	if worse, flaky, err = verify.Settle(ctx, p.base, p.head, p.o, here, times); err != nil {
		return nil, nil, err
	}
	for range times {
		if len(there) == 0 {
			break
		}
		again := p.o
		again.Vet, again.TestFlags = false, []string{"-count=1"}
		s, err := look(ctx, p.head, again, packagesOf(there))
		if err != nil {
			return nil, nil, err
		}
		there = slices.DeleteFunc(there, func(r verify.Regression) bool {
			pkg := s.Packages[verify.PackageKey{View: r.View, Package: r.Package}]
			passes := pkg != nil && pkg.Tests[r.Test] == verify.Passed
			if passes {
				flaky = append(flaky, r)
			}
			return passes
		})
	}
	return append(worse, there...), flaky, nil
}

func packagesOf(all []verify.Regression) []string {
	var paths []string
	for _, r := range all {
		paths = append(paths, r.Package)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// original returns a text with the names of laid out files as those in the tree.
func (l *layout) original(text string) string {
	for i, top := range l.m.tops() {
		text = strings.ReplaceAll(text, l.top(i), top)
	}
	return text
}
