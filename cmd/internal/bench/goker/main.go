// Goker measures how many of the GoKer kernels an analyzer finds. GoKer is the
// part of GoBench (https://doi.org/10.1109/CGO51591.2021.9370317) that cuts
// real concurrency bugs down to one file each; those that block ship with every
// Go distribution as the test data of the goroutineleak profile. They are read
// there and copied to a temporary module for the time of the run.
//
// Usage:
//
//	goker -gomend PROGRAM
//	goker -vettool PROGRAM
//	goker -leaktest [-runs N]
//	goker -observe [-runs N]
//
// With -gomend, it runs `PROGRAM check` over the kernels; with -vettool, `go
// vet` with any vet tool, whose findings count as low confidence. It prints per
// category how many kernels were hit by findings of high confidence (the
// default of `gomend check`) and of any, which, and what was reported elsewhere
// in the kernels: candidates for false reports.
//
// A kernel is hit by a finding at the line of the operation on which one of its
// leaked goroutines is blocked, of the go statement that started that
// goroutine, or of the lock acquisition that it waits for. A finding elsewhere
// in its file is no hit.
//
// With -leaktest, it runs every kernel as `gomend leaks test` runs tests, and prints
// how many were seen to leak, and what was reported that the tables do not name.
//
// With -observe, it runs every kernel, reads the goroutineleak profiles that
// they write, and writes kernels.tsv and observed.tsv into the current
// directory.
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
	"runtime"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/bench/check"
	"github.com/gomend/gomend/cmd/internal/finding"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("goker: ")
	var (
		gomend  = flag.String("gomend", "", "measure the gomend `program`")
		vettool = flag.String("vettool", "", "measure the vet tool `program`")
		rules   = flag.String("rules", "goroutineleak,deadlock", "count the findings of these `rules`; of all, if empty")
		observe = flag.Bool("observe", false, "run the kernels and write the tables")
		leaks   = flag.Bool("leaktest", false, "run the kernels as tests and count what is proven to leak")
		runs    = flag.Int("runs", 20, "with -observe and -leaktest, run each kernel `N` times")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *gomend, *vettool, *rules, *observe, *leaks, *runs); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, gomend, vettool, rules string, observing, proving bool, runs int) error {
	dir, err := locateSuite(ctx)
	if err != nil {
		return err
	}
	suite, err := readSuite(dir)
	if err != nil {
		return err
	}
	if observing {
		return writeObserved(ctx, dir, suite, runs)
	}
	truth, err := loadTruth()
	if err != nil {
		return err
	}
	if err := truth.check(suite); err != nil {
		return err
	}
	if proving {
		return prove(ctx, os.Stdout, dir, truth, runs)
	}
	findings, err := measure(ctx, dir, gomend, vettool)
	if err != nil {
		return err
	}
	if rules != "" {
		findings = ofRules(findings, strings.Split(rules, ","))
	}
	return printTable(os.Stdout, truth.Kernels, score(truth, findings, rule.High), score(truth, findings, rule.Low))
}

// measure runs the one program that was given over a copy of the kernels in dir.
func measure(ctx context.Context, dir, gomend, vettool string) ([]finding.Finding, error) {
	tmp, err := os.MkdirTemp("", "goker")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	if err := copyModule(tmp, dir); err != nil {
		return nil, err
	}
	at := check.Place{Dir: tmp, Env: []string{"GOWORK=off", "GO111MODULE=on"}}
	var result check.Result
	switch {
	case gomend != "" && vettool == "":
		result, err = check.Gomend(ctx, gomend, at, rule.Low, ".")
	case vettool != "" && gomend == "":
		result, err = check.Vettool(ctx, vettool, at, ".")
	default:
		err = errors.New("give one of -gomend, -vettool and -observe")
	}
	if err == nil && result.Incomplete != "" {
		err = fmt.Errorf("the kernels were not looked at: %s", result.Incomplete)
	}
	return result.Findings, err
}

// locateSuite returns the directory of the kernels in the Go distribution in
// use.
func locateSuite(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), filepath.FromSlash(suiteDir)), nil
}

func writeObserved(ctx context.Context, dir string, suite []Kernel, runs int) error {
	positions, err := observe(ctx, dir, suite, runs, os.Stderr)
	if err != nil {
		return err
	}
	version := runtime.Version()
	kernels, err := os.Create("kernels.tsv")
	if err != nil {
		return err
	}
	defer kernels.Close()
	observed, err := os.Create("observed.tsv")
	if err != nil {
		return err
	}
	defer observed.Close()
	if err := writeKernels(kernels, version, suite); err != nil {
		return err
	}
	return writePositions(observed, version, runs, positions)
}
