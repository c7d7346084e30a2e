package edit_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomend/gomend/internal/edit"
)

// contents is a tree of files by name.
type contents map[string]string

func (c contents) read(name string) ([]byte, error) {
	text, ok := c[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// replace returns the edit that replaces the only occurrence of old in the file.
func (c contents) replace(t *testing.T, name, old, text string) edit.Edit {
	t.Helper()
	if strings.Count(c[name], old) != 1 {
		t.Fatalf("%q does not occur once in %s", old, name)
	}
	start := strings.Index(c[name], old)
	return edit.Edit{File: name, Start: start, End: start + len(old), New: text}
}

func add(t *testing.T, s *edit.Set, fix ...edit.Edit) {
	t.Helper()
	if err := s.Add(fix...); err != nil {
		t.Fatal(err)
	}
}

func content(t *testing.T, s *edit.Set, name string) string {
	t.Helper()
	data, err := s.Content(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestFixesMerge(t *testing.T) {
	c := contents{"f": "abcdef"}
	tests := []struct {
		name  string
		fixes []edit.Edit
		want  string
	}{
		{"no fix", nil, "abcdef"},
		{"apart, in any order", []edit.Edit{{Start: 4, End: 5, New: "E"}, {Start: 1, End: 2, New: "B"}}, "aBcdEf"},
		{"touching", []edit.Edit{{Start: 1, End: 3, New: "X"}, {Start: 3, End: 4, New: "Y"}}, "aXYef"},
		{"identical ones count once", []edit.Edit{{Start: 1, End: 2, New: "XX"}, {Start: 1, End: 2, New: "XX"}}, "aXXcdef"},
		{"identical insertions count once", []edit.Edit{{Start: 3, End: 3, New: "+"}, {Start: 3, End: 3, New: "+"}}, "abc+def"},
		{"insertions at one place keep the order of their fixes", []edit.Edit{{Start: 3, End: 3, New: "2"}, {Start: 3, End: 3, New: "1"}}, "abc21def"},
		{"insertion before a replacement", []edit.Edit{{Start: 3, End: 5, New: "X"}, {Start: 3, End: 3, New: "+"}}, "abc+Xf"},
		{"insertion after a replacement", []edit.Edit{{Start: 3, End: 5, New: "X"}, {Start: 5, End: 5, New: "+"}}, "abcX+f"},
		{"ends of the file", []edit.Edit{{Start: 6, End: 6, New: "$"}, {Start: 0, End: 0, New: "^"}}, "^abcdef$"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := edit.NewSet(c.read)
			for _, e := range test.fixes {
				e.File = "f"
				add(t, s, e)
			}
			if got := content(t, s, "f"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestConflictingFixIsRefusedAsAWhole(t *testing.T) {
	c := contents{"f": "abcdef", "g": "ghijkl"}
	overlapping := []struct {
		name string
		e    edit.Edit
	}{
		{"same bytes", edit.Edit{File: "f", Start: 2, End: 4, New: "other"}},
		{"part", edit.Edit{File: "f", Start: 3, End: 5}},
		{"around", edit.Edit{File: "f", Start: 0, End: 6}},
		{"insertion within", edit.Edit{File: "f", Start: 3, End: 3, New: "+"}},
	}
	for _, test := range overlapping {
		t.Run(test.name, func(t *testing.T) {
			s := edit.NewSet(c.read)
			first := edit.Edit{File: "f", Start: 2, End: 4, New: "X"}
			add(t, s, first)
			err := s.Add(edit.Edit{File: "g", Start: 0, End: 1, New: "G"}, test.e)
			var conflict *edit.ConflictError
			if !errors.As(err, &conflict) {
				t.Fatalf("got %v, want a *ConflictError", err)
			}
			if diff := cmp.Diff(first, conflict.With); diff != "" {
				t.Errorf("conflicts with (-want +got):\n%s", diff)
			}
			if got := content(t, s, "f"); got != "abXef" {
				t.Errorf("f is %q, want the first fix alone", got)
			}
			if got := s.Files(); !slices.Equal(got, []string{"f"}) {
				t.Errorf("files with edits are %v: the refused fix left some in g", got)
			}
		})
	}
}

func TestFixThatContradictsItself(t *testing.T) {
	s := edit.NewSet(contents{"f": "abcdef"}.read)
	err := s.Add(edit.Edit{File: "f", Start: 0, End: 3}, edit.Edit{File: "f", Start: 2, End: 4})
	var conflict *edit.ConflictError
	if !errors.As(err, &conflict) || len(s.Files()) != 0 {
		t.Errorf("got %v and files %v, want a *ConflictError and none", err, s.Files())
	}
}

func TestEditsOutsideOfTheFile(t *testing.T) {
	for _, e := range []edit.Edit{{Start: 2, End: 7}, {Start: -1, End: 2}, {Start: 3, End: 2}} {
		e.File = "f"
		s := edit.NewSet(contents{"f": "abcdef"}.read)
		err := s.Add(edit.Edit{File: "f", New: "+"}, e)
		var out *edit.RangeError
		if !errors.As(err, &out) || len(s.Files()) != 0 {
			t.Errorf("%d to %d: got %v and files %v, want a *RangeError and none", e.Start, e.End, err, s.Files())
		}
	}
	s := edit.NewSet(contents{}.read)
	if err := s.Add(edit.Edit{File: "gone"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
}

const formatted = `package p

import (
	"fmt"
	"time"
)

func f() {
	time.Sleep(1)
	fmt.Println()
}
`

func TestFormattedFilesStayFormatted(t *testing.T) {
	c := contents{"a.go": formatted, "odd.go": strings.Replace(formatted, "\tfmt.P", "fmt.P", 1), "a.txt": formatted}
	for name, want := range map[string]string{
		"a.go":   "\tfmt.Println(1, 2)\n",
		"odd.go": "\nfmt.Println(1,2)\n",
		"a.txt":  "\tfmt.Println(1,2)\n",
	} {
		s := edit.NewSet(c.read)
		add(t, s, c.replace(t, name, "Println()", "Println(1,2)"))
		if got := content(t, s, name); !strings.Contains(got, want) {
			t.Errorf("%s: %q is not in\n%s", name, want, got)
		}
	}
}

func TestBrokenGoIsAnError(t *testing.T) {
	c := contents{"a.go": formatted}
	s := edit.NewSet(c.read)
	add(t, s, c.replace(t, "a.go", "func f() {", "func f( {"))
	if _, err := s.Content("a.go"); err == nil || !strings.Contains(err.Error(), "a.go") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func TestFreedImports(t *testing.T) {
	tests := []struct {
		name      string
		src       string
		old, text string
		frees     []string
		gone      []string // what is no longer in the file
		kept      []string
	}{
		{
			name: "one of several", src: formatted,
			old: "\ttime.Sleep(1)\n", frees: []string{"time"},
			gone: []string{`"time"`}, kept: []string{`"fmt"`},
		},
		{
			name: "not said to be freed", src: formatted,
			old:  "\ttime.Sleep(1)\n",
			kept: []string{`"time"`},
		},
		{
			name: "used elsewhere", src: strings.Replace(formatted, "Println()", "Println(time.Now())", 1),
			old: "\ttime.Sleep(1)\n", frees: []string{"time"},
			kept: []string{`"time"`},
		},
		{
			name: "the only one", src: "package p\n\nimport \"time\"\n\nfunc f() { time.Sleep(1) }\n",
			old: "time.Sleep(1)", frees: []string{"time"},
			gone: []string{"import"},
		},
		{
			name: "all of a group", src: formatted,
			old: "\ttime.Sleep(1)\n\tfmt.Println()\n", frees: []string{"time", "fmt"},
			gone: []string{"import", `"fmt"`},
		},
		{
			name: "named", src: "package p\n\nimport (\n\t\"fmt\"\n\tclock \"time\" // ticks\n)\n\nfunc f() { clock.Sleep(1); fmt.Println() }\n",
			old: "clock.Sleep(1); ", frees: []string{"time"},
			gone: []string{"clock"},
		},
		{
			name: "major version", src: "package p\n\nimport \"example.com/yaml/v3\"\n\nfunc f() { yaml.F() }\n",
			old: "yaml.F()", frees: []string{"example.com/yaml/v3"},
			gone: []string{"import"},
		},
		{
			name: "name unlike its path", src: "package p\n\nimport \"example.com/go-yaml\"\n\nfunc f() { yaml.F(); g() }\n",
			old: "yaml.F(); ", frees: []string{"example.com/go-yaml"},
			kept: []string{"go-yaml"},
		},
		{
			name: "other code in its line", src: "package p\n\nimport \"time\"; import \"fmt\"\n\nfunc f() { time.Sleep(1); fmt.Println() }\n",
			old: "time.Sleep(1); ", frees: []string{"time"},
			kept: []string{`"fmt"`, `"time"`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := contents{"a.go": test.src}
			e := c.replace(t, "a.go", test.old, test.text)
			e.Frees = test.frees
			s := edit.NewSet(c.read)
			add(t, s, e)
			got := content(t, s, "a.go")
			for _, text := range test.gone {
				if strings.Contains(got, text) {
					t.Errorf("%s is still there:\n%s", text, got)
				}
			}
			for _, text := range test.kept {
				if !strings.Contains(got, text) {
					t.Errorf("%s is gone:\n%s", text, got)
				}
			}
		})
	}
}

func TestDiff(t *testing.T) {
	c := contents{"/src/a.go": formatted}
	s := edit.NewSet(c.read)
	add(t, s, c.replace(t, "/src/a.go", "Sleep(1)", "Sleep(2)"))
	got, err := s.Diff("/src/a.go", "a.go")
	if err != nil {
		t.Fatal(err)
	}
	const want = "--- a/a.go\n+++ b/a.go\n@@ -6,6 +6,6 @@\n )\n \n func f() {\n-\ttime.Sleep(1)\n+\ttime.Sleep(2)\n \tfmt.Println()\n }\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("diff (-want +got):\n%s", diff)
	}
}

// What an overlay shows to the go command is the change; the tree is untouched.
func TestOverlay(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "a_"+goos(t)+".go")
	for file, text := range map[string]string{name: "package old\n", filepath.Join(dir, "go.mod"): "module m\n"} {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := edit.NewSet(os.ReadFile)
	add(t, s, edit.Edit{File: name, Start: len("package "), End: len("package old"), New: "renamed"})
	overlay, err := s.WriteOverlay(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "list", "-overlay="+overlay, "-f", "{{.Name}}", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "renamed" {
		t.Errorf("the go command sees package %s, want renamed", got)
	}
	if data, err := os.ReadFile(name); err != nil || string(data) != "package old\n" {
		t.Errorf("the file itself is %q, %v", data, err)
	}
}

func goos(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOOS").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}
