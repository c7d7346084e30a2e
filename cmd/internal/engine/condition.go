package engine

import (
	"context"
	"fmt"
	"go/version"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/workspace"
)

// resolveConditions drops the findings whose condition holds nowhere and notes
// for which main packages that of the others does.
//
// What ships a package are the main packages that are built from it. Where none
// is, or where the finding stands in a test, the package's own module decides,
// as it does for the test binary. Both views count: what holds as the code is
// developed, and what holds as it ships.
func (r *run) resolveConditions(ctx context.Context) error {
	if !slices.ContainsFunc(r.findings, func(f finding.Finding) bool { return f.When != rule.Always }) {
		return nil
	}
	if r.isCurrent() {
		r.findings = slices.DeleteFunc(r.findings, func(f finding.Finding) bool { return f.When != rule.Always && !isNew(f.When) })
		return nil
	}
	s, err := r.newShipping(ctx)
	if err != nil {
		return err
	}
	var kept []finding.Finding
	for _, f := range r.findings {
		if f.When != rule.Always {
			var holds bool
			if f.Mains, holds, err = s.where(ctx, &f); err != nil {
				return err
			}
			if !holds {
				continue
			}
		}
		kept = append(kept, f)
	}
	r.findings = kept
	return nil
}

// isNew reports whether the condition is the behaviour of current Go.
func isNew(when rule.Condition) bool {
	setting, value, _ := strings.Cut(string(when), "=")
	c := change(setting)
	return c != nil && value == c.New
}

// isCurrent reports whether, as far as conditions go, the whole code base has the
// behaviour of current Go, by all go and godebug lines and //go:debug lines: then
// there is no need to know its programs, which takes as long to find out as to
// analyse it once all results are cached.
func (r *run) isCurrent() bool {
	if !r.whole() || len(r.failures) > 0 {
		return false
	}
	for _, c := range goversion.All() {
		if c.Scope != goversion.Program {
			continue
		}
		if slices.ContainsFunc(r.debug, func(line string) bool {
			key, _, _ := strings.Cut(line, "=")
			return key == c.Setting || key == "default"
		}) {
			return false
		}
		for _, m := range r.workspace.Modules {
			if lineValue(&c, m.File.Go, m.File.Godebug) != c.New {
				return false
			}
			if work := m.WorkFile; work != nil && lineValue(&c, work.File.Go, work.File.Godebug) != c.New {
				return false
			}
		}
	}
	return true
}

// shipping is what is known of the programs that the code base makes.
type shipping struct {
	run      *run
	views    []workspace.View
	shippers map[workspace.View]map[string][]*workspace.Main // by import path of a package
	releases map[*workspace.Module]string                    // the Go release that builds it
}

func (r *run) newShipping(ctx context.Context) (*shipping, error) {
	s := &shipping{
		run:      r,
		views:    []workspace.View{workspace.Work},
		shippers: make(map[workspace.View]map[string][]*workspace.Main),
		releases: make(map[*workspace.Module]string),
	}
	// Without a go.work file there is nothing in which the views differ.
	if slices.ContainsFunc(r.workspace.Modules, func(m *workspace.Module) bool { return m.WorkFile != nil }) {
		s.views = append(s.views, workspace.Release)
	}
	for _, view := range s.views {
		mains, err := r.workspace.Mains(ctx, view)
		if err != nil {
			return nil, fmt.Errorf("finding the main packages in the %s view: %w", view, err)
		}
		by := make(map[string][]*workspace.Main)
		for _, m := range mains {
			for _, path := range m.Deps {
				by[path] = append(by[path], m)
			}
		}
		s.shippers[view] = by
	}
	return s, nil
}

// where returns the main packages for which the finding's condition holds, and
// whether it holds at all. A main package for which it holds in one of two views
// is followed by the view's name. The behaviour of current Go, where all programs
// have it, needs no mention: then none is returned.
func (s *shipping) where(ctx context.Context, f *finding.Finding) (mains []string, holds bool, err error) {
	setting, value, _ := strings.Cut(string(f.When), "=")
	path := strings.TrimSuffix(f.Package, "_test")
	inTest := strings.HasSuffix(f.File, "_test.go")

	shipped, everywhere := false, isNew(f.When)
	views := make(map[string][]workspace.View) // in which it holds, by main
	for _, view := range s.views {
		for _, m := range s.shippers[view][path] {
			if inTest {
				continue
			}
			shipped = true
			if effective(m.Godebug, setting) == value {
				views[m.ImportPath] = append(views[m.ImportPath], view)
			} else {
				everywhere = false
			}
		}
	}
	switch {
	case !shipped:
		holds, err = s.holdsForModule(ctx, f.Module, setting, value)
		return nil, holds, err
	case everywhere:
		return nil, true, nil
	}
	for main, in := range views {
		if len(in) < len(s.views) {
			main += fmt.Sprintf(" (%s)", in[0])
		}
		mains = append(mains, main)
	}
	slices.Sort(mains)
	return mains, len(mains) > 0, nil
}

// effective returns the value of a setting in a program built with the given
// settings. The go command tells those that differ from its release's own, and
// none that its release does not know any more: what it does not tell is new.
func effective(godebug map[string]string, setting string) string {
	if value, ok := godebug[setting]; ok {
		return value
	}
	if c := change(setting); c != nil {
		return c.New
	}
	return ""
}

// change returns the change that a setting undoes, or nil.
func change(setting string) *goversion.Change {
	for _, c := range goversion.All() {
		if c.Setting == setting {
			return &c
		}
	}
	return nil
}

// holdsForModule reports whether a setting has the value in the test binaries of
// the module, or in those who import it: under the go and godebug lines
// of go.work or of the module's own go.mod.
func (s *shipping) holdsForModule(ctx context.Context, path, setting, value string) (bool, error) {
	c := change(setting)
	i := slices.IndexFunc(s.run.workspace.Modules, func(m *workspace.Module) bool { return m.Path == path })
	if c == nil || i < 0 {
		return false, nil
	}
	m := s.run.workspace.Modules[i]
	release, err := s.release(ctx, m)
	if err != nil {
		return false, err
	}
	if c.Removed != "" && version.Compare(release, c.Removed) >= 0 {
		return value == c.New, nil
	}
	if lineValue(c, m.File.Go, m.File.Godebug) == value {
		return true, nil
	}
	if work := m.WorkFile; work != nil && lineValue(c, work.File.Go, work.File.Godebug) == value {
		return true, nil
	}
	return false, nil
}

// lineValue returns the value that a go line and godebug lines give a change's
// setting. No go line means an old Go.
func lineValue(c *goversion.Change, goLine *modfile.Go, godebug []*modfile.Godebug) string {
	language := "go1.16"
	if goLine != nil {
		language = "go" + goLine.Version
	}
	for _, line := range godebug {
		switch line.Key {
		case c.Setting:
			return line.Value
		case "default":
			language = line.Value
		}
	}
	if version.Compare(language, c.Since) < 0 {
		return c.Old
	}
	return c.New
}

// release returns the Go release that builds the module.
func (s *shipping) release(ctx context.Context, m *workspace.Module) (string, error) {
	if v, ok := s.releases[m]; ok {
		return v, nil
	}
	g := s.run.goCommand
	g.Dir = m.Dir
	var err error
	if g.Env, err = s.run.newEnough(ctx); err != nil {
		return "", err
	}
	env, err := g.Getenv(ctx, "GOVERSION")
	if err != nil {
		return "", err
	}
	v, _, _ := strings.Cut(env["GOVERSION"], " ")
	s.releases[m] = v
	return v, nil
}
