package rename_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/rename"
)

var update = flag.Bool("update", false, "write what renaming comes to to the files in testdata")

// Each file in testdata is a code base. "ask" is what to rename, a line each: the symbol and
// the new name, or an option. "found" is what comes of it, with the changes as a diff.
func TestPlan(t *testing.T) {
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
			found := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "found" })
			if found < 0 {
				t.Fatal("the archive does not say what is found")
			}
			got := plan(t, archive)
			if want := string(archive.Files[found].Data); got != want && !*update {
				t.Errorf("got\n%s\nwant\n%s\n%s", got, want, udiff.Unified("want", "got", want, got))
			}
			if archive.Files[found].Data = []byte(got); *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// plan lays an archive out, and returns what renaming comes to.
func plan(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := tempDir(t)
	var o rename.Options
	var requests []rename.Request
	for _, f := range archive.Files {
		switch f.Name {
		case "ask":
			for line := range strings.Lines(string(f.Data)) {
				switch fields := strings.Fields(line); {
				case len(fields) == 0:
				case fields[0] == "generated":
					o.Generated = true
				case fields[0] == "keep-wire-names":
					o.KeepWireNames = true
				case fields[0] == "kind":
					o.Kind = rename.Kind(fields[1])
				default:
					requests = append(requests, rename.Request{Symbol: fields[0], New: fields[1]})
				}
			}
		case "found":
		default:
			write(t, filepath.Join(dir, f.Name), f.Data)
		}
	}
	before := snapshot(t, dir)
	r, err := rename.Plan(t.Context(), config(dir), requests, o)
	if after := snapshot(t, dir); !slices.Equal(before, after) {
		t.Errorf("the tree was written to")
	}
	if err != nil {
		return strings.ReplaceAll("error: "+err.Error()+"\n", dir+string(filepath.Separator), "")
	}
	return strings.ReplaceAll(describe(t, dir, r), dir+string(filepath.Separator), "")
}

func describe(t *testing.T, dir string, r *rename.Result) string {
	var b strings.Builder
	for _, s := range r.Symbols {
		fmt.Fprintf(&b, "%s %s → %s: %d edits", s.Kind, s, s.New, s.Edits)
		if s.With != "" {
			fmt.Fprintf(&b, ", as %s", s.With)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "in %s\n", strings.Join(r.Contexts, "; "))
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "problem: %s\n", p.Error())
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "failure: %s\n", f.Error())
	}
	for _, m := range r.Mentions {
		fmt.Fprintf(&b, "%s: %s: %s\n", m.Kind, m.Pos, m.Detail)
	}
	for _, c := range r.Changes {
		name := filepath.ToSlash(strings.TrimPrefix(c.File, dir+string(filepath.Separator)))
		b.WriteString(udiff.Unified("a/"+name, "b/"+name, string(c.Old), string(c.New)))
	}
	if len(r.Problems) > 0 && len(r.Changes) > 0 {
		t.Errorf("there are problems, and changes all the same")
	}
	return b.String()
}

// config is that of a code base that needs nothing from elsewhere.
func config(dir string) workspace.Config {
	env := append(os.Environ(), "GOFLAGS=", "GOWORK=", "GOPROXY=off", "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0", "GOTOOLCHAIN=local")
	return workspace.Config{Dir: dir, Env: env}
}

func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// snapshot returns the names and contents of all files below a directory.
func snapshot(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		all = append(all, name+"\n"+string(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
