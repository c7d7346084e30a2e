package rename

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"go/build"
	"go/build/constraint"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
)

// A buildContext is what decides which files belong to their packages.
type buildContext struct {
	os, arch string
	tags     []string // in addition to those of the configuration
	cgo      bool
	native   bool   // what is imported can come from the compiler's export data
	cgoless  bool   // without cgo, though it is configured
	file     string // the only one to look at, as a program of its own; or ""
}

func (c *buildContext) String() string {
	s := c.os + "/" + c.arch
	if c.cgoless {
		s += " without cgo"
	}
	if len(c.tags) > 0 {
		s += " with " + strings.Join(c.tags, ",")
	}
	return s
}

// settings are what the go command builds with.
type settings struct {
	env      []string
	os, arch string
	cgo      bool
	tags     []string
}

// readSettings asks the go command what it builds for.
func (p *planner) readSettings(ctx context.Context) (*settings, error) {
	g := gocmd.Go{Dir: p.w.Dir, Base: p.cfg.Env, Env: []string{"GOTOOLCHAIN=local"}, OS: p.cfg.OS, Arch: p.cfg.Arch, Log: p.cfg.Log}
	env, err := g.Getenv(ctx, "GOOS", "GOARCH", "CGO_ENABLED", "GOFLAGS")
	if err != nil {
		return nil, err
	}
	s := &settings{env: p.cfg.Env, os: env["GOOS"], arch: env["GOARCH"], cgo: env["CGO_ENABLED"] == "1", tags: p.cfg.Tags}
	for flag := range strings.FieldsSeq(env["GOFLAGS"]) {
		if list, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags="); ok && len(p.cfg.Tags) == 0 {
			s.tags = strings.Split(list, ",")
		}
	}
	return s, nil
}

// configured returns the context that the configuration asks for.
func (s *settings) configured() *buildContext {
	return &buildContext{os: s.os, arch: s.arch, cgo: s.cgo, native: true}
}

// matches reports whether a file belongs to its package in a context.
func (s *settings) matches(c *buildContext, f *source) bool {
	b := build.Default
	b.GOOS, b.GOARCH, b.CgoEnabled = c.os, c.arch, c.cgo
	b.BuildTags = slices.Concat(s.tags, c.tags)
	ok, err := b.MatchFile(filepath.Dir(f.name), filepath.Base(f.name))
	return ok && err == nil
}

// usual are the platforms to try for a file, those first for which most code is written.
var usual = [][2]string{
	{"linux", "amd64"},
	{"windows", "amd64"},
	{"darwin", "arm64"},
	{"linux", "arm64"},
	{"freebsd", "amd64"},
	{"linux", "386"},
	{"js", "wasm"},
	{"wasip1", "wasm"},
	{"openbsd", "amd64"},
	{"netbsd", "amd64"},
	{"solaris", "amd64"},
	{"illumos", "amd64"},
	{"aix", "ppc64"},
	{"plan9", "amd64"},
	{"dragonfly", "amd64"},
	{"android", "arm64"},
	{"ios", "arm64"},
}

// contextFor returns a context in which the file belongs to its package: one of those that
// are known, if one will do. It is nil if there is none.
func (s *settings) contextFor(ctx context.Context, f *source, known []*buildContext) (*buildContext, error) {
	for _, c := range known {
		if c.file == "" && s.matches(c, f) {
			return c, nil
		}
	}
	tags := fileTags(f.data)
	if slices.Contains(tags, "ignore") {
		c := s.configured()
		c.file, c.tags, c.native = f.name, []string{"ignore"}, false
		return c, nil
	}
	sets := subsets(tags)
	try := func(goos, goarch string, cgo bool) *buildContext {
		for _, set := range sets {
			c := &buildContext{os: goos, arch: goarch, tags: set, cgo: cgo}
			c.native = goos == s.os && goarch == s.arch
			c.cgoless = c.native && s.cgo && !cgo
			if s.matches(c, f) {
				return c
			}
		}
		return nil
	}
	if c := cmp.Or(try(s.os, s.arch, s.cgo), try(s.os, s.arch, false)); c != nil {
		return c, nil
	}
	for _, platform := range usual {
		if c := try(platform[0], platform[1], false); c != nil {
			return c, nil
		}
	}
	out, err := gocmd.Go{Dir: f.dir.path, Base: s.env, Env: []string{"GOWORK=off", "GOFLAGS="}}.Output(ctx, "tool", "dist", "list")
	if err != nil {
		return nil, fmt.Errorf("the platforms that Go knows: %w", err)
	}
	for line := range strings.FieldsSeq(string(out)) {
		goos, goarch, _ := strings.Cut(line, "/")
		if c := try(goos, goarch, false); c != nil {
			return c, nil
		}
	}
	return nil, nil
}

// fileTags returns the tags of a file's build constraint that name no platform.
func fileTags(data []byte) []string {
	var tags []string
	for line := range bytes.Lines(data) {
		text := strings.TrimSpace(string(line))
		if strings.HasPrefix(text, "package ") {
			break
		}
		if expr, err := constraint.Parse(text); err == nil && constraint.IsGoBuild(text) {
			tags = appendTags(tags, expr)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

func appendTags(tags []string, x constraint.Expr) []string {
	switch x := x.(type) {
	case *constraint.TagExpr:
		tags = append(tags, x.Tag)
	case *constraint.NotExpr:
		tags = appendTags(tags, x.X)
	case *constraint.AndExpr:
		tags = appendTags(appendTags(tags, x.X), x.Y)
	case *constraint.OrExpr:
		tags = appendTags(appendTags(tags, x.X), x.Y)
	}
	return tags
}

// subsets returns sets of tags to try, the smallest first. Tags that name platforms are set
// by choosing one.
func subsets(tags []string) [][]string {
	tags = slices.DeleteFunc(slices.Clone(tags), func(tag string) bool {
		return tag == "cgo" || tag == "unix" || tag == "gc" || tag == "gccgo" || strings.HasPrefix(tag, "go1.") ||
			slices.ContainsFunc(usual, func(p [2]string) bool { return p[0] == tag || p[1] == tag })
	})
	const most = 6 // tags to combine
	tags = tags[:min(len(tags), most)]
	var sets [][]string
	for bits := range 1 << len(tags) {
		var set []string
		for i, tag := range tags {
			if bits&(1<<i) != 0 {
				set = append(set, tag)
			}
		}
		sets = append(sets, set)
	}
	slices.SortStableFunc(sets, func(a, b []string) int { return len(a) - len(b) })
	return sets
}

// compiledHere reports whether the file belongs to its package as it was listed.
func compiledHere(p *workspace.Package, f *source) bool {
	if p == nil {
		return false
	}
	base := filepath.Base(f.name)
	return slices.Contains(p.GoFiles, base) || slices.Contains(p.CgoFiles, base) ||
		slices.Contains(p.TestGoFiles, base) || slices.Contains(p.XTestGoFiles, base)
}
