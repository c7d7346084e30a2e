package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/config"
)

func TestFind(t *testing.T) {
	home := t.TempDir()
	root := filepath.Join(home, "work", "shop")
	deep := filepath.Join(root, "api", "v1")
	if err := os.MkdirAll(deep, 0o777); err != nil {
		t.Fatal(err)
	}
	create := func(elem ...string) string {
		t.Helper()
		name := filepath.Join(elem...)
		if err := os.WriteFile(name, []byte("version: 1\n"), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	find := func(dir string) string {
		t.Helper()
		name, err := config.Find(dir, root)
		if err != nil {
			t.Fatal(err)
		}
		return name
	}

	above := create(home, "gomend.yaml")
	if got := find(deep); got != "" {
		t.Errorf("found %s, which is above the root (%s must not be read)", got, above)
	}
	atRoot := create(root, "gomend.yaml")
	if got := find(deep); got != atRoot {
		t.Errorf("found %q, want that of the root", got)
	}
	nearer := create(root, "api", "gomend.yaml")
	if got := find(deep); got != nearer {
		t.Errorf("found %q, want the nearest", got)
	}
	if got := find(root); got != atRoot {
		t.Errorf("from the root found %q", got)
	}

	create(deep, ".gomend.yml")
	if _, err := config.Find(deep, root); err == nil || !strings.Contains(err.Error(), "name it gomend.yaml") {
		t.Errorf("with .gomend.yml it fails with %v, want advice", err)
	}
}

func TestLoadWithoutAFileIsTheDefaults(t *testing.T) {
	c, err := loader().Load(t.Context(), "")
	if err != nil || c.Confidence != "high" || c.FailOn != "warning" || c.Generated || len(c.Sources) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestLoadFails(t *testing.T) {
	write := func(content string) string {
		name := filepath.Join(t.TempDir(), "gomend.yaml")
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	for _, test := range []struct{ name, file, want string }{
		{"no file", filepath.Join(t.TempDir(), "gomend.yaml"), "gomend.yaml"},
		{"an empty file", write(""), `gomend.yaml:1:1: the file is empty: begin with "version: 1"`},
		{"a comment alone", write("# version: 1\n"), "gomend.yaml:1:1: the file is empty"},
		{"no YAML", write("version: 1\nrules: [x\ntags: y\n"), "gomend.yaml:3:5: while parsing a flow sequence: did not find expected ',' or ']'"},
		{"tabs", write("version: 1\nrules:\n\tdeadlock: off\n"), "gomend.yaml:3:1: while scanning for the next token"},
		{"two documents", write("version: 1\n---\nversion: 1\n"), "holds several documents"},
		{"a list", write("- version: 1\n"), "gomend.yaml:1:1: the file must be keys and values"},
		{"a file beyond reason", write("version: 1\n#" + strings.Repeat("x", 1<<20)), "a configuration may have"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := loader().Load(t.Context(), test.file); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("it fails with %v; want an error with %q", err, test.want)
			}
		})
	}
}
