// Profilediff measures `gomend profile diff` beside `go tool pprof -top -diff_base`:
//
//	profilediff -gomend PROGRAM -base PROFILE -head PROFILE
//
// Both subtract the same pair by turns, so that what else the machine does falls on both. It
// prints the medians of CPU time and of the largest memory, with their ratios, and what ten
// profiles a side take beside one pair.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
)

const (
	rounds  = 9
	perSide = 10
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("profilediff: ")
	gomend := flag.String("gomend", "", "the `program`")
	base := flag.String("base", "", "the `profile` before")
	head := flag.String("head", "", "the `profile` after")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *gomend, *base, *head); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, gomend, base, head string) error {
	if gomend == "" || base == "" || head == "" {
		return errors.New("-gomend, -base and -head are needed")
	}
	scratch, err := os.MkdirTemp("", "bench-profilediff-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	sides := [2]string{filepath.Join(scratch, "base"), filepath.Join(scratch, "head")}
	for i, name := range []string{base, head} {
		if err := copies(sides[i], name); err != nil {
			return err
		}
	}
	commands := []struct {
		name string
		args []string
	}{
		{"gomend, one pair", []string{gomend, "profile", "diff", "-q", "--all", "--by", "exact-function", base, head}},
		{"go tool pprof", []string{"go", "tool", "pprof", "-top", "-diff_base", base, "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0", head}},
		{"gomend, ten a side", []string{gomend, "profile", "diff", "-q", "--all", "--by", "exact-function", sides[0], sides[1]}},
	}
	seconds, megabytes := make([][]float64, len(commands)), make([][]float64, len(commands))
	for round := range rounds + 1 {
		for i, c := range commands {
			cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
			cmd.Dir = scratch                                                             // where there is no code base
			if out, err := cmd.Output(); err != nil && cmd.ProcessState.ExitCode() != 1 { // that something regressed
				return fmt.Errorf("%s: %w\n%s", c.name, err, out)
			}
			if round > 0 { // the first one warms up
				seconds[i] = append(seconds[i], (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
				megabytes[i] = append(megabytes[i], float64(cpu.Peak(cmd.ProcessState))/(1<<20))
			}
		}
	}
	fmt.Println("| | CPU s | of pprof | Peak MB | of pprof |\n| --- | ---: | ---: | ---: | ---: |")
	for i, c := range commands {
		fmt.Printf("| %s | %.2f | %.2f | %.0f | %.2f |\n", c.name, median(seconds[i]), median(seconds[i])/median(seconds[1]), median(megabytes[i]), median(megabytes[i])/median(megabytes[1]))
	}
	fmt.Printf("\nTen a side take %.1f times what one pair takes.\n", median(seconds[2])/median(seconds[0]))
	return nil
}

// copies fills a directory with copies of a profile.
func copies(dir, name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		return err
	}
	for i := range perSide {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".pprof"), data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
