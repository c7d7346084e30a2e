package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// What a position is in a kernel's leak.
const (
	blocked = "blocked" // the operation that never ends
	started = "go"      // the go statement of the goroutine that never ends
	lock    = "lock"    // the acquisition of the lock that another goroutine waits for
)

// A Position is a line at which a finding names the kernel's bug.
type Position struct {
	Kernel   string
	What     string // blocked, started or lock
	Line     int
	Function string
	Evidence string // "12/20": runs that showed it; or words
}

// observe builds the kernels of dir with the goroutineleak profile and runs
// each the given number of times. It returns every position that a profile
// showed, and writes progress to log.
func observe(ctx context.Context, dir string, kernels []Kernel, runs int, log io.Writer) ([]Position, error) {
	program, clean, err := build(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer clean()
	var all []Position
	for _, k := range kernels {
		src, err := parseSource(filepath.Join(dir, k.Name+".go"))
		if err != nil {
			return nil, err
		}
		seen := make(map[Position]int)
		for run := range runs {
			positions, err := observeOnce(ctx, program, k, src, run)
			if err != nil {
				// A few kernels have a race that makes them panic now and then.
				fmt.Fprintf(log, "%s: run %d does not count: %v\n", k.Name, run, err)
			}
			for _, p := range positions {
				seen[p]++
			}
		}
		for p, n := range seen {
			p.Evidence = fmt.Sprintf("%d/%d", n, runs)
			all = append(all, p)
		}
		fmt.Fprintf(log, "%s: %d positions\n", k.Name, len(seen))
	}
	slices.SortFunc(all, comparePositions)
	return all, ctx.Err()
}

func observeOnce(ctx context.Context, program string, k Kernel, src *source, run int) ([]Position, error) {
	profile, err := leakProfile(ctx, program, k.Entry, run)
	if err != nil {
		return nil, err
	}
	return positionsOf(k.Name, src, profile)
}

func comparePositions(a, b Position) int {
	return cmp.Or(cmp.Compare(a.Kernel, b.Kernel), cmp.Compare(a.Line, b.Line), cmp.Compare(a.What, b.What), cmp.Compare(a.Function, b.Function))
}

// build compiles a copy of the kernels and returns the program, and a function
// that removes it.
func build(ctx context.Context, dir string) (program string, clean func(), err error) {
	tmp, err := os.MkdirTemp("", "goker")
	if err != nil {
		return "", nil, err
	}
	clean = func() { os.RemoveAll(tmp) }
	if err := copyModule(tmp, dir); err != nil {
		clean()
		return "", nil, err
	}
	program = filepath.Join(tmp, "kernels.exe")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	cmd.Dir = tmp
	cmd.Env = append(os.Environ(), "GOEXPERIMENT=goroutineleakprofile", "GOWORK=off", "GO111MODULE=on")
	if out, err := cmd.CombinedOutput(); err != nil {
		clean()
		return "", nil, fmt.Errorf("building the kernels of %s: %w\n%s", dir, err, out)
	}
	return program, clean, nil
}

// patience is how long a kernel may run. The slowest takes about a second.
const patience = time.Minute

// leakProfile runs a kernel once, as the tests of package runtime do. Whether a
// leak shows depends on the schedule, so runs take turns with one processor and
// with all.
func leakProfile(ctx context.Context, program, entry string, run int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, entry)
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1")
	if run%2 == 0 {
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
	}
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	return string(out), err
}

// positionsOf returns the positions that one profile shows, each once.
func positionsOf(kernel string, src *source, profile string) ([]Position, error) {
	leaks, err := parseLeaks(profile)
	if err != nil {
		return nil, err
	}
	var positions []Position
	for _, leak := range leaks {
		at, ok := leak.Blocked(kernel + ".go")
		if !ok {
			return nil, errors.New("a leaked goroutine has no frame in the kernel: " + leak.Created.Function + ":" + strconv.Itoa(leak.Created.Line))
		}
		for _, line := range src.blockedLines(at.Line) {
			positions = append(positions, Position{Kernel: kernel, What: blocked, Line: line, Function: at.Function})
		}
		if leak.Created.File != kernel+".go" {
			continue // time.AfterFunc: package time has the go statement
		}
		line, err := src.goLine(leak.Created.Line)
		if err != nil {
			return nil, err
		}
		positions = append(positions, Position{Kernel: kernel, What: started, Line: line, Function: leak.Created.Function})
	}
	slices.SortFunc(positions, comparePositions)
	return slices.Compact(positions), nil
}

// copyModule copies the Go files of dir into the directory tmp and makes a
// module of them.
func copyModule(tmp, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return err
	}
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(tmp, filepath.Base(name)), src, 0o666); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(tmp, "go.mod"), []byte("module goker.example\n\ngo 1.26\n"), 0o666)
}
