package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// A reference is how a user refers to a finding: by its place, or by the first
// digits of its fingerprint.
type reference struct {
	file string // as the user wrote it, or ""
	line int

	id string
}

// parseReference parses FILE:LINE, FILE:LINE:COLUMN or an ID. It reports false
// if the text is none of them.
func parseReference(text string) (reference, bool) {
	// Compiled when it is needed: the vet-tool face starts often.
	if regexp.MustCompile(`^[0-9a-f]{4,16}(\.[0-9]+)?$`).MatchString(text) {
		return reference{id: text}, true
	}
	m := regexp.MustCompile(`^(.+?):([0-9]+)(:[0-9]+)?:?$`).FindStringSubmatch(text)
	if m == nil {
		return reference{}, false
	}
	line, err := strconv.Atoi(m[2])
	return reference{file: m[1], line: line}, err == nil
}

// questionAbout returns the question whose answer has the finding: of its
// package, if the place tells that, or of the whole code base.
func (a *app) questionAbout(text string) *question {
	q := &question{patterns: []string{"work"}}
	if ref, ok := parseReference(text); ok && ref.file != "" {
		if name := a.locate(ref.file); name != "" {
			q.patterns = []string{filepath.Dir(name)}
		}
	}
	return q
}

// locate returns the absolute name of a file that a user names, or "". Reports
// name files relative to where the user stands.
func (a *app) locate(file string) string {
	if filepath.IsAbs(file) {
		return filepath.Clean(file)
	}
	name := filepath.Join(a.Dir, filepath.FromSlash(file))
	if _, err := os.Stat(name); err != nil {
		return ""
	}
	return name
}

// find returns the one finding that the text refers to. Of several, it is the
// one that a check shows.
func (x *analysis) find(a *app, text string) (*finding.Finding, error) {
	found, err := x.findAll(a, text)
	if err != nil {
		return nil, err
	}
	if len(found) > 1 {
		found = x.preferShown(found)
	}
	if len(found) == 1 {
		return &found[0], nil
	}
	var ids []string
	for _, f := range found {
		ids = append(ids, fmt.Sprintf("%s (%s)", f.Fingerprint, f.ID()))
	}
	return nil, fmt.Errorf("%s is not one finding but %d: say which of %s", text, len(found), strings.Join(ids, ", "))
}

// preferShown returns those of the findings that a check shows, or all if it
// shows none of them.
func (x *analysis) preferShown(found []finding.Finding) []finding.Finding {
	shown := slices.DeleteFunc(slices.Clone(found), func(f finding.Finding) bool {
		return !slices.ContainsFunc(x.Shown, func(g finding.Finding) bool { return g.Fingerprint == f.Fingerprint })
	})
	if len(shown) == 0 {
		return found
	}
	return shown
}

// findAll returns the findings that the text refers to, at least one, among all:
// whatever is made of them by suppressions, the configuration and the baseline. If there
// is none, it may be a leak that tests have shown.
func (x *analysis) findAll(a *app, text string) ([]finding.Finding, error) {
	ref, ok := parseReference(text)
	if !ok {
		return nil, fmt.Errorf("%q is neither the ID of a finding nor FILE:LINE: `gomend check` shows both", text)
	}
	meant := func(f finding.Finding) bool {
		if ref.id != "" {
			return strings.HasPrefix(f.Fingerprint, ref.id)
		}
		return f.Line == ref.line && x.path(f.File) == a.locate(ref.file)
	}
	found := slices.DeleteFunc(x.all(), func(f finding.Finding) bool { return !meant(f) })
	if exact := slices.IndexFunc(found, func(f finding.Finding) bool { return f.Fingerprint == ref.id }); exact >= 0 {
		return found[exact : exact+1], nil
	}
	if len(found) == 0 {
		found = slices.DeleteFunc(a.recall(x.Result), func(f finding.Finding) bool { return !meant(f) })
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no finding %s%s", text, x.butIncomplete())
	}
	return found, nil
}

// butIncomplete says that what is missed may not have been looked at.
func (x *analysis) butIncomplete() string {
	if x.complete() {
		return ""
	}
	return ", but not everything could be looked at: " + x.Failures[0].Error()
}

// all returns every finding, with those about suppressions, sorted.
func (x *analysis) all() []finding.Finding {
	all := slices.Concat(x.Shown, x.LessSure, x.Generated, x.Off)
	for _, s := range slices.Concat(x.suppressed, x.Excluded) {
		all = append(all, s.Finding)
	}
	finding.Sort(all)
	return all
}
