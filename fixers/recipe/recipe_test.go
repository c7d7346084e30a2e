package recipe_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/recipe"
	"github.com/gomend/gomend/workspace"
)

// environment is that of a go command that fetches nothing.
func environment() []string {
	return append(os.Environ(), "GOFLAGS=", "GOPROXY=off", "GOWORK=off", "GO111MODULE=on")
}

// load returns the fixer of the only recipe in a folder, which is in its file "recipe".
func load(t *testing.T, dir, name string) (*fix.Fixer, error) {
	t.Helper()
	template, err := os.ReadFile(filepath.Join(dir, "recipe"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := recipe.Parse(recipe.Source{Name: name, Summary: name, Template: string(template)})
	if err != nil {
		return nil, err
	}
	all, failures, err := recipe.Load(t.Context(), workspace.Config{Dir: dir, Env: environment()}, []*recipe.Recipe{r})
	if err != nil {
		t.Fatal(err)
	}
	if len(failures) > 0 {
		return nil, failures[0].Problems
	}
	if len(all) == 0 {
		return nil, errors.New(r.Idle)
	}
	return all[0], nil
}

// TestFix runs the recipe of each archive on its module, which says what is reported, and
// what becomes of it.
func TestFix(t *testing.T) {
	archives, err := filepath.Glob("testdata/fix/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives: ", err)
	}
	for _, archive := range archives {
		name := strings.TrimSuffix(filepath.Base(archive), ".txtar")
		t.Run(name, func(t *testing.T) {
			dir := fixtest.Extract(t, archive)
			f, err := load(t, dir, name)
			if err != nil {
				t.Fatal(err)
			}
			fixtest.Run(t, dir, f)
		})
	}
}

// TestProblems loads the recipes of archives that are wrong: each is a file "recipe", behind
// it one with what is said of it.
func TestProblems(t *testing.T) {
	archives, err := filepath.Glob("testdata/problems/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives: ", err)
	}
	for _, archive := range archives {
		ar, err := txtar.ParseFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		write := func(name string, data []byte) {
			path := filepath.Join(dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, data, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for i, f := range ar.Files {
			said, ok := strings.CutPrefix(f.Name, "said ")
			if !ok {
				write(f.Name, f.Data)
				continue
			}
			if ar.Files[i-1].Name != "recipe" {
				t.Fatalf("%s: %s does not follow a recipe", archive, f.Name)
			}
			t.Run(strings.TrimSuffix(filepath.Base(archive), ".txtar")+"/"+said, func(t *testing.T) {
				_, err := load(t, dir, "wrong")
				if err == nil {
					t.Fatal("nothing is said")
				}
				if got, want := err.Error(), strings.TrimSpace(string(f.Data)); got != want {
					t.Errorf("said:\n%s\nwant:\n%s", got, want)
				}
			})
		}
	}
}

func TestWhatTheRecipeSaysBesideItsTemplate(t *testing.T) {
	template := "func before(s string) bool { return len(s) == 0 }\nfunc after(s string) bool { return s == \"\" }"
	for _, test := range []struct {
		source recipe.Source
		want   string
	}{
		{recipe.Source{Name: "empty-string"}, `"empty-string" is no name for a fixer: use letters and digits, the first a letter`},
		{recipe.Source{Name: "empty", Since: "new"}, `since: "new" is no version of Go: write it as 1.21`},
		{recipe.Source{Name: "empty", Tier: fix.Left}, "tier: a recipe is safe, proven or a suggestion"},
	} {
		test.source.Template = template
		if _, err := recipe.Parse(test.source); err == nil || err.Error() != test.want {
			t.Errorf("%+v: %v, want %s", test.source, err, test.want)
		}
	}
}

// FuzzParse states that no template makes Parse panic, and that one is either read, and is a
// fixer with a kind for what it does, or is refused with a place in it.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/fix/*.txtar", "testdata/problems/*.txtar"} {
		archives, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range archives {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				f.Fatal(err)
			}
			for _, file := range ar.Files {
				if file.Name == "recipe" {
					f.Add(string(file.Data))
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, template string) {
		r, err := recipe.Parse(recipe.Source{Name: "x", Template: template})
		if err == nil {
			if x := r.Fixer(nil); len(x.Kinds) < 2 {
				t.Errorf("the fixer has the kinds %v", x.Kinds)
			}
			return
		}
		var problems recipe.Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("%v has no problems", err)
		}
		for _, p := range problems {
			if p.Line < 1 || p.Col < 1 || p.Message == "" {
				t.Errorf("problem %+v has no position or no message", p)
			}
		}
	})
}
