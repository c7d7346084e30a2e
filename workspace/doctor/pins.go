package doctor

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/version"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/workspace"
)

var goLineCheck = Check{
	Name:  "go-lines",
	Title: "modules with different go lines",
	Why:   "The go line decides which language a module is compiled as, which defaults its programs have, and which Go its users need at least.",
	run: func(_ context.Context, x *exam) error {
		byVersion := make(map[string][]*workspace.Module)
		for _, m := range x.loaded() {
			byVersion[m.GoVersion()] = append(byVersion[m.GoVersion()], m)
		}
		if len(byVersion) < 2 {
			return nil
		}
		var parts []string
		versions := slices.SortedFunc(maps.Keys(byVersion), func(a, b string) int { return version.Compare("go"+a, "go"+b) })
		for _, v := range versions {
			name := v
			if v == "" {
				name = "none"
			}
			parts = append(parts, fmt.Sprintf("%s in %s", name, someModules(byVersion[v])))
		}
		oldest := byVersion[versions[0]][0]
		x.add(Finding{
			Level: Untidy, Pos: goModPos(oldest, goLine(oldest.File)),
			Text: "the go lines differ: " + strings.Join(parts, ", "),
		})
		return nil
	},
}

var pinCheck = Check{
	Name:  "go-pins",
	Title: "a place that pins an older Go than the modules need",
	Why:   "A build there fails, or fetches another toolchain each time.",
	run: func(_ context.Context, x *exam) error {
		pins, err := findPins(x.w.Root)
		if err != nil {
			return err
		}
		for _, p := range pins {
			m := x.needs(p.Filename)
			if m == nil || version.Compare("go"+p.version, "go"+m.GoVersion()) >= 0 || within(p.version, m.GoVersion()) {
				continue
			}
			x.add(Finding{
				Level: Risky, Module: nil, Pos: p.Position,
				Text: fmt.Sprintf("Go %s is pinned here, and the module %s needs %s", p.version, m.Rel, m.GoVersion()),
				Mend: "pin Go " + m.GoVersion() + " or newer",
			})
		}
		return nil
	},
}

// within reports whether a pinned version, as "1.24", stands for the newest of its
// releases and so has the needed one, as "1.24.3".
func within(pinned, needed string) bool {
	return strings.Count(pinned, ".") == 1 && version.Lang("go"+needed) == "go"+pinned
}

// needs returns the module that needs the newest Go of those that a file is about: the
// nearest one above it, or all, if the file is at the top.
func (x *exam) needs(file string) *workspace.Module {
	var nearest, newest *workspace.Module
	for _, m := range x.loaded() {
		if m.GoVersion() == "" {
			continue
		}
		if newest == nil || version.Compare("go"+m.GoVersion(), "go"+newest.GoVersion()) > 0 {
			newest = m
		}
		if m.Rel != "." && strings.HasPrefix(file, m.Dir+string(filepath.Separator)) && (nearest == nil || len(m.Dir) > len(nearest.Dir)) {
			nearest = m
		}
	}
	if nearest != nil {
		return nearest
	}
	return newest
}

// A pin is a place that names a version of Go.
type pin struct {
	token.Position
	version string
}

// A pinner finds versions of Go in the lines of files.
type pinner struct {
	file *regexp.Regexp // the name, with slashes, relative to the root
	line *regexp.Regexp // with the version as its first group
}

// pinners returns where Go is pinned: version managers' files, container images, and
// GitHub's workflows and their like in other CI systems.
func pinners() []pinner {
	const number = `(1\.\d+(?:\.\d+)?)`
	return []pinner{
		{regexp.MustCompile(`(^|/)\.go-version$`), regexp.MustCompile(`^\s*(?:go)?` + number + `\s*$`)},
		{regexp.MustCompile(`(^|/)\.tool-versions$`), regexp.MustCompile(`^(?:golang|go)\s+` + number)},
		{regexp.MustCompile(`(^|/)\.?mise\.toml$`), regexp.MustCompile(`^\s*go\s*=\s*["']` + number)},
		{regexp.MustCompile(`(^|/)(Dockerfile|Containerfile)[^/]*$|\.Dockerfile$`), regexp.MustCompile(`(?i)^\s*FROM\s+(?:--\S+\s+)?(?:\S+/)?golang:` + number)},
		{regexp.MustCompile(`(^|/)\.github/(workflows|actions)/.*\.ya?ml$`), regexp.MustCompile(`^\s*-?\s*go-version:\s*["']?\^?` + number)},
		{regexp.MustCompile(`(^|/)(\.gitlab-ci\.yml|\.circleci/config\.yml|azure-pipelines\.yml)$`), regexp.MustCompile(`(?:golang|cimg/go):` + number)},
		{regexp.MustCompile(`(^|/)\.devcontainer/devcontainer\.json$`), regexp.MustCompile(`devcontainers/go:(?:\d+-)?` + number)},
	}
}

// findPins finds the places below root that pin a version of Go.
func findPins(root string) ([]pin, error) {
	rules := pinners()
	var pins []pin
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case ".git", "vendor", "node_modules", "testdata":
				return filepath.SkipDir
			}
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		for _, r := range rules {
			if r.file.MatchString(filepath.ToSlash(rel)) {
				found, err := r.find(name)
				if err != nil {
					return err
				}
				pins = append(pins, found...)
			}
		}
		return nil
	})
	return pins, err
}

func (r *pinner) find(name string) ([]pin, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var pins []pin
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		if m := r.line.FindStringSubmatch(lines.Text()); m != nil {
			pins = append(pins, pin{token.Position{Filename: name, Line: n}, m[1]})
		}
	}
	if err := lines.Err(); err != nil && !errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return pins, nil
}

// newest returns the newest of the versions that has the same major version as another, or
// "". A step from v0 to v1 may lead back in time: some repositories have tags of v1 from
// before there were modules.
func newest(versions []string, like string) string {
	return newestOf(versions, func(v string) bool { return semver.Major(v) == semver.Major(like) })
}

// newestOf returns the newest of those versions that will do, or "".
func newestOf(versions []string, will func(string) bool) string {
	found := ""
	for _, v := range versions {
		if will(v) && semver.Compare(v, found) > 0 {
			found = v
		}
	}
	return found
}
