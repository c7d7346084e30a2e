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
// is followed by the view's name.
func (s *shipping) where(ctx context.Context, f *finding.Finding) (mains []string, holds bool, err error) {
	setting, value, _ := strings.Cut(string(f.When), "=")
	path := strings.TrimSuffix(f.Package, "_test")
	inTest := strings.HasSuffix(f.File, "_test.go")

	shipped := false
	views := make(map[string][]workspace.View) // in which it holds, by main
	for _, view := range s.views {
		for _, m := range s.shippers[view][path] {
			if inTest {
				continue
			}
			shipped = true
			if effective(m.Godebug, setting) == value {
				views[m.ImportPath] = append(views[m.ImportPath], view)
			}
		}
	}
	if !shipped {
		holds, err = s.holdsForModule(ctx, s.run.byPath[path], setting, value)
		return nil, holds, err
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
// the package's module, or in those who import it: under the go and godebug lines
// of go.work or of the module's own go.mod.
func (s *shipping) holdsForModule(ctx context.Context, pkg *workspace.Package, setting, value string) (bool, error) {
	c := change(setting)
	if pkg == nil || c == nil {
		return false, nil
	}
	release, err := s.release(ctx, pkg.Module)
	if err != nil {
		return false, err
	}
	if c.Removed != "" && version.Compare(release, c.Removed) >= 0 {
		return value == c.New, nil
	}
	if mod := pkg.Module.File; mod != nil && lineValue(c, mod.Go, mod.Godebug) == value {
		return true, nil
	}
	if work := pkg.Module.WorkFile; work != nil && lineValue(c, work.File.Go, work.File.Godebug) == value {
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
	g := s.run.driver
	g.Dir = m.Dir
	env, err := g.Getenv(ctx, "GOVERSION")
	if err != nil {
		return "", err
	}
	v, _, _ := strings.Cut(env["GOVERSION"], " ")
	s.releases[m] = v
	return v, nil
}
