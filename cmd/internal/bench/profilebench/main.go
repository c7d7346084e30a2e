// Profilebench measures `gomend profile bench` on past commits of repositories:
//
//	profilebench -gomend PROGRAM -repository DIR [-commits N] [-below DIR] [-flags FLAGS]
//
// In a clone, each of the last commits that change Go files beside tests is checked out and
// compared with the one before. It prints a table of what was measured and found, how small a
// change of CPU time could have been seen, and how long it took; and below it what changed.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
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
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("profilebench: ")
	var b bench
	flag.StringVar(&b.gomend, "gomend", "", "the `program`")
	flag.StringVar(&b.repository, "repository", "", "the `directory` of the repository")
	flag.StringVar(&b.below, "below", ".", "take commits that change files below this `directory`")
	flag.IntVar(&b.commits, "commits", 10, "the `number` of commits")
	flags := flag.String("flags", "", "further `flags` of gomend profile bench, separated by spaces")
	flag.Parse()
	b.flags = strings.Fields(*flags)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx); err != nil {
		log.Fatal(err)
	}
}

// A bench measures the commits of a repository.
type bench struct {
	gomend, repository, below string
	commits                   int
	flags                     []string

	clone   string
	changes []string
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.gomend == "" || b.repository == "" {
		return errors.New("-gomend and -repository are needed")
	}
	for _, name := range []*string{&b.gomend, &b.repository} {
		if *name, err = filepath.Abs(*name); err != nil {
			return err
		}
	}
	temp, err := os.MkdirTemp("", "profilebench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	b.clone = filepath.Join(temp, filepath.Base(b.repository))
	if _, err := output(ctx, "", "git", "clone", "-q", b.repository, b.clone); err != nil {
		return err
	}
	commits, err := output(ctx, b.clone, "git", "log", "-"+strconv.Itoa(b.commits), "--no-merges", "--format=%h %s",
		"--", filepath.ToSlash(b.below), ":(exclude)*_test.go", ":(exclude)*.md", ":(exclude).github", ":(glob,exclude)**/*.yml")
	if err != nil {
		return err
	}
	fmt.Println("| Commit | Benchmarks | Regressed | Improved | Moved | Inconclusive | Left out | CPU: could see | Minutes |")
	fmt.Println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for line := range strings.Lines(string(commits)) {
		commit, subject, _ := strings.Cut(strings.TrimSpace(line), " ")
		row, err := b.measure(ctx, commit)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			row = err.Error() + " | | | | | | |"
		}
		fmt.Printf("| %s %s | %s |\n", commit, subject, row)
	}
	fmt.Println()
	for _, c := range b.changes {
		fmt.Println(c)
	}
	return nil
}

// document is what is read of the report.
type document struct {
	Benchmarks []struct {
		Package, Name, State, Error string
		Compared                    []struct {
			Type  string
			Total row
			Rows  []row
		}
	}
	Regressed  []struct{ Package, Benchmark, Type, Row string }
	Unmeasured []struct{ Name, Reason string }
}

type row struct {
	Name, Verdict string
	Base          float64 `json:"base_flat"`
	Head          float64 `json:"head_flat"`
	Test          *struct{ Smallest float64 }
}

// measure compares a commit with the one before. Benchmarks count by the worst that is said of
// them.
func (b *bench) measure(ctx context.Context, commit string) (string, error) {
	if _, err := output(ctx, b.clone, "git", "checkout", "-q", "-f", commit); err != nil {
		return "", err
	}
	began := time.Now()
	data, err := output(ctx, b.clone, append([]string{b.gomend, "profile", "bench", "--base", "HEAD~1", "-q", "-o", "json"}, b.flags...)...)
	took := time.Since(began)
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1 && exit.ExitCode() != 4) {
		return "", err
	}
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return "", err
	}
	failing := make(map[string]bool)
	for _, r := range doc.Regressed {
		failing[r.Package+" "+r.Benchmark] = true
	}
	var measured, improved, moved, inconclusive, broken int
	varying := make(map[string]bool)
	var smallest []float64
	for _, one := range doc.Benchmarks {
		if one.Error != "" {
			broken++
		}
		if len(one.Compared) == 0 {
			continue
		}
		measured++
		verdicts := make(map[string]bool)
		for _, c := range one.Compared {
			for _, r := range c.Rows {
				verdicts[r.Verdict] = true
				if r.Verdict == "varies" {
					varying[r.Name] = true
				}
				if r.Verdict == "regressed" || r.Verdict == "improved" || r.Verdict == "moved" {
					b.changes = append(b.changes, fmt.Sprintf("%s %s %s: %s %s %s from %.6g to %.6g", commit, one.Package, one.Name, r.Verdict, c.Type, r.Name, r.Base, r.Head))
				}
			}
			if c.Type == "cpu" && c.Total.Test != nil && c.Total.Base > 0 {
				verdicts["total "+c.Total.Verdict] = true
				smallest = append(smallest, c.Total.Test.Smallest/max(c.Total.Base, c.Total.Head))
			}
		}
		switch {
		case failing[one.Package+" "+one.Name]:
		case verdicts["improved"]:
			improved++
		case verdicts["moved"]:
			moved++
		case verdicts["total inconclusive"]:
			inconclusive++
		}
	}
	seen := ""
	if len(smallest) > 0 {
		slices.Sort(smallest)
		seen = fmt.Sprintf("%.1f%% (%.1f to %.1f)", 100*smallest[len(smallest)/2], 100*smallest[0], 100*smallest[len(smallest)-1])
	}
	text := fmt.Sprint(measured)
	if n := broken + len(doc.Unmeasured); n > 0 {
		text += fmt.Sprintf(" (%d failed)", n)
	}
	return fmt.Sprintf("%s | %d | %d | %d | %d | %d | %s | %.1f", text, len(failing), improved, moved, inconclusive, len(varying), seen, max(took.Minutes(), 0.1)), nil
}

// output runs a command and returns what it prints.
func output(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr
	cmd.Env = append(os.Environ(), "GOWORK=", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", strings.Join(args[:min(len(args), 4)], " "), err, cmp.Or(strings.TrimSpace(stderr.String()), "no output"))
	}
	return out, err
}
