package main

import (
	"bufio"
	"context"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/profiles/leaktest"
	"github.com/gomend/gomend/workspace"
)

// plain runs the tests as "go test" does, in every module. It reads the text that the
// go command prints: with -json, tests would be told that their output is verbose.
func (m measurement) plain(ctx context.Context) (sample, error) {
	s := sample{ends: make(map[string]end)}
	before := cpu.Children()
	w, err := workspace.Open(ctx, workspace.Config{Dir: m.dir})
	if err != nil {
		return s, err
	}
	defer w.Close()
	sel, err := w.Load(ctx, workspace.Work, m.patterns...)
	if err != nil {
		return s, err
	}
	for _, u := range sel.Units {
		out, in := io.Pipe()
		read := make(chan error, 1)
		go func() {
			err := readEnds(out, s.ends)
			out.CloseWithError(err)
			read <- err
		}()
		// A failed test makes the go command fail; which did is in what it prints.
		_, _ = gocmd.Go{Dir: u.Dir, Env: u.Env}.Run(ctx, in, "test", slices.Concat(u.Args(), m.flags)...)
		in.Close()
		if err := <-read; err != nil {
			return s, err
		}
	}
	s.cpu = cpu.Children() - before
	return s, ctx.Err()
}

// What "go test" prints of a failed test, and at the end of a package.
var (
	failedTest = regexp.MustCompile(`^\s*--- FAIL: (\S+) \(`)
	ended      = regexp.MustCompile(`^(ok  |FAIL)\t(\S+)(.*)$`)
)

// maxLine is the longest line of output that is read, in bytes.
const maxLine = 64 << 20

// readEnds notes what became of the packages and their tests.
func readEnds(out io.Reader, ends map[string]end) error {
	in := bufio.NewScanner(out)
	in.Buffer(nil, maxLine)
	var failed []string // of the package whose end comes next
	for in.Scan() {
		if m := failedTest.FindStringSubmatch(in.Text()); m != nil {
			failed = append(failed, m[1])
			continue
		}
		m := ended.FindStringSubmatch(in.Text())
		if m == nil {
			continue
		}
		e := end{outcome: leaktest.Passed}
		switch {
		case strings.Contains(m[3], "[build failed]"), strings.Contains(m[3], "[setup failed]"):
			e.outcome = leaktest.Unbuilt
		case m[1] != "ok  ":
			e.outcome, e.failed = leaktest.Failed, leaves(failed)
		}
		ends[m[2]] = e
		failed = nil
	}
	return in.Err()
}

// leaves returns the tests without those of which only a subtest failed, sorted.
func leaves(tests []string) []string {
	kept := slices.DeleteFunc(slices.Clone(tests), func(name string) bool {
		return slices.ContainsFunc(tests, func(other string) bool { return strings.HasPrefix(other, name+"/") })
	})
	slices.Sort(kept)
	return slices.Compact(kept)
}
