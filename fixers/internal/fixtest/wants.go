package fixtest

import (
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// place is a line of a file.
type place struct {
	file string
	line int
}

// wantComment is a comment that says what is reported on its line, or some lines below.
var (
	wantComment = regexp.MustCompile("// want(?: \\+([0-9]+))?((?: +(?:`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"))+)")
	wantPattern = regexp.MustCompile("`[^`]*`|\"(?:[^\"\\\\]|\\\\.)*\"")
)

// checkWants checks that what was reported of a package is what the "want" comments in its
// files say: a regular expression for each diagnostic of a line.
func checkWants(t *testing.T, a analyzed) {
	t.Helper()
	wants := make(map[place][]*regexp.Regexp)
	for _, file := range a.pkg.Syntax {
		for _, group := range file.Comments {
			for _, c := range group.List {
				at := a.pkg.Fset.PositionFor(c.Pos(), false)
				if err := parseWant(wants, place{at.Filename, at.Line}, c.Text); err != nil {
					t.Errorf("%s: %v", at, err)
				}
			}
		}
	}
	for _, d := range a.diagnostics {
		at := a.pkg.Fset.PositionFor(d.Pos, false)
		where := place{at.Filename, at.Line}
		i := slices.IndexFunc(wants[where], func(rx *regexp.Regexp) bool { return rx.MatchString(d.Message) })
		if i < 0 {
			t.Errorf("%s: not wanted: %s", at, d.Message)
			continue
		}
		wants[where] = slices.Delete(wants[where], i, i+1)
	}
	for where, left := range wants {
		for _, rx := range left {
			t.Errorf("%s:%d: nothing was reported that matches %q", where.file, where.line, rx)
		}
	}
}

// parseWant adds what a comment at a place wants.
func parseWant(wants map[place][]*regexp.Regexp, at place, comment string) error {
	m := wantComment.FindStringSubmatch(comment)
	if m == nil {
		if strings.Contains(comment, "// want") {
			return fmt.Errorf("the comment %q is not understood: write // want `pattern`", comment)
		}
		return nil
	}
	if m[1] != "" {
		below, err := strconv.Atoi(m[1])
		if err != nil {
			return err
		}
		at.line += below
	}
	for _, quoted := range wantPattern.FindAllString(m[2], -1) {
		pattern, err := strconv.Unquote(quoted)
		if err != nil {
			return err
		}
		rx, err := regexp.Compile(pattern)
		if err != nil {
			return err
		}
		wants[at] = append(wants[at], rx)
	}
	return nil
}

// checkGoldens checks that the changed files of the module in a folder are as the golden files
// beside them say, and that each golden file is of a changed one.
func checkGoldens(t *testing.T, dir string, changed map[string]string) {
	t.Helper()
	for name, got := range changed {
		golden, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)+".golden"))
		if err != nil {
			t.Errorf("%s is changed, and has no golden file:\n%s", name, got)
			continue
		}
		want, err := format.Source(golden)
		if err != nil {
			t.Errorf("%s.golden: %v", name, err)
			continue
		}
		if strings.TrimSpace(got) != strings.TrimSpace(string(want)) {
			t.Errorf("%s becomes:\n%s\nwant:\n%s\nfirst difference: %s", name, got, want, difference(got, string(want)))
		}
	}
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if name, ok := strings.CutSuffix(path, ".golden"); ok && err == nil {
			rel, err := filepath.Rel(dir, name)
			if _, ok := changed[filepath.ToSlash(rel)]; !ok || err != nil {
				t.Errorf("%s has a golden file and is not changed", rel)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// difference returns the first lines in which two texts differ.
func difference(got, want string) string {
	a, b := strings.Split(strings.TrimSpace(got), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d is %q, want %q", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}
