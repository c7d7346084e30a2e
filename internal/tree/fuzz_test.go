package tree_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/internal/tree"
)

// FuzzManifest gives the reader what anybody might have put into a tree, with a right
// digest or without. What it accepts names files of the tree alone; and as no copy
// belongs to it, nothing is written.
func FuzzManifest(f *testing.F) {
	const sum = `"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"`
	for _, text := range []string{
		`{"command":"gomend fix","began":"2026-01-02T15:04:05Z","files":[{"file":"file","old":{` + sum + `,"perm":420},"new":{` + sum + `}}]}`,
		`{"files":[{"file":"new/a","new":{` + sum + `}}],"dirs":["new"]}`,
		`{"files":[{"file":"file","old":{` + sum + `}}],"dirs":["dir","."]}`,
		`{"files":[{"file":"../outside","new":{` + sum + `}}]}`,
		`{"files":[{"file":"/etc/passwd","new":{` + sum + `}}]}`,
		`{"files":[{"file":"a/.GIT/hooks/x","new":{` + sum + `}}]}`,
		`{"files":[{"file":".gomend-journal/manifest","new":{` + sum + `}}]}`,
		`{"files":[{"file":"odd\\n\\xff\\\"","new":{` + sum + `}}]}`,
		`{"files":[{"file":"a"},{"file":"a"}]}`,
		`{"files":null}`,
		"null",
	} {
		f.Add([]byte(text), true)
		f.Add(tree.Sealed([]byte(text)), false)
	}
	top := f.TempDir()
	root := filepath.Join(top, "root")
	f.Fuzz(func(t *testing.T, data []byte, seal bool) {
		if seal {
			data = tree.Sealed(data)
		}
		accepted(t, data)

		put(t, filepath.Join(top, "outside"), "content", 0o644)
		put(t, filepath.Join(root, "file"), "content", 0o644)
		put(t, filepath.Join(root, "dir", "file"), "content", 0o644)
		old := fmt.Sprint(files(t, top))
		manifest := filepath.Join(root, ".gomend-journal", "manifest")
		put(t, manifest, string(data), 0o644)
		j, err := tree.Pending(t.Context(), root)
		if (j == nil) == (err == nil) {
			t.Fatalf("got %v and %v", j, err)
		}
		if j != nil {
			j.Continue(t.Context())
			j.Abort(t.Context())
		}
		change := tree.Change{Op: tree.Create, File: filepath.Join(root, "fresh"), New: []byte("content")}
		if err := tree.Write(t.Context(), root, command, []tree.Change{change}); err == nil {
			if err := os.Remove(change.File); err != nil {
				t.Fatal(err)
			}
		} else if _, err := os.Stat(manifest); err != nil {
			t.Errorf("Write failed, but the journal is gone: %v", err)
		}
		if err := os.RemoveAll(filepath.Dir(manifest)); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(files(t, top)); got != old {
			t.Errorf("the tree was\n%s and is\n%s", old, got)
		}
	})
}

// accepted checks a manifest that can be read.
func accepted(t *testing.T, data []byte) {
	t.Helper()
	text, names, err := tree.Recoded(data)
	if err != nil {
		return
	}
	for _, name := range names {
		parts := strings.Split(name, "/")
		if slices.ContainsFunc(parts, func(part string) bool {
			return part == "" || part == "." || part == ".." || strings.EqualFold(part, ".git") || strings.EqualFold(part, ".gomend-journal")
		}) {
			t.Errorf("the name %q is accepted", name)
		}
	}
	again, others, err := tree.Recoded(text)
	if err != nil || !bytes.Equal(again, text) || !slices.Equal(names, others) {
		t.Errorf("written and read again, it differs: %v\n%s\n%s", err, text, again)
	}
}
