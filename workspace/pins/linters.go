package pins

import (
	"cmp"
	"context"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/workspace"
)

// A Linter is a place that names the version of a linter, which may not know the Go that a
// code base moves to.
type Linter struct {
	token.Position // the file is as it was given to [ReadLinters], from [FindLinters] absolute

	Name    string // of the linter, as "golangci-lint"
	Version string // as it is written, without a leading v
}

// knows are the first releases of golangci-lint that know a version of Go, oldest first, as
// its change log has them. It looks at no code of a version that is newer than the one it
// was built with.
//
// See https://golangci-lint.run/docs/product/changelog/.
var knows = []struct{ linter, lang string }{
	{"v1.45.0", "go1.18"},
	{"v1.48.0", "go1.19"},
	{"v1.51.0", "go1.20"},
	{"v1.54.0", "go1.21"},
	{"v1.56.0", "go1.22"},
	{"v1.60.1", "go1.23"},
	{"v1.64.2", "go1.24"},
	{"v2.4.0", "go1.25"},
	{"v2.9.0", "go1.26"},
	{"v2.13.0", "go1.27"},
}

// Needs returns the first release of the linter that knows a version of Go, as a go line has
// it, if the place names an older one. Where it names no patch release, the newest counts.
func (l *Linter) Needs(goVersion string) (release string, tooOld bool) {
	lang := version.Lang("go" + goVersion)
	i := slices.IndexFunc(knows, func(k struct{ linter, lang string }) bool { return k.lang == lang })
	if i < 0 {
		return "", false
	}
	release = knows[i].linter
	named := "v" + l.Version
	if strings.Count(named, ".") == 1 {
		return release, semver.Compare(named, semver.MajorMinor(release)) < 0
	}
	return release, semver.Compare(named, release) < 0
}

const (
	linterName    = "golangci-lint"
	linterVersion = `v?(\d{1,2}\.\d{1,3}(?:\.\d{1,3})?)`
)

// linterREs are the ways to name a version of golangci-lint.
var linterREs = []func() *regexp.Regexp{
	lazy(`golangci-lint@` + linterVersion + `\b`),
	lazy(`golangci/golangci-lint:` + linterVersion + `\b`),
	lazy(`(?i)\bgolang_?ci[_-]?(?:lint)?[_-]?ver(?:sion)?["']?[ \t]*[:?]{0,2}[:=][ \t]*["']?` + linterVersion + `\b`),
	lazy(`golangci-lint/[\w.]+/install\.sh[^\n]*[ \t]` + linterVersion + `\b`),
	lazy(`(?m)^[ \t]*["']?golangci-lint["']?(?:[ \t]+|[ \t]*=[ \t]*["'])` + linterVersion + `\b`),
	// A step of a workflow, up to the next one, and a repository of pre-commit.
	lazy(`uses:[ \t]*["']?golangci/golangci-lint-action@[^\n]*\n(?:[ \t]*\n|[ \t]+[^-\s][^\n]*\n)*?[ \t]+version:[ \t]*["']?` + linterVersion + `\b`),
	lazy(`repo:[ \t]*["']?https://github\.com/golangci/golangci-lint["']?[ \t]*\n(?:[ \t]*\n|[ \t]+[^-\s][^\n]*\n)*?[ \t]+rev:[ \t]*["']?` + linterVersion + `\b`),
}

// ReadLinters finds the places in a file that name a version of a linter, sorted, by the
// file's name relative to the code base, with slashes. Documents have none: what they say
// was true of its time.
func ReadLinters(name string, content []byte) []Linter {
	if !slices.ContainsFunc(readers, func(r reader) bool { return r.is(name) }) || documentRE().MatchString(name) ||
		!strings.Contains(strings.ToLower(string(content)), "golang") {
		return nil
	}
	f := newFile(name, content)
	var all []Linter
	for _, re := range linterREs {
		for _, m := range re().FindAllSubmatchIndex(content, -1) {
			pos := f.position(m[2])
			line := content[f.lines[pos.Line-1]:m[2]]
			if comment := strings.TrimSpace(string(line)); strings.HasPrefix(comment, "#") || strings.HasPrefix(comment, "//") {
				continue
			}
			if !slices.ContainsFunc(all, func(l Linter) bool { return l.Offset == pos.Offset }) {
				all = append(all, Linter{pos, linterName, string(content[m[2]:m[3]])})
			}
		}
	}
	slices.SortFunc(all, func(a, b Linter) int { return cmp.Compare(a.Offset, b.Offset) })
	return all
}

// documentRE is the names of documents.
var documentRE = lazy(`\.(md|markdown|rst|adoc|txt)$`)

// FindLinters finds the places of a code base that name a version of a linter, sorted by
// file and position. It looks into the files that [Find] looks into. An error is one of
// reading, and names the file.
func FindLinters(ctx context.Context, w *workspace.Workspace) ([]Linter, error) {
	var all []Linter
	err := walk(ctx, w, func(name, rel string) error {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, l := range ReadLinters(rel, data) {
			l.Filename = filepath.Clean(name)
			all = append(all, l)
		}
		return nil
	})
	return all, err
}
