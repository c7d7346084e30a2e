package pins_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/pins"
)

var update = flag.Bool("update", false, "write what is found to the files in testdata")

// Each file in testdata is a code base. The file "to" has the version that its pins are
// raised to, "pins" what becomes of each, and "diff" how the files change.
func TestRaise(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			to, tree := "", new(txtar.Archive)
			want := make(map[string]*txtar.File)
			for i, f := range archive.Files {
				switch f.Name {
				case "to":
					to = strings.TrimSpace(string(f.Data))
				case "pins", "diff":
					want[f.Name] = &archive.Files[i]
				default:
					tree.Files = append(tree.Files, f)
				}
			}
			got := raise(t, tree, to)
			for name, text := range got {
				f := want[name]
				if f == nil {
					t.Fatalf("the archive has no file %q", name)
				}
				if string(f.Data) != text && !*update {
					t.Errorf("%s: got\n%s\nwant\n%s", name, text, f.Data)
				}
				f.Data = []byte(text)
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// raise lays a tree out, raises its pins, and tells what becomes of them and of the files.
func raise(t *testing.T, tree *txtar.Archive, to string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(tree, dir); err != nil {
		t.Fatal(err)
	}
	found := find(t, dir)
	plan, err := pins.Raise(found, to)
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	for _, p := range found {
		rel, err := filepath.Rel(dir, p.Filename)
		if err != nil {
			t.Fatal(err)
		}
		var modules []string
		for _, m := range p.Modules {
			modules = append(modules, m.Rel)
		}
		fmt.Fprintf(&told, "%s:%d:%d: %s %q of %s: %s\n", filepath.ToSlash(rel), p.Line, p.Column, p.Kind, p.Version, strings.Join(modules, " "), fate(plan, p))
	}
	var diffs bytes.Buffer
	for _, c := range plan.Changes {
		rel, err := filepath.Rel(dir, c.File)
		if err != nil {
			t.Fatal(err)
		}
		rel = filepath.ToSlash(rel)
		text := string(diff.Diff(rel, c.Old, rel, c.New))
		_, text, _ = strings.Cut(text, "--- ")
		for line := range strings.Lines("--- " + text) {
			if line[0] != ' ' && line[0] != '@' {
				diffs.WriteString(strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "--- ", "file ") + "\n")
			}
		}
		if err := os.WriteFile(c.File, c.New, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	again, err := pins.Raise(find(t, dir), to)
	if err != nil || len(again.Changes) > 0 {
		t.Errorf("the second time, %d files change: %v", len(again.Changes), err)
	}
	return map[string]string{"pins": told.String(), "diff": diffs.String()}
}

func find(t *testing.T, dir string) []pins.Pin {
	t.Helper()
	w, err := workspace.Open(t.Context(), workspace.Config{Dir: dir, Env: append(os.Environ(), "GOWORK=", "GOFLAGS=")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	found, err := pins.Find(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// fate says what becomes of a pin.
func fate(plan *pins.Plan, p pins.Pin) string {
	same := func(other pins.Pin) bool { return other.Position == p.Position }
	if i := slices.IndexFunc(plan.Raised, func(r pins.Raised) bool { return same(r.Pin) }); i >= 0 {
		if to := plan.Raised[i].To; to != "" {
			return to
		}
		return "dropped"
	}
	if i := slices.IndexFunc(plan.Left, func(l pins.Left) bool { return same(l.Pin) }); i >= 0 {
		return "left: " + plan.Left[i].Reason
	}
	return "stays"
}

func TestRaiseToNoVersion(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"", "stable", "1", "2.0", "1.22.x", "1.22rc1", "^1.22", "v1.22"} {
		if _, err := pins.Raise(nil, to); err == nil || !strings.Contains(err.Error(), "no version of Go that pins can be raised to") {
			t.Errorf("%q: got %v", to, err)
		}
	}
}

// A pin is below a go line if no release that it admits will do.
func TestBelow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		pin, line string
		want      bool
	}{
		{"1.15", "1.16", true},
		{"1.15.9", "1.16", true},
		{"1.16", "1.16", false},
		{"1.21", "1.21.3", false}, // the newest of its releases
		{"1.21.x", "1.21.3", false},
		{"1.21.2", "1.21.3", true},
		{"1.21.3", "1.21.3", false},
		{"1.22.0", "1.22", false},
		{"1.22rc1", "1.22", true},
		{"1.23", "1.22.9", false},
		{"1.15", "", false},
	} {
		found := pins.Read(".go-version", []byte(test.pin+"\n"))
		if len(found) != 1 {
			t.Fatalf("%s: found %v", test.pin, found)
		}
		if got := found[0].Below(test.line); got != test.want {
			t.Errorf("%s is below %s: got %v", test.pin, test.line, got)
		}
	}
}
