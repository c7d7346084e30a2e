// Package buildctx finds build contexts in which Go files are compiled that the configured
// one leaves out: for other platforms, with other tags, without cgo.
package buildctx

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"go/build"
	"go/build/constraint"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
)

// A Context is what decides which files belong to their packages.
type Context struct {
	OS, Arch string

	// Tags are set in addition to those of the configuration.
	Tags []string

	// Cgo tells whether cgo is in use, and Cgoless that it is not, though it is configured.
	Cgo, Cgoless bool

	// Native tells that the platform is the configured one: what is imported can come from
	// the compiler's export data.
	Native bool

	// File is the only file to look at, as a program of its own, or "".
	File string
}

func (c *Context) String() string {
	s := c.OS + "/" + c.Arch
	if c.Cgoless {
		s += " without cgo"
	}
	if len(c.Tags) > 0 {
		s += " with " + strings.Join(c.Tags, ",")
	}
	return s
}

// Settings are what the go command builds with.
type Settings struct {
	env      []string
	os, arch string
	cgo      bool

	// Tags are the configured build tags.
	Tags []string
}

// New returns the settings of go commands that run in an environment, as [os.Environ]
// returns it, with build tags. What "go env" says there of GOOS, GOARCH, CGO_ENABLED and
// GOFLAGS is in vars. If there are no tags, they are those of GOFLAGS.
func New(vars map[string]string, environ, tags []string) *Settings {
	s := &Settings{env: environ, os: vars["GOOS"], arch: vars["GOARCH"], cgo: vars["CGO_ENABLED"] == "1", Tags: tags}
	for flag := range strings.FieldsSeq(vars["GOFLAGS"]) {
		if list, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags="); ok && len(tags) == 0 {
			s.Tags = strings.Split(list, ",")
		}
	}
	return s
}

// Configured returns the context that the configuration asks for.
func (s *Settings) Configured() *Context {
	return &Context{OS: s.os, Arch: s.arch, Cgo: s.cgo, Native: true}
}

// Matches reports whether a file belongs to its package in a context.
func (s *Settings) Matches(c *Context, file string, content []byte) bool {
	b := build.Default
	b.GOOS, b.GOARCH, b.CgoEnabled = c.OS, c.Arch, c.Cgo
	b.BuildTags = slices.Concat(s.Tags, c.Tags)
	b.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }
	ok, err := b.MatchFile(filepath.Dir(file), filepath.Base(file))
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

// For returns a context in which a file belongs to its package: one of those that are known,
// if one will do. It is nil if there is none.
func (s *Settings) For(ctx context.Context, file string, content []byte, known []*Context) (*Context, error) {
	for _, c := range known {
		if c.File == "" && s.Matches(c, file, content) {
			return c, nil
		}
	}
	tags := fileTags(content)
	if slices.Contains(tags, "ignore") {
		c := s.Configured()
		c.File, c.Tags, c.Native = file, []string{"ignore"}, false
		return c, nil
	}
	sets := subsets(tags)
	try := func(goos, goarch string, cgo bool) *Context {
		for _, set := range sets {
			c := &Context{OS: goos, Arch: goarch, Tags: set, Cgo: cgo}
			c.Native = goos == s.os && goarch == s.arch
			c.Cgoless = c.Native && s.cgo && !cgo
			if s.Matches(c, file, content) {
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
	out, err := gocmd.Go{Dir: filepath.Dir(file), Base: s.env, Env: []string{"GOWORK=off", "GOFLAGS="}}.Output(ctx, "tool", "dist", "list")
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
		if expr, err := constraint.Parse(text); err == nil {
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
