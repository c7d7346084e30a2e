package align_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomend/gomend/workspace/align"
)

// With what a module requires, its vendor folder changes, which the go command would refuse
// otherwise.
func TestVendored(t *testing.T) {
	t.Parallel()
	cfg := lay(t)
	// Only one module is left, with what it needs in its vendor folder.
	for _, name := range []string{"go.work", "cart", "ship"} {
		if err := os.RemoveAll(filepath.Join(cfg.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cfg.Dir = filepath.Join(cfg.Dir, "stock")
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = cfg.Dir, cfg.Env
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	run("get", "dep.example/text@v1.0.0")
	run("mod", "tidy")
	run("mod", "vendor")

	r, err := align.Get(t.Context(), cfg, "dep.example/text", "v1.1.0", align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Worse) > 0 {
		t.Fatalf("worse: %+v", r.Worse)
	}
	var files []string
	for _, c := range r.Changes {
		rel, err := filepath.Rel(cfg.Dir, c.File)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.ToSlash(rel))
		if c.New == nil {
			t.Errorf("%s goes", rel)
			continue
		}
		if err := os.MkdirAll(filepath.Dir(c.File), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(c.File, c.New, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"go.mod", "go.sum", "vendor/dep.example/more/more.go", "vendor/dep.example/text/text.go", "vendor/modules.txt"}
	if !slices.Equal(files, want) {
		t.Errorf("the changes are of %q, want %q", files, want)
	}
	run("build", "./...")

	// Back again, a file of the folder goes.
	r, err = align.Get(t.Context(), cfg, "dep.example/text", "v1.0.0", align.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Changes, func(c align.Change) bool { return c.New == nil && filepath.Base(c.File) == "more.go" }) {
		t.Errorf("nothing goes: %q", shown(r, cfg.Dir))
	}
}
