package compare_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/gomend/gomend/profiles/compare"
)

// compilerProfile returns the profile that a release of Go builds its compiler with, or skips
// the test where that release is not here.
func compilerProfile(t testing.TB, release string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	root, cache, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if release != "" {
		found, _ := filepath.Glob(filepath.Join(cache, "golang.org", "toolchain@v0.0.1-"+release+".*."+runtime.GOOS+"-"+runtime.GOARCH))
		if len(found) == 0 {
			t.Skip(release + " is not in the module cache")
		}
		root = found[len(found)-1]
	}
	name := filepath.Join(root, "src", "cmd", "compile", "default.pgo")
	if _, err := os.Stat(name); err != nil {
		t.Skip("this Go has no profile of its compiler: ", err)
	}
	return name
}

// pprofDiff returns flat and cum of each function as pprof tells them.
func pprofDiff(t *testing.T, base, head string) map[string][2]int64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-top", "-diff_base", base, "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0", "-unit=ns", head)
	cmd.Env = append(os.Environ(), "PPROF_TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("go tool pprof can't be run: %v\n%s", err, stderr.Bytes())
	}
	_, table, _ := strings.Cut(string(out), "cum%\n")
	all := make(map[string][2]int64)
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		name := strings.Join(fields[5:], " ")
		name = strings.TrimSuffix(strings.TrimSuffix(name, " (inline)"), " (partial-inline)")
		all[name] = [2]int64{nanoseconds(t, fields[0]), nanoseconds(t, fields[3])}
	}
	return all
}

func nanoseconds(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "ns"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(n)
}

func fold(t *testing.T, file string, o *compare.Options) *compare.Run {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p, err := compare.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	r, err := compare.Fold(file, p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is subtracted is what pprof subtracts, on every function.
func TestAsPprof(t *testing.T) {
	if testing.Short() {
		t.Skip("pprof takes a while")
	}
	base, head := compilerProfile(t, ""), compilerProfile(t, "go1.27")
	o := &compare.Options{By: compare.ExactFunction}
	r, err := compare.Compare([]*compare.Run{fold(t, base, o)}, []*compare.Run{fold(t, head, o)}, compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	want := pprofDiff(t, base, head)
	if len(want) < 1000 {
		t.Fatalf("pprof tells of %d functions alone", len(want))
	}
	for _, row := range r.Rows {
		if row.Name == "(unknown)" {
			continue // pprof leaves out what has no names
		}
		got := [2]int64{int64(row.Delta()), int64(row.Head.Cum - row.Base.Cum)}
		if w, ok := want[row.Name]; got != w && (ok || got != [2]int64{}) {
			t.Errorf("%s: flat and cum %v, want %v", row.Name, got, w)
		}
		delete(want, row.Name)
	}
	for name, w := range want {
		t.Errorf("%s is missing, with %v", name, w)
	}
}

// Between these releases the compiler's garbage collector has changed to the one that is called
// Green Tea (https://go.dev/blog/greenteagc).
func TestTheCollectorHasChanged(t *testing.T) {
	o := &compare.Options{By: compare.Function}
	base, head := fold(t, compilerProfile(t, ""), o), fold(t, compilerProfile(t, "go1.27"), o)
	if !strings.HasPrefix(runtime.Version(), "go1.26") {
		t.Skip("this is another release than the one it is true of")
	}
	r, err := compare.Compare([]*compare.Run{base}, []*compare.Run{head}, compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	delta := make(map[string]float64)
	for _, row := range r.Rows {
		delta[row.Name] = row.Delta()
	}
	for _, name := range []string{"runtime.tryDeferToSpanScan", "runtime.scanObjectsSmall"} {
		if delta[name] <= 0 {
			t.Errorf("%s changes by %g", name, delta[name])
		}
	}
	for _, name := range []string{"runtime.gcDrain", "runtime.scanobject"} {
		if delta[name] >= 0 {
			t.Errorf("%s changes by %g", name, delta[name])
		}
	}
}
