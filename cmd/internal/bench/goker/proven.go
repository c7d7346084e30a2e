package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/profiles/leaktest"
	"github.com/gomend/gomend/workspace"
)

// prove runs each kernel the given number of times as the test of a package of its
// own, by package leaktest, and prints how many were seen to leak, and every leak
// that is none of those in the tables.
func prove(ctx context.Context, out io.Writer, dir string, truth Truth, runs int) error {
	tmp, err := os.MkdirTemp("", "goker")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := writeTests(tmp, dir, truth.Kernels); err != nil {
		return err
	}
	seen := make(map[string]int) // runs, by kernel
	strays := make(map[string]int)
	ended := 0
	for range runs {
		result, err := leaktest.Run(ctx, leaktest.Config{
			Workspace: workspace.Config{Dir: tmp, Env: append(os.Environ(), "GOWORK=off", "GODEBUG=asyncpreemptoff=1")},
			Patterns:  []string{"./..."},
			Flags:     []string{"-count=1", "-vet=off"},
		})
		if err != nil {
			return err
		}
		for _, p := range result.Packages {
			kernel := filepath.Base(p.Dir)
			if p.Unseen != nil || p.Outcome == leaktest.Unbuilt {
				fmt.Fprintf(out, "%s: a run does not count: %v %s\n", kernel, p.Unseen, p.Outcome)
				continue
			}
			ended++
			found := false
			for _, l := range p.Leaks {
				if truth.holds(kernel, l) {
					found = true
				} else {
					strays[fmt.Sprintf("%s: %s %v, started at %v", kernel, l.State, l.Stack, l.Start)]++
				}
			}
			if found {
				seen[kernel]++
			}
		}
	}
	fmt.Fprintf(out, "%d kernels, %d runs each, %d runs in all that ended: %d kernels seen to leak\n", len(truth.Kernels), runs, ended, len(seen))
	for _, k := range truth.Kernels {
		if n := seen[k.Name]; n < runs {
			fmt.Fprintf(out, "  %s in %d runs\n", k.Name, n)
		}
	}
	fmt.Fprintf(out, "%d leaks that the tables do not name\n", len(strays))
	for _, text := range slices.Sorted(maps.Keys(strays)) {
		fmt.Fprintf(out, "  %s\n", text)
	}
	return nil
}

// holds reports whether the tables have the go statement or the blocked operation
// of a leak.
func (t Truth) holds(kernel string, l leaktest.Leak) bool {
	at := func(f goroutine.Frame) bool {
		return slices.ContainsFunc(t.Positions, func(p Position) bool {
			return p.Kernel == kernel && p.Line == f.Line && filepath.Base(f.File) == kernel+".go"
		})
	}
	return at(l.Start) || slices.ContainsFunc(l.Stack, at)
}

// writeTests makes a module in tmp with a package for each kernel of dir, whose one
// test runs it.
func writeTests(tmp, dir string, kernels []Kernel) error {
	// The kernels' own main function registers them, and has what they share.
	shared, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		return err
	}
	files := map[string]string{"go.mod": "module goker.example\n\ngo 1.26\n"}
	for _, k := range kernels {
		src, err := os.ReadFile(filepath.Join(dir, k.Name+".go"))
		if err != nil {
			return err
		}
		files[filepath.Join(k.Name, k.Name+".go")] = string(src)
		files[filepath.Join(k.Name, "main.go")] = string(shared)
		files[filepath.Join(k.Name, "kernel_test.go")] = fmt.Sprintf("package main\n\nimport \"testing\"\n\nfunc TestKernel(*testing.T) { %s() }\n", k.Entry)
	}
	for name, content := range files {
		name = filepath.Join(tmp, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			return err
		}
	}
	return nil
}
