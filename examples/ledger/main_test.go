package main

import (
	"io/ioutil"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	dir, err := ioutil.TempDir("", "ledger")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{"a.txt": "rent -700\nwages 2500\n", "b.txt": "rent -700\n"} {
		if err := ioutil.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "out")
	if err := run(dir, out, ioutil.Discard); err != nil {
		t.Fatal(err)
	}
	data, err := ioutil.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(data); !strings.HasSuffix(got, "rent -1400\nwages 2500\n") {
		t.Errorf("it writes %q", got)
	}
}
