// Speed measures what `gomend check` costs beside `go vet` and other tools: CPU
// time (user and system, of the whole process tree), which another load on the
// machine disturbs less than wall time, the memory of gomend's own processes, and
// the start of the vet tool. Of times, only ratios within one run mean anything.
// It says which budgets are met.
//
// Usage:
//
//	speed -gomend PROGRAM -checkout DIR -edit FILE [-golangci-lint PROGRAM] [-staticcheck PROGRAM] [-base DIR]
//
// DIR is a checkout with a go.work or a go.mod; all its modules are looked at.
// Every tool runs with its defaults and finds the same build cache:
//
//   - built: the cache holds what `go build` leaves, as where the code base is
//     built anyway, and no results: to compile what else a tool needs, such as the
//     variants of packages for tests, is in its figure;
//   - cold: the cache holds the export data of every package and variant that one
//     of the tools needs, and no results of any;
//   - warm: the same again, the median of three runs;
//   - edited: FILE, relative to DIR, has got another function since the last run,
//     so the time to compile what depends on it is in the figure. The file is
//     restored in the end.
//
// The cache is made in a temporary directory, which takes as long as building
// the code base from nothing; -base keeps a copy for the next time.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
)

func main() {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(runAsVettool(role, os.Args[1:]))
	}
	log.SetFlags(0)
	log.SetPrefix("speed: ")
	var (
		gomend      = flag.String("gomend", "", "the gomend `program`")
		checkout    = flag.String("checkout", "", "the `directory` of the code base")
		edited      = flag.String("edit", "", "the `file`, relative to the code base, to edit")
		golangci    = flag.String("golangci-lint", "", "the golangci-lint `program`, if it is to be compared")
		staticcheck = flag.String("staticcheck", "", "the staticcheck `program`, if it is to be compared")
		base        = flag.String("base", "", "keep export data in this `directory`")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, absolute(*checkout), *edited, absolute(*base), absolute(*gomend), absolute(*golangci), absolute(*staticcheck)); err != nil {
		log.Fatal(err)
	}
}

// absolute returns the absolute form of a name that was given; programs run in
// the checkout.
func absolute(name string) string {
	if name == "" {
		return ""
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		log.Fatal(err)
	}
	return abs
}

func run(ctx context.Context, checkout, edited, base, gomend, golangci, staticcheck string) error {
	if gomend == "" || checkout == "" || edited == "" {
		return errors.New("give -gomend, -checkout and -edit")
	}
	list, err := tools(ctx, checkout, gomend, golangci, staticcheck)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "speed")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	log.Printf("compiling export data of %s", checkout)
	caches, err := prepare(ctx, checkout, dir, base, list)
	if err != nil {
		return err
	}
	bench := caches.Full
	rows, err := measure(ctx, caches, list, filepath.Join(checkout, edited))
	if err != nil {
		return err
	}
	memory, err := measureMemory(ctx, bench, gomend, filepath.Join(dir, "memory"))
	if err != nil {
		return err
	}
	startup, err := measureStartup(ctx, gomend)
	if err != nil {
		return err
	}
	if err := printTable(os.Stdout, rows, memory); err != nil {
		return err
	}
	return printBudgets(os.Stdout, budgets(rows, memory, startup))
}

// A Row is what one tool cost.
type Row struct {
	Tool                      string
	Built, Cold, Warm, Edited Cost
}

func measure(ctx context.Context, caches Caches, list []Tool, edited string) (rows []Row, err error) {
	bench := caches.Full
	for _, t := range list {
		log.Printf("%s: built, cold, then warm", t.Name)
		row := Row{Tool: t.Name}
		if row.Built, err = caches.first(ctx, t); err != nil {
			return nil, err
		}
		if row.Cold, err = t.run(ctx, bench); err != nil {
			return nil, err
		}
		if row.Warm, err = median(3, func() (Cost, error) { return t.run(ctx, bench) }); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	file, err := openEditable(edited)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.restore()) }()
	for i, t := range list {
		log.Printf("%s: edited", t.Name)
		if err := file.edit(); err != nil {
			return nil, err
		}
		if rows[i].Edited, err = t.run(ctx, bench); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// median runs a measurement n times and returns the result of median CPU time.
func median(n int, run func() (Cost, error)) (Cost, error) {
	var costs []Cost
	for range n {
		c, err := run()
		if err != nil {
			return Cost{}, err
		}
		costs = append(costs, c)
	}
	slices.SortFunc(costs, func(a, b Cost) int { return int(a.CPU - b.CPU) })
	return costs[n/2], nil
}

// Memory is what gomend's own processes took at most.
type Memory struct {
	Vettool reading // the vet tool, and the package at which it took it
	Check   int64   // bytes, the process that runs `go vet`
}

// measureMemory runs gomend as a vet tool and as a command, both on a cold cache.
func measureMemory(ctx context.Context, bench Bench, gomend, logName string) (Memory, error) {
	self, err := os.Executable()
	if err != nil {
		return Memory{}, err
	}
	log.Print("gomend's memory")
	metered := bench.with(roleVariable+"="+meter, meteredProgram+"="+gomend, meterLog+"="+logName)
	if _, err := metered.run(ctx, []int{1}, "go", "vet", "-vettool="+self, "work"); err != nil {
		return Memory{}, err
	}
	var m Memory
	if m.Vettool, err = highestReading(logName); err != nil {
		return Memory{}, err
	}
	m.Check, err = bench.ownPeak(ctx, []int{1}, gomend, "check", "work")
	return m, err
}
