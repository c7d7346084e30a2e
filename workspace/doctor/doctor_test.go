package doctor_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/internal/casetest"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/doctor"
)

var update = flag.Bool("update", false, "write what is found to the files in testdata")

// Each file in testdata is a code base, with the modules that it depends on below proxy/,
// and what is found in it: "checks" names the checks that are run, if not all that are not
// slow, "archived" is the list of archived modules, "tags" the tags that the repository has, and "summed" the modules that have all
// sums.
func TestExamine(t *testing.T) {
	t.Parallel()
	casetest.Run(t, *update, func(t *testing.T, archive *txtar.Archive) []string { return []string{examine(t, archive)} })
}

// examine lays an archive out and returns what is found in it.
func examine(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir, proxy := casetest.Lay(t, archive, "checks", "archived", "summed", "tags"), casetest.Serve(t, archive)
	var o doctor.Options
	var tags, summed []string
	for _, f := range archive.Files {
		switch f.Name {
		case "checks":
			o.Checks = strings.Fields(string(f.Data))
		case "archived":
			var err error
			if o.Archived, err = doctor.ReadArchived(bytes.NewReader(f.Data)); err != nil {
				t.Fatal(err)
			}
		case "summed":
			summed = strings.Fields(string(f.Data))
		case "tags":
			tags = strings.Fields(string(f.Data))
		}
	}
	if tags != nil {
		git(t, dir, "init", "-q")
		git(t, dir, "add", ".")
		git(t, dir, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x")
		for _, tag := range tags {
			git(t, dir, "tag", tag)
		}
	}
	for _, module := range summed {
		sum(t, filepath.Join(dir, module), proxy)
	}
	r, err := doctor.Examine(t.Context(), workspace.Config{Dir: dir, Env: proxy.Env}, o)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	clean := strings.NewReplacer(dir+string(filepath.Separator), "", dir, "ROOT", proxy.URL, "PROXY")
	for _, f := range r.Findings {
		where := clean.Replace(f.Pos.Filename)
		if f.Pos.Line > 0 {
			where = fmt.Sprintf("%s:%d", where, f.Pos.Line)
		}
		fmt.Fprintf(&b, "%s: %s (%s)\n\t%s\n", f.Check, f.Level, where, clean.Replace(f.Text))
		if f.Mend != "" {
			fmt.Fprintf(&b, "\t→ %s\n", f.Mend)
		}
		if f.Fix {
			b.WriteString("\t→ --fix\n")
		}
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "failed: %s\n", clean.Replace(f.Error()))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Undone)) {
		fmt.Fprintf(&b, "not done: %s: %s\n", name, clean.Replace(r.Undone[name].Error()))
	}
	return b.String()
}

// sum gives a module the sums of all that is below proxy/.
func sum(t *testing.T, dir string, proxy *casetest.Proxy) {
	t.Helper()
	args := []string{"mod", "download", "-json"}
	served, err := os.ReadDir(proxy.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range served {
		name, v, _ := strings.Cut(strings.TrimSuffix(f.Name(), ".txtar"), "_v")
		args = append(args, strings.ReplaceAll(name, "_", "/")+"@v"+v)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = t.TempDir(), append(slices.Clip(proxy.Env), "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var sums bytes.Buffer
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var m struct{ Path, Version, Sum, GoModSum string }
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&sums, "%s %s %s\n%s %s/go.mod %s\n", m.Path, m.Version, m.Sum, m.Path, m.Version, m.GoModSum)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}

func TestEachCheckSaysWhy(t *testing.T) {
	for _, c := range doctor.Checks() {
		if c.Name == "" || c.Title == "" || !strings.HasSuffix(c.Why, ".") {
			t.Errorf("%+v", c)
		}
	}
}

// Of repositories that are checked out side by side, each has its own tags.
func TestRepositoriesSideBySide(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tree := txtar.Parse([]byte(`
-- one/go.mod --
module example.com/one

go 1.26
-- one/one.go --
package one
-- two/sub/go.mod --
module example.com/two/sub

go 1.26

require (
	example.com/one v1.0.0
	example.com/three v0.1.0
)
-- two/sub/two.go --
package two

import (
	_ "example.com/one"
	_ "example.com/three"
)
-- three/go.mod --
module example.com/three

go 1.26
-- three/three.go --
package three
`))
	if err := txtar.Write(tree, dir); err != nil {
		t.Fatal(err)
	}
	for _, repo := range []string{"one", "two", "three"} {
		git(t, filepath.Join(dir, repo), "init", "-q")
		git(t, filepath.Join(dir, repo), "add", ".")
		git(t, filepath.Join(dir, repo), "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x")
	}
	git(t, filepath.Join(dir, "one"), "tag", "v1.0.0")
	git(t, filepath.Join(dir, "one"), "tag", "v1.2.0")
	env := append(os.Environ(), "GOPROXY=off", "GOFLAGS=-modcacherw", "GOMODCACHE="+t.TempDir(), "GOWORK=", "GOTOOLCHAIN=local")
	r, err := doctor.Examine(t.Context(), workspace.Config{Dir: dir, Env: env}, doctor.Options{Checks: []string{"behind", "unreleased"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Check+": "+f.Text+": "+f.Mend)
	}
	text := strings.Join(got, "\n")
	for _, want := range []string{
		"behind: it requires example.com/one@v1.0.0, of which v1.2.0 is tagged",
		"push the tag v0.1.0, or require", // of the repository of three, which it is at the root of
	} {
		if !strings.Contains(text, want) {
			t.Errorf("nothing says %q:\n%s", want, text)
		}
	}
}
