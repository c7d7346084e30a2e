// Leaks measures `gomend leaks test` on the tests of real repositories, which are
// given as checkouts:
//
//	leaks -checkout DIR [-worksheet FILE] [PACKAGES] [-- FLAGS OF GO TEST]
//
// It runs the tests by "go test" and with the look for leaks, both with everything
// compiled, and prints which packages and tests end differently, how much more CPU the
// look takes, and how many leaks there are. If any differ, all are run in both ways once
// more, to tell the flaky from the changed.
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

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
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
	if err := m.compare(ctx, plain, looked); err != nil {
		return err
	}
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
	before := cpu.Children()
	var err error
	s.result, err = leaktest.Run(ctx, leaktest.Config{
		Workspace: workspace.Config{Dir: m.dir},
		Patterns:  m.patterns,
		Flags:     m.flags,
	})
	s.cpu = cpu.Children() - before
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

// compare prints the packages that end differently when leaks are looked for, and those
// that could not be looked at. A package that ends in two ways without the look, or with
// it, is flaky.
func (m measurement) compare(ctx context.Context, plain, looked sample) error {
	failing := 0
	var differ []string
	for name, e := range plain.ends {
		with := looked.ends[name]
		if e.outcome != leaktest.Passed {
			failing++
		}
		if with.unseen {
			fmt.Printf("  not looked at: %s (%s)\n", name, with.outcome)
		}
		if !same(e, with) {
			differ = append(differ, name)
			fmt.Printf("  differs: %s: %s %v; looked at: %s %v\n", name, e.outcome, e.failed, with.outcome, with.failed)
		}
	}
	flaky := 0
	if len(differ) > 0 {
		plainAgain, err := m.plain(ctx)
		if err != nil {
			return err
		}
		lookedAgain, err := m.looked(ctx)
		if err != nil {
			return err
		}
		for _, name := range differ {
			if !same(plain.ends[name], plainAgain.ends[name]) || !same(looked.ends[name], lookedAgain.ends[name]) {
				flaky++
			}
		}
	}
	fmt.Printf("%d packages fail without gomend; %d end differently with it, of which %d are flaky\n", failing, len(differ), flaky)
	return nil
}

func same(a, b end) bool { return a.outcome == b.outcome && slices.Equal(a.failed, b.failed) }
