package memo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gomend/gomend/internal/memo"
)

type answer struct{ N int }

func TestMemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "below", "gomend")
	m, err := memo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	key := memo.NewKey("test", "a", "bc")
	var got answer
	if m.Get(key, &got) {
		t.Error("an entry in an empty memo")
	}
	for n := 1; n <= 2; n++ {
		if err := m.Put(key, answer{n}); err != nil {
			t.Fatal(err)
		}
		if !m.Get(key, &got) || got.N != n {
			t.Errorf("got %v, want %d", got, n)
		}
	}
	// Another process sees it, and with its directory it is gone.
	again, err := memo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got = (answer{}); !again.Get(key, &got) || got.N != 2 {
		t.Errorf("after it was opened again, got %v", got)
	}
	if again.Get(memo.NewKey("test", "ab", "c"), &got) {
		t.Error("keys of other parts are the same")
	}
	var other []int
	if again.Get(key, &other) {
		t.Error("an entry of another form was read")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if again.Get(key, &got) {
		t.Error("an entry in a directory that is gone")
	}
}

func TestDir(t *testing.T) {
	set := func(dir string) func(string) string {
		return func(name string) string { return map[string]string{"GOMENDCACHE": dir}[name] }
	}
	want := t.TempDir()
	if got, err := memo.Dir(set(want)); got != want || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := memo.Dir(set("here")); err == nil {
		t.Error("a relative GOMENDCACHE was accepted")
	}
	t.Setenv("XDG_CACHE_HOME", want)
	t.Setenv("HOME", want)
	if got, err := memo.Dir(set("")); filepath.Base(got) != "gomend" || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestOpenFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := memo.Open(filepath.Join(file, "gomend")); err == nil {
		t.Error("a memo in a file")
	}
}

func TestHashFiles(t *testing.T) {
	write := func(dir, name, content string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	hash := func(names ...string) string {
		t.Helper()
		h, err := memo.HashFiles(names...)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, other := t.TempDir(), t.TempDir()
	a, b := write(one, "a.go", "x"), write(one, "b.go", "y")
	want := hash(a, b)
	if got := hash(b, a); got != want {
		t.Error("the order matters")
	}
	if got := hash(write(other, "a.go", "x"), write(other, "b.go", "y")); got != want {
		t.Error("the directory matters")
	}
	if got := hash(a, write(one, "b.go", "z")); got == want {
		t.Error("the content does not matter")
	}
	if got := hash(a); got == want {
		t.Error("a missing file does not matter")
	}
	if _, err := memo.HashFiles(filepath.Join(one, "none.go")); err == nil {
		t.Error("a file that is not there has a digest")
	}
}
