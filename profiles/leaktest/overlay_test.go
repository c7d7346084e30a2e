package leaktest

import (
	"encoding/json"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The toolchain at hand must have all the functions that the overlay changes, and
// keep its line numbers: failed tests print them.
func TestInstrument(t *testing.T) {
	for file, calls := range calls {
		name := filepath.Join(build.Default.GOROOT, "src", "testing", file)
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := instrument(name, string(source), calls)
		if err != nil {
			t.Fatal(err)
		}
		before, after := strings.Split(string(source), "\n"), strings.Split(got, "\n")
		if len(before) != len(after) {
			t.Fatalf("%d lines became %d", len(before), len(after))
		}
		var changed []string
		for i := range before {
			if before[i] != after[i] {
				changed = append(changed, strings.TrimSpace(after[i]))
			}
		}
		if len(changed) != len(calls) {
			t.Errorf("changed lines:\n%s", strings.Join(changed, "\n"))
		}
	}
}

func TestInstrumentUnknown(t *testing.T) {
	_, err := instrument("testing.go", "package testing\n\nfunc MainStart() {}\n", calls["testing.go"])
	if err == nil || !strings.Contains(err.Error(), "testing.go is of a Go release that gomend does not know") {
		t.Errorf("got %v", err)
	}
}

func TestOverlayIsGo(t *testing.T) {
	dir := t.TempDir()
	name, err := writeOverlay(dir, build.Default.GOROOT, mode{growth: true, env: []string{"GOWORK", `GOFLAGS=-tags="a b"`}})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var overlay struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &overlay); err != nil {
		t.Fatal(err)
	}
	for original, file := range overlay.Replace {
		syntax, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		if want := filepath.Base(filepath.Dir(original)); syntax.Name.Name != want {
			t.Errorf("%s is of package %s, want %s", original, syntax.Name.Name, want)
		}
	}
}

func TestModeReachesTheHook(t *testing.T) {
	m := mode{growth: true, env: []string{"GOWORK", "GOFLAGS=-tags=a"}}
	for _, want := range []string{"package testdeps", "gomendGrowth = true", `gomendEnv    = "GOWORK\nGOFLAGS=-tags=a"`} {
		if !strings.Contains(m.hook(), want) {
			t.Errorf("the hook lacks %s", want)
		}
	}
}
