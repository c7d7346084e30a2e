package cover_test

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/cover"
)

var update = flag.Bool("update", false, "run the tests of the cases, and rewrite their profiles and what they want")

// TestCases compares the two sides of each case in testdata. The files of a case are:
//
//	base/…, head/…      packages of module example.com/m at the base, and what is else at
//	                    the head; a file that only says DELETED is gone there
//	renamed             files at the head, and what they were at the base
//	base.cov, head.cov  the profiles of both sides' tests
//	unknown             SIDE PACKAGE WHY, of packages whose tests failed
//	want                what Compare says
//
// The text before them is the claim. No test is run but with -update.
func TestCases(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := newCase(archive)
			if *update {
				c.measure(t)
			}
			base, head := c.read(t, "base"), c.read(t, "head")
			got := describe(cover.Compare(base, head, c.renamed))
			if *update {
				c.files["want"] = []byte(got)
				c.rewrite(t, name, archive)
				return
			}
			if want := string(c.files["want"]); got != want {
				t.Errorf("%s%s", archive.Comment, diff.Diff("want", []byte(want), "got", []byte(got)))
			}
			for _, side := range []*cover.Coverage{base, head} {
				if c := cover.Compare(side, side, nil); c.Verdict() == cover.Dropped || c.Change.Total > 0 || c.Before != c.After {
					t.Errorf("a side has changed since itself:\n%s", describe(c))
				}
			}
		})
	}
}

// A testCase is two sides of a code base.
type testCase struct {
	sides   map[string]map[string][]byte // base and head, by file
	files   map[string][]byte            // what else there is
	renamed map[string]string
}

func newCase(archive *txtar.Archive) *testCase {
	c := &testCase{
		sides:   map[string]map[string][]byte{"base": {}, "head": {}},
		files:   make(map[string][]byte),
		renamed: make(map[string]string),
	}
	for _, f := range archive.Files {
		side, name, ok := strings.Cut(f.Name, "/")
		switch {
		case !ok:
			c.files[f.Name] = f.Data
		case string(f.Data) == "DELETED\n":
			delete(c.sides[side], name)
		case side == "base":
			c.sides["head"][name] = f.Data
			fallthrough
		default:
			c.sides[side][name] = f.Data
		}
	}
	for line := range strings.Lines(string(c.files["renamed"])) {
		names := strings.Fields(line)
		c.renamed[names[0]] = names[1]
	}
	return c
}

// read reads the coverage of a side.
func (c *testCase) read(t *testing.T, side string) *cover.Coverage {
	t.Helper()
	coverage, err := cover.Read(side+".cov", bytes.NewReader(c.files[side+".cov"]), func(file string) ([]byte, error) {
		content, ok := c.sides[side][strings.TrimPrefix(file, "example.com/m/")]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return content, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(c.files["unknown"])) {
		if fields := strings.SplitN(strings.TrimSpace(line), " ", 3); fields[0] == side {
			coverage.Packages = append(coverage.Packages, &cover.Package{ImportPath: fields[1], Unknown: fields[2]})
		}
	}
	return coverage
}

// measure runs the tests of both sides.
func (c *testCase) measure(t *testing.T) {
	delete(c.files, "unknown")
	for _, side := range []string{"base", "head"} {
		archive := &txtar.Archive{Files: []txtar.File{{Name: "go.mod", Data: []byte("module example.com/m\n\ngo 1.26\n")}}}
		for name, content := range c.sides[side] {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: content})
		}
		coverage, err := cover.Measure(t.Context(), lay(t, archive), cover.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var profile bytes.Buffer
		if err := coverage.Write(&profile); err != nil {
			t.Fatal(err)
		}
		c.files[side+".cov"] = profile.Bytes()
		for _, p := range coverage.Packages {
			if p.Unknown != "" {
				c.files["unknown"] = fmt.Appendf(c.files["unknown"], "%s %s %s\n", side, p.ImportPath, p.Unknown)
			}
		}
	}
}

func (c *testCase) rewrite(t *testing.T, name string, archive *txtar.Archive) {
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return c.files[f.Name] != nil || f.Name == "unknown" })
	for _, name := range []string{"renamed", "base.cov", "head.cov", "unknown", "want"} {
		if data := c.files[name]; data != nil {
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: data})
		}
	}
	if err := os.WriteFile(name, txtar.Format(archive), 0o666); err != nil {
		t.Fatal(err)
	}
}

// lay writes a code base.
func lay(t *testing.T, archive *txtar.Archive) workspace.Config {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(archive, dir); err != nil {
		t.Fatal(err)
	}
	return workspace.Config{Dir: dir, Env: append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=")}
}

// describe writes what matters of a comparison.
func describe(c *cover.Comparison) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d uncovered before, %d after\n", c.Verdict(), c.Before.Uncovered(), c.After.Uncovered())
	fmt.Fprintf(&b, "of the change: %s\n", count(c.Change))
	for _, p := range c.Uncovered {
		fmt.Fprintf(&b, "not covered: %s\n", part(p))
	}
	for _, r := range c.Regressions {
		fmt.Fprintf(&b, "lost: %s, was %s:%d\n", part(r.Part), r.WasPath, r.WasLine)
	}
	for _, r := range c.Flaky {
		fmt.Fprintf(&b, "flaky: %s\n", part(r.Part))
	}
	for _, p := range c.Packages {
		if p.State == cover.Kept && p.Base == p.Head && len(p.Functions) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s %s: %s, then %s", p.State, p.ImportPath, count(p.Base), count(p.Head))
		if p.Why != "" {
			fmt.Fprintf(&b, " (%s)", p.Why)
		}
		b.WriteString("\n")
		for _, f := range p.Functions {
			fmt.Fprintf(&b, "\t%s: %s, then %s\n", f.Name, count(f.Base), count(f.Head))
		}
	}
	return b.String()
}

func count(c cover.Count) string { return fmt.Sprintf("%d of %d", c.Covered, c.Total) }

func part(p cover.Part) string {
	lines := fmt.Sprint(p.Line)
	if p.EndLine > p.Line {
		lines += fmt.Sprintf("-%d", p.EndLine)
	}
	return fmt.Sprintf("%s:%s %s (%d)", p.Path, lines, p.Function, p.Statements)
}

var errDisk = errors.New("the disk is on fire")
