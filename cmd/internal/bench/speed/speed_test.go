package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMain lets the test binary be the vet tool that speed is, and the program
// that it meters.
func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(runAsVettool(role, os.Args[1:]))
	}
	if os.Getenv("SPEED_TEST_IS_METERED") != "" {
		os.Exit(runAsVettool(idle, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// module writes a module with one package that imports nothing, so that
// compiling it from nothing is quick.
func module(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"go.mod": "module example.com/p\n\ngo 1.26\n", "p.go": "package p\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestVetRunsTheMeteredToolAndLogsItsMemory(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	bench := benchAt(module(t), t.TempDir()).with("GOWORK=off", roleVariable+"="+meter, meteredProgram+"="+self, meterLog+"="+log, "SPEED_TEST_IS_METERED=1")
	if _, err := bench.run(context.Background(), nil, "go", "vet", "-vettool="+self, "work"); err != nil {
		t.Fatal(err)
	}
	got, err := highestReading(log)
	if err != nil {
		t.Fatal(err)
	}
	if got.Package != "example.com/p" || runtime.GOOS != "windows" && got.Bytes < 1_000_000 {
		t.Errorf("highest reading = %+v, want more than a megabyte at example.com/p", got)
	}
}

func TestPreparedCacheHoldsTheExportData(t *testing.T) {
	t.Setenv("GOWORK", "off")
	checkout, base := module(t), filepath.Join(t.TempDir(), "base")
	for _, way := range []string{"filled", "copied"} {
		dir := t.TempDir()
		caches, err := prepare(context.Background(), checkout, dir, base, nil)
		if err != nil {
			t.Fatal(err)
		}
		bench := caches.Full
		cmd := bench.command(context.Background(), "go", "build", "-x", "work")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if strings.Contains(string(out), "compile") {
			t.Errorf("the %s cache lacks export data:\n%s", way, out)
		}
	}
	for _, name := range []string{"go", "built"} {
		kept, err := os.Stat(filepath.Join(base, name))
		if err != nil || !kept.IsDir() {
			t.Errorf("the base keeps no build cache: %v", err)
		}
	}
}

func TestHighestReadingOfSeveralProcesses(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(log, []byte(`{"Package":"a","Bytes":5}
{"Package":"b","Bytes":7}
{"Package":"c","Bytes":6}
`), 0o666); err != nil {
		t.Fatal(err)
	}
	got, err := highestReading(log)
	if want := (reading{"b", 7}); got != want || err != nil {
		t.Errorf("highest reading = %v, %v; want %v", got, err, want)
	}
	if err := os.WriteFile(log, []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if got, err := highestReading(log); err == nil {
		t.Errorf("highest reading of a broken log = %v, want an error", got)
	}
}

func TestHighWaterMark(t *testing.T) {
	const status = "Name:\tgomend\nVmPeak:\t  999 kB\nVmHWM:\t   2048 kB\nVmRSS:\t  100 kB\n"
	if got := parseHighWaterMark(status); got != 2048*1024 {
		t.Errorf("high-water mark = %d bytes, want 2 MiB", got)
	}
	if got := parseHighWaterMark("VmRSS:\t  100 kB\n"); got != 0 {
		t.Errorf("high-water mark where there is none = %d", got)
	}
}

func TestEachEditIsNewAndTheFileIsRestored(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p.go")
	const before = "package p\n"
	if err := os.WriteFile(name, []byte(before), 0o666); err != nil {
		t.Fatal(err)
	}
	stamp := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(name, stamp, stamp); err != nil {
		t.Fatal(err)
	}
	file, err := openEditable(name)
	if err != nil {
		t.Fatal(err)
	}
	seen := []string{before}
	for range 3 {
		if err := file.edit(); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(seen, string(content)) {
			t.Errorf("the file had this content before:\n%s", content)
		}
		seen = append(seen, string(content))
	}
	if err := file.restore(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(name)
	if string(content) != before || err != nil {
		t.Errorf("restored to %q, %v", content, err)
	}
	if info, err := os.Stat(name); err != nil || !info.ModTime().Equal(stamp) {
		t.Errorf("restored with another time: %v, %v", info.ModTime(), err)
	}
}

func TestModulesOfAWorkspaceArePatterns(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.work":       "go 1.26\n\nuse (\n\t.\n\t./api/v3\n)\n",
		"go.mod":        "module example.com/m\n\ngo 1.26\n",
		"api/v3/go.mod": "module example.com/m/api/v3\n\ngo 1.26\n",
	} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "")
	got, err := modulePatterns(context.Background(), dir)
	slices.Sort(got)
	if want := []string{"./...", "./api/v3/..."}; !slices.Equal(got, want) || err != nil {
		t.Errorf("patterns = %q, %v; want %q", got, err, want)
	}
}

func TestMedianIsByCPU(t *testing.T) {
	costs := []Cost{{CPU: 3}, {CPU: 1}, {CPU: 2}}
	next := 0
	got, err := median(3, func() (Cost, error) {
		next++
		return costs[next-1], nil
	})
	if got.CPU != 2 || err != nil {
		t.Errorf("median = %v, %v; want 2", got, err)
	}
}

func TestExitCodesThatMeanFindingsAreNoFailure(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bench := Bench{Dir: t.TempDir(), Env: []string{roleVariable + "=unknown"}} // exits 1
	if _, err := bench.run(context.Background(), []int{1}, self); err != nil {
		t.Errorf("exit code 1 is an error: %v", err)
	}
	if _, err := bench.run(context.Background(), nil, self); err == nil || !strings.Contains(err.Error(), roleVariable) {
		t.Errorf("error = %v, want what the program said", err)
	}
	if _, err := bench.run(context.Background(), nil, filepath.Join(bench.Dir, "missing")); err == nil {
		t.Error("a missing program is no error")
	}
}

func TestTableShowsRatiosToGoVet(t *testing.T) {
	seconds := func(s int) Cost { return Cost{CPU: time.Duration(s) * time.Second} }
	var out strings.Builder
	err := printTable(&out, []Row{
		{"go vet", seconds(60), seconds(50), seconds(2), seconds(10)},
		{"gomend check", seconds(30), seconds(25), seconds(3), seconds(11)},
	}, Memory{Vettool: reading{"example.com/big", 150_000_000}, Check: 80_000_000})
	if err != nil {
		t.Fatal(err)
	}
	const want = `           CPU  built  ratio   cold  ratio  warm  ratio  edited  ratio
        go vet  60.0s   1.00  50.0s   1.00  2.0s   1.00   10.0s   1.00
  gomend check  30.0s   0.50  25.0s   0.50  3.0s   1.50   11.0s   1.10

gomend's own processes: the vet tool at most 150 MB (at example.com/big), the command 80 MB
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestBudgets(t *testing.T) {
	cost := func(s float64) Cost { return Cost{CPU: time.Duration(s * float64(time.Second))} }
	rows := []Row{
		{Tool: "go vet", Cold: cost(10), Warm: cost(2), Edited: cost(4)},
		{Tool: "gomend check", Built: cost(10), Cold: cost(9), Warm: cost(2.6), Edited: cost(6)},
		{Tool: "staticcheck", Built: cost(50), Cold: cost(32)},
	}
	memory := Memory{Vettool: reading{Bytes: 301e6}, Check: 50e6}
	startup := Startup{CPU: 4 * time.Millisecond, Init: 700 * time.Microsecond}
	var out strings.Builder
	if err := printBudgets(&out, budgets(rows, memory, startup)); err != nil {
		t.Fatal(err)
	}
	const want = `
warm, beside go vet            1.30       at most 1.3     met
after an edit, beside go vet   1.50       at most 1.3     missed
cold, beside go vet            0.90       at most 1       met
built, beside staticcheck      0.20       at most 0.25    met
cold, beside staticcheck       0.28       at most 0.25    missed
memory of its largest process  301.00 MB  at most 300 MB  missed
CPU to start the vet tool      4.00 ms    at most 8 ms    met
initialisation in it           0.70 ms    at most 3 ms    met
`
	if got := out.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
}

func TestInitTime(t *testing.T) {
	got, err := initTime("init os @0.26 ms, 0.081 ms clock, 616 bytes, 4 allocs\ninit fmt @1 ms, 0.5 ms clock, 0 bytes, 0 allocs\n")
	if want := 581 * time.Microsecond; err != nil || got != want {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if _, err := initTime("fatal error: out of memory\n"); err == nil {
		t.Error("what is no trace is taken for one")
	}
}
