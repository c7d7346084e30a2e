package stage_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/internal/tools/stage"
)

const repository = `
-- LICENSE --
the licence
-- go.work --
go 1.26.0

use (
	./cmd
	./lib
)

replace example.com/repo/lib v0.3.0 => ./lib
-- lib/go.mod --
module example.com/repo/lib

go 1.26.0
-- lib/lib.go --
package lib

// Name is a name.
const Name = "lib"
-- cmd/go.mod --
module example.com/repo/cmd

go 1.26.0

require example.com/repo/lib v0.3.0 // indirect
-- cmd/tool/main.go --
package main

import "example.com/repo/lib"

func main() { print(lib.Name) }
`

// tree writes the repository, with one text replaced by another.
func tree(t *testing.T, old, text string) string {
	t.Helper()
	root := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(strings.Replace(repository, old, text, 1))), root); err != nil {
		t.Fatal(err)
	}
	return root
}

// staged stages the modules of the repository.
func staged(t *testing.T, root string) (*stage.Repo, *stage.Stage) {
	t.Helper()
	repo, err := stage.Open(filepath.Join(root, "cmd", "tool"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := stage.New(t.Context(), repo, gocmd.Go{Env: []string{"GOPROXY=off", "GONOSUMDB=", "GOFLAGS=-mod=mod"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, m := range repo.Modules {
		if err := s.Add(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	return repo, s
}

func TestRequiredModulesComeFirst(t *testing.T) {
	repo, err := stage.Open(tree(t, "", ""))
	if err != nil {
		t.Fatal(err)
	}
	if repo.Version != "v0.3.0" || repo.Prefix != "example.com/repo" {
		t.Errorf("version %s of modules below %s, want v0.3.0 of example.com/repo", repo.Version, repo.Prefix)
	}
	var paths []string
	for _, m := range repo.Modules {
		paths = append(paths, m.Path)
	}
	if got := strings.Join(paths, " "); got != "example.com/repo/lib example.com/repo/cmd" {
		t.Errorf("modules in the order %s", got)
	}
}

func TestModulesBuildAndInstallFromTheProxy(t *testing.T) {
	repo, s := staged(t, tree(t, "", ""))
	for _, m := range repo.Modules {
		if _, err := s.Go(s.Dir(m), "").Run(t.Context(), nil, "build", "-o", os.DevNull, "./..."); err != nil {
			t.Error(err)
		}
	}
	gopath := t.TempDir()
	if _, err := s.Go(gopath, gopath).Run(t.Context(), nil, "install", "example.com/repo/cmd/...@v0.3.0"); err != nil {
		t.Fatal(err)
	}
	if matches, _ := filepath.Glob(filepath.Join(gopath, "bin", "tool*")); len(matches) != 1 {
		t.Errorf("installed: %v, want the tool", matches)
	}
}

func TestTidiedFilesHaveNoSumsOfSiblings(t *testing.T) {
	root := tree(t, "", "")
	repo, s := staged(t, root)
	cmd := repo.Modules[1]
	mod, sum, err := s.Tidied(cmd)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mod), "indirect") {
		t.Errorf("go.mod is not tidy:\n%s", mod)
	}
	if len(sum) != 0 {
		t.Errorf("go.sum has sums that change with every edit of a sibling:\n%s", sum)
	}
	complete, err := os.ReadFile(filepath.Join(s.Dir(cmd), "go.sum"))
	if err != nil || !strings.Contains(string(complete), "example.com/repo/lib v0.3.0 h1:") {
		t.Errorf("the release has no sum of the sibling: %q, %v", complete, err)
	}
	if data, err := os.ReadFile(filepath.Join(root, "cmd", "go.mod")); err != nil || !strings.Contains(string(data), "// indirect") {
		t.Errorf("the tree was written to: %q, %v", data, err)
	}
}

func TestWhatHindersARelease(t *testing.T) {
	tests := []struct{ name, old, text, message string }{
		{"no version", "replace example.com/repo/lib v0.3.0 => ./lib", "", "no replace line names the next version"},
		{"a replace of all versions", "lib v0.3.0 =>", "lib =>", "go.work:8"},
		{"a replace in go.mod", "go 1.26.0\n\nrequire", "go 1.26.0\n\nreplace example.com/x => ../x\n\nrequire", "replace line"},
		{"a cycle", "module example.com/repo/lib\n", "module example.com/repo/lib\n\nrequire example.com/repo/cmd v0.3.0\n", "requires itself"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := stage.Open(tree(t, test.old, test.text))
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want an error that says %q", err, test.message)
			}
		})
	}
}
