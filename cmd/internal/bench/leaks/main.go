// Leaks measures `gomend leaks test` on the tests of real repositories, which are
// given as checkouts:
//
//	leaks -checkout DIR [-worksheet FILE] [PACKAGES] [-- FLAGS OF GO TEST]
//
// It runs the tests by "go test" and with the look for leaks, both with everything
// compiled, and prints which packages and tests end differently, how much more CPU the
// look takes, and how many leaks there are. A test that differs is run by "go test"
// once more, to tell the flaky from the changed.
//
// Each leak is a row of the worksheet, where a reader writes the verdict and the line
// that proves it; what was written for a leak that is still there is kept.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"time"

	"github.com/gomend/gomend/cmd/internal/evidence"
	"github.com/gomend/gomend/profiles/leaktest"
	"github.com/gomend/gomend/workspace"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("leaks: ")
	checkout := flag.String("checkout", "", "the `directory` of the code base")
	worksheet := flag.String("worksheet", "", "write the leaks to `file`, keeping its verdicts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	patterns, flags := flag.Args(), []string(nil)
	if i := slices.Index(patterns, "--"); i >= 0 {
		patterns, flags = patterns[:i], patterns[i+1:]
	}
	if err := run(ctx, *checkout, *worksheet, patterns, flags); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, checkout, worksheet string, patterns, flags []string) error {
	if checkout == "" {
		return errors.New("-checkout is missing")
	}
	dir, err := filepath.Abs(checkout)
	if err != nil {
		return err
	}
	m := measurement{dir: dir, patterns: patterns, flags: append([]string{"-count=1"}, flags...)}
	plain, looked, err := m.both(ctx)
	if err != nil {
		return err
	}
	found := evidence.Leaks(looked.result)
	fmt.Printf("%s: %d packages with tests, %d leaks in %d packages\n",
		filepath.Base(dir), len(plain.ends), len(found.Findings), leaking(looked.result))
	fmt.Printf("go test: %.0f CPU s, with the look for leaks: %.0f CPU s, ratio %.2f\n",
		plain.cpu.Seconds(), looked.cpu.Seconds(), looked.cpu.Seconds()/plain.cpu.Seconds())
	again, err := m.plain(ctx)
	if err != nil {
		return err
	}
	report(plain.ends, again.ends, looked.ends)
	if worksheet == "" {
		return nil
	}
	return writeWorksheet(worksheet, found.Findings)
}

// leaking returns the number of packages whose tests leave goroutines.
func leaking(r *leaktest.Result) int {
	n := 0
	for _, p := range r.Packages {
		if len(p.Leaks) > 0 {
			n++
		}
	}
	return n
}

// A measurement says which tests to run.
type measurement struct {
	dir             string
	patterns, flags []string
}

// A sample is one run of the tests.
type sample struct {
	ends   map[string]end // by package
	cpu    time.Duration  // of the go command and all that it ran
	result *leaktest.Result
}

// An end is what became of a package's tests.
type end struct {
	outcome leaktest.Outcome
	failed  []string
	unseen  bool
}

// both runs the tests in both ways, each once to compile everything and once to
// measure.
func (m measurement) both(ctx context.Context) (plain, looked sample, err error) {
	for range 2 {
		if plain, err = m.plain(ctx); err != nil {
			return plain, looked, err
		}
		if looked, err = m.looked(ctx); err != nil {
			return plain, looked, err
		}
	}
	return plain, looked, nil
}

// looked runs the tests with the look for leaks.
func (m measurement) looked(ctx context.Context) (sample, error) {
	s := sample{ends: make(map[string]end)}
	before := childrenCPU()
	var err error
	s.result, err = leaktest.Run(ctx, leaktest.Config{
		Workspace: workspace.Config{Dir: m.dir},
		Patterns:  m.patterns,
		Flags:     m.flags,
	})
	s.cpu = childrenCPU() - before
	if err != nil {
		return s, err
	}
	for _, p := range s.result.Packages {
		if p.Outcome != leaktest.NoTests {
			s.ends[p.ImportPath] = end{p.Outcome, p.Failed, p.Unseen != nil}
		}
	}
	return s, nil
}

// report prints the packages that end differently when leaks are looked for, those
// whose tests do so without, too, and those that could not be looked at.
func report(plain, again, looked map[string]end) {
	differ, flaky := 0, 0
	for name, e := range plain {
		with := looked[name]
		switch {
		case same(e, with):
		case !same(e, again[name]):
			flaky++
			fmt.Printf("  flaky: %s: %s %v, then %s %v; looked at: %s %v\n", name, e.outcome, e.failed, again[name].outcome, again[name].failed, with.outcome, with.failed)
		default:
			differ++
			fmt.Printf("  DIFFERS: %s: %s %v; looked at: %s %v\n", name, e.outcome, e.failed, with.outcome, with.failed)
		}
		if with.unseen {
			fmt.Printf("  not looked at: %s (%s)\n", name, with.outcome)
		}
	}
	failing := 0
	for _, e := range plain {
		if e.outcome != leaktest.Passed {
			failing++
		}
	}
	fmt.Printf("%d packages fail without gomend; %d end differently with it, %d more are flaky\n", failing, differ, flaky)
}

func same(a, b end) bool { return a.outcome == b.outcome && slices.Equal(a.failed, b.failed) }
