package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The go command starts the vet-tool face once for every package, dependencies
// included, hundreds of times a run. What it may cost, in milliseconds: the
// initialisation of all linked packages, and the CPU time of a whole start.
const (
	maxInit = 3.0
	maxCPU  = 8.0
)

// emptyCPU is what a Go program that does nothing takes, in milliseconds, on a
// machine that has nothing else to do. Where it takes more, the limits are as much
// higher.
const emptyCPU = 1.5

// starts is how often a program is started. The fastest start counts: it is what
// the program takes, the others tell of the machine.
const starts = 30

func TestVetToolStartsFast(t *testing.T) {
	gomend := buildProgram(t, ".")
	empty := buildProgram(t, emptyProgram(t))
	inits := make(map[string]float64) // by package
	cpu, least := math.Inf(1), math.Inf(1)
	for range starts {
		took, _ := start(t, empty)
		least = min(least, took)
		took, trace := start(t, gomend)
		cpu = min(cpu, took)
		for pkg, ms := range initTimes(t, trace) {
			if old, ok := inits[pkg]; !ok || ms < old {
				inits[pkg] = ms
			}
		}
	}
	var sum float64
	for _, ms := range inits {
		sum += ms
	}
	slow := max(1, least/emptyCPU)
	t.Logf("initialisation takes %.2f ms, a start %.2f ms of CPU, an empty program's %.2f ms", sum, cpu, least)
	if sum > maxInit*slow {
		t.Errorf("packages take %.2f ms to initialise, more than %.2f; the slowest:\n%s", sum, maxInit*slow, slowest(inits))
	}
	if cpu > maxCPU*slow {
		t.Errorf("a start takes %.2f ms of CPU, more than %.2f", cpu, maxCPU*slow)
	}
}

// emptyProgram returns the file of a program that does nothing.
func emptyProgram(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(name, []byte("package main\n\nimport _ \"os\"\n\nfunc main() {}\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// buildProgram builds a program as users do, without the race detector.
func buildProgram(t *testing.T, pkg string) string {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "program.exe")
	if out, err := exec.Command("go", "build", "-o", exe, pkg).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return exe
}

// start starts a program as the go command does to learn of a vet tool's flags. It
// returns the CPU time that it took, in milliseconds, and what the runtime tells of
// the initialisation of packages.
func start(t *testing.T, exe string) (cpu float64, trace string) {
	t.Helper()
	cmd := exec.Command(exe, "-flags")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	took := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return float64(took) / float64(time.Millisecond), stderr.String()
}

// initTimes parses lines such as "init os @0.26 ms, 0.081 ms clock, 616 bytes, 4
// allocs".
func initTimes(t *testing.T, trace string) map[string]float64 {
	t.Helper()
	times := make(map[string]float64)
	for line := range strings.Lines(trace) {
		var pkg string
		var at, took float64
		if _, err := fmt.Sscanf(line, "init %s @%f ms, %f ms clock", &pkg, &at, &took); err != nil {
			t.Fatalf("the runtime's trace has the line %q: %v", line, err)
		}
		times[pkg] = took
	}
	if len(times) == 0 {
		t.Fatal("the runtime's trace is empty")
	}
	return times
}

func slowest(inits map[string]float64) string {
	pkgs := slices.SortedFunc(maps.Keys(inits), func(a, b string) int { return cmp.Compare(inits[b], inits[a]) })
	var list strings.Builder
	for _, pkg := range pkgs[:min(8, len(pkgs))] {
		fmt.Fprintf(&list, "\t%.2f ms %s\n", inits[pkg], pkg)
	}
	return list.String()
}
