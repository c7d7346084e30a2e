package doctor

import (
	"context"
	"fmt"
	"go/version"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/pins"
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
	run: func(ctx context.Context, x *exam) error {
		found, err := pins.Find(ctx, x.w)
		if err != nil {
			return err
		}
		for _, p := range found {
			m := x.needs(&p)
			if m == nil || !p.Below(m.GoVersion()) || p.Kind == pins.Condition || p.Kind == pins.Badge || p.Kind == pins.Prose {
				continue
			}
			x.add(Finding{
				Level: Risky, Module: nil, Pos: p.Position,
				Text: fmt.Sprintf("Go %s is pinned here, and the module %s needs %s", strings.TrimPrefix(p.Version, "go"), m.Rel, m.GoVersion()),
				Mend: "pin Go " + m.GoVersion() + " or newer",
			})
		}
		return nil
	},
}

// needs returns the module that needs the newest Go of those that are built with a pin, or
// nil if none says.
func (x *exam) needs(p *pins.Pin) *workspace.Module {
	var newest *workspace.Module
	loaded := x.loaded()
	for _, m := range p.Modules {
		if m.GoVersion() == "" || !slices.Contains(loaded, m) {
			continue
		}
		if newest == nil || version.Compare("go"+m.GoVersion(), "go"+newest.GoVersion()) > 0 {
			newest = m
		}
	}
	return newest
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
