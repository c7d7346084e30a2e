package rename_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
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

// What was renamed can be renamed back, and then all is as it was.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"field", "contexts", "family", "type", "function", "place-use", "conversion-both", "outside-of-work"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			dir := tempDir(t)
			var ask []string
			for _, f := range archive.Files {
				if f.Name == "ask" {
					ask = strings.Fields(string(f.Data))
				} else if f.Name != "found" {
					write(t, filepath.Join(dir, f.Name), f.Data)
				}
			}
			before := snapshot(t, dir)
			r := apply(t, dir, []rename.Request{{Symbol: ask[0], New: ask[1]}})
			if slices.Equal(before, snapshot(t, dir)) {
				t.Fatal("nothing has changed")
			}
			var back []rename.Request
			for _, s := range r.Symbols {
				at := s.Pos[0]
				back = append(back, rename.Request{Symbol: at.String(), New: s.Old()})
			}
			apply(t, dir, back)
			if after := snapshot(t, dir); !slices.Equal(before, after) {
				t.Errorf("the tree is another one:\n%s", strings.Join(after, "\n"))
			}
		})
	}
}

// apply makes the changes of a plan.
func apply(t *testing.T, dir string, requests []rename.Request) *rename.Result {
	t.Helper()
	r, err := rename.Plan(t.Context(), config(dir), requests, rename.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) > 0 {
		t.Fatal(r.Problems)
	}
	for _, c := range r.Changes {
		write(t, c.File, c.New)
	}
	return r
}

// A file and a symbolic link that leads to it are changed once, and compile in both of
// their packages.
func TestSymbolicLinks(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	write(t, filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.25\n"))
	write(t, filepath.Join(dir, "a", "a.go"), []byte("package a\n\ntype T struct{ ID string }\n"))
	shared := filepath.Join(dir, "x", "shared_test.go")
	write(t, shared, []byte("package x_test\n\nimport \"example.com/m/a\"\n\nvar id = a.T{ID: \"1\"}.ID\n"))
	write(t, filepath.Join(dir, "x", "x.go"), []byte("package x\n"))
	write(t, filepath.Join(dir, "y", "x.go"), []byte("package x\n"))
	if err := os.Symlink(filepath.Join("..", "x", "shared_test.go"), filepath.Join(dir, "y", "shared_test.go")); err != nil {
		t.Skip(err)
	}
	r := apply(t, dir, []rename.Request{{Symbol: "./a.T.ID", New: "Key"}})
	var files []string
	for _, c := range r.Changes {
		files = append(files, c.File)
	}
	if want := []string{filepath.Join(dir, "a", "a.go"), shared}; !slices.Equal(files, want) {
		t.Errorf("the changes are of %v, want %v", files, want)
	}
	if r.Symbols[0].Edits != 3 {
		t.Errorf("%d places are changed, want 3", r.Symbols[0].Edits)
	}
}

// In files that cgo rewrites before the compiler sees them, names stand where they stood.
func TestCgo(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip(err)
	}
	dir := tempDir(t)
	write(t, filepath.Join(dir, "go.mod"), []byte("module example.com/m\n\ngo 1.25\n"))
	file := filepath.Join(dir, "c.go")
	const before = `package c

// static int twice(int n) { return 2 * n; }
import "C"

type T struct {
	Number C.int
	Other  int
}

func (t T) F(u T) C.int {
	return C.twice(t.Number) + C.twice(C.twice(u.Number)) + T{Number: C.int(u.Other)}.Number
}
`
	write(t, file, []byte(before))
	cfg := config(dir)
	cfg.Env = append(cfg.Env, "CGO_ENABLED=1")
	r, err := rename.Plan(t.Context(), cfg, []rename.Request{{Symbol: ".T.Number", New: "N"}}, rename.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Problems) > 0 || len(r.Changes) != 1 || len(r.Mentions) > 1 {
		t.Fatal(r.Problems, r.Changes, r.Mentions)
	}
	want := strings.NewReplacer("Number C", "N     C", "Other  int", "Other int", "Number", "N").Replace(before)
	if got := string(r.Changes[0].New); got != want {
		t.Error(udiff.Unified("want", "got", want, got))
	}
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
