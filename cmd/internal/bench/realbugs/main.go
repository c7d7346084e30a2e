// Realbugs runs gomend on bugs of public repositories, before and after their
// fix, and writes what it finds in the shape that the scorer reads.
//
// Usage:
//
//	realbugs -gomend PROGRAM -cases CASES.json -checkouts DIR -results DIR [ID or CATEGORY ...]
//
// CASES.json is a list of objects with an id, a category, a module_dir, a
// package, and perhaps flags. DIR/ID/parent and DIR/ID/fix of -checkouts are the
// repository at the two commits. For each, the findings in the case's package
// go to ID/parent.json and ID/fix.json of -results: a list of objects with rule,
// file (relative to the repository), line and fingerprint. A case whose package
// cannot be loaded is named on standard error and leaves no file.
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
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/bench/check"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("realbugs: ")
	var (
		gomend     = flag.String("gomend", "", "the gomend `program`")
		cases      = flag.String("cases", "", "the `file` that lists the cases")
		checkouts  = flag.String("checkouts", "", "the `directory` of the checkouts")
		results    = flag.String("results", "", "the `directory` to write to")
		confidence = flag.String("confidence", string(rule.High), "the least confidence: high, medium or low")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	least, err := rule.ParseConfidence(*confidence)
	if err != nil {
		log.Fatal(err)
	}
	list, err := readCases(*cases)
	if err != nil {
		log.Fatal(err)
	}
	r := runner{gomend: *gomend, checkouts: *checkouts, results: *results, confidence: least}
	failed := 0
	for _, c := range selected(list, flag.Args()) {
		for _, revision := range []string{"parent", "fix"} {
			if err := r.run(ctx, c, revision); err != nil {
				log.Printf("%s %s: %v", c.ID, revision, err)
				failed++
			}
		}
	}
	if failed > 0 {
		log.Fatalf("%d runs failed", failed)
	}
}

// A runner runs gomend on cases.
type runner struct {
	gomend, checkouts, results string
	confidence                 rule.Confidence
}

// environments are tried in turn until one loads the package: old checkouts lie
// in workspaces that no longer load, or have an incomplete go.sum.
var environments = [][]string{
	nil,
	{"GOWORK=off"},
	{"GOWORK=off", "GOFLAGS=-mod=mod"},
	{"GOWORK=off", "GOFLAGS=-mod=vendor"},
}

func (r runner) run(ctx context.Context, c Case, revision string) error {
	repository, err := filepath.Abs(filepath.Join(r.checkouts, c.ID, revision))
	if err != nil {
		return err
	}
	if _, err := os.Stat(repository); err != nil {
		return err
	}
	args, err := c.gomendArgs()
	if err != nil {
		return err
	}
	var errs []error
	for _, env := range environments {
		at := check.Place{Dir: filepath.Join(repository, c.Module), Env: env}
		result, err := check.Gomend(ctx, r.gomend, at, r.confidence, args...)
		if err == nil && result.Incomplete != "" {
			err = errors.New(result.Incomplete)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("with %q: %w", strings.Join(env, " "), err))
			continue
		}
		base, err := rootOf(ctx, at, repository)
		if err != nil {
			return err
		}
		return writeEntries(r.results, c, revision, entries(result.Findings, base))
	}
	return errors.Join(errs...)
}

// rootOf returns the directory that gomend's file names are relative to, that of
// the workspace or module in force at the place, relative to the repository.
func rootOf(ctx context.Context, at check.Place, repository string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOWORK", "GOMOD")
	cmd.Dir = at.Dir
	cmd.Env = append(os.Environ(), at.Env...)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env in %s: %w", at.Dir, err)
	}
	work, mod, _ := strings.Cut(string(out), "\n")
	file := strings.TrimSpace(mod)
	if work != "" && work != "off" {
		file = work
	}
	root, err := filepath.Rel(repository, filepath.Dir(file))
	if err != nil {
		return "", err
	}
	return filepath.ToSlash(root), nil
}
