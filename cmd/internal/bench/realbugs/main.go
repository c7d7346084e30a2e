// Realbugs runs gomend on bugs of public repositories, before and after their
// fix, and writes what it finds in the shape that the scorer reads.
//
// Usage:
//
//	realbugs -gomend PROGRAM -cases CASES.json -checkouts DIR -results DIR [ID or CATEGORY ...]
//
// CASES.json is a list of objects with an id, a category, a module_dir, a
// package, a file and lines, and perhaps flags. DIR/ID/parent and DIR/ID/fix of
// -checkouts are work trees of the repository at the two commits. For each, the
// findings in the case's package go to ID/parent.json and ID/fix.json of
// -results: a list of objects with rule, file (relative to the repository), line
// and fingerprint. A case whose package cannot be loaded is named on standard
// error and leaves no file.
//
// It then prints for each case whether a finding of its category stood within
// three lines of one of its lines before the fix ("hit"), and was there after the
// fix too ("still"), or within thirty ("near").
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
	verdicts, err := r.runAll(ctx, selected(list, flag.Args()))
	if err := errors.Join(err, printVerdicts(os.Stdout, verdicts)); err != nil {
		log.Fatal(err)
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

// runAll runs gomend on the cases and returns verdicts on those that could be
// run, and an error that names the others.
func (r runner) runAll(ctx context.Context, cases []Case) ([]Verdict, error) {
	var verdicts []Verdict
	var errs []error
	for _, c := range cases {
		parent, errParent := r.run(ctx, c, "parent")
		fix, errFix := r.run(ctx, c, "fix")
		if err := errors.Join(errParent, errFix); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.ID, err))
			continue
		}
		verdicts = append(verdicts, judge(c, parent, fix))
	}
	return verdicts, errors.Join(errs...)
}

// run runs gomend on a case at a revision, writes what it finds and returns it.
func (r runner) run(ctx context.Context, c Case, revision string) ([]Entry, error) {
	repository, err := filepath.Abs(filepath.Join(r.checkouts, c.ID, revision))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(repository); err != nil {
		return nil, err
	}
	args, err := c.gomendArgs()
	if err != nil {
		return nil, err
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
			return nil, err
		}
		found := entries(result.Findings, base)
		return found, writeEntries(r.results, c, revision, found)
	}
	return nil, errors.Join(errs...)
}

// rootOf returns the directory that gomend's file names are relative to, itself
// relative to the repository: that of the workspace in force at the place, if it
// lies in the repository, or the repository.
func rootOf(ctx context.Context, at check.Place, repository string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOWORK")
	cmd.Dir = at.Dir
	cmd.Env = append(os.Environ(), at.Env...)
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env in %s: %w", at.Dir, err)
	}
	work := strings.TrimSpace(string(out))
	root, err := filepath.Rel(repository, filepath.Dir(work))
	if work == "" || work == "off" || err != nil || !filepath.IsLocal(root) {
		return ".", nil
	}
	return filepath.ToSlash(root), nil
}
