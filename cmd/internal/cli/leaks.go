package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/engine"
	"github.com/gomend/gomend/cmd/internal/evidence"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/memo"
	"github.com/gomend/gomend/profiles/leaktest"
)

func (a *app) leaksCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "leaks",
		Short: "prove which goroutines can never end",
		Long: `Leaks finds goroutines that can never end where they are: in what really runs.

What "gomend check" reports is a suspicion; what these commands report was seen.`,
		Args: unknownCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.leaksTestCommand(), a.leaksWatchCommand(), a.leaksDiffCommand())
	return c
}

func (a *app) leaksTestCommand() *cobra.Command {
	var q question
	var outputs []string
	var base string
	var growth int
	var cover bool
	c := &cobra.Command{
		Use:   "test [PACKAGES | work] [-- FLAGS OF GO TEST]",
		Short: "run the tests and report the goroutines that they leave for ever",
		Long: `Test runs the tests of packages, as "go test" does, and reports the goroutines that
they leave behind and that can never go on: the garbage collector proves that
nothing that still runs can reach what they wait for.

The code is not changed, and what passes or fails without gomend does so with it.
Results are cached as those of "go test" are. Without arguments it runs the tests
of the current directory and below; at the root of a workspace, those of every
module. A package whose tests fail can hide leaks: it is named, its output is
shown, and the exit code is 4.

What the collector can't prove is not reported: a wait for a channel that a global
variable leads to, a select with a timer, a sleep, a running loop. --growth sees those
that add up: it repeats the tests in one process, and benchmarks if -bench names some,
and reports, with medium confidence, the goroutines of which each round leaves more. A
leak that is known can be allowed by a comment with a reason and a date (see
docs/suppressions.md):

  //gomend:ignore goroutineleak/proven until=2027-01-31 reason`,
		Example: `  gomend leaks test
  gomend leaks test ./queue/... -- -race -short
  gomend leaks test --base origin/main     # only leaks that are new
  gomend leaks test --growth ./queue       # what adds up, proven or not
  gomend leaks test --growth ./queue -- -run '^$' -bench Push`,
		RunE: func(c *cobra.Command, args []string) error {
			var flags []string
			if at := c.ArgsLenAtDash(); at >= 0 {
				args, flags = args[:at], args[at:]
			}
			if err := checkTestFlags(flags, growth, cover); err != nil {
				return err
			}
			q.patterns = args
			q.look = a.testLook(flags, growth, cover)
			if growth > 0 {
				q.confidence = string(rule.Medium)
			}
			return a.leaksTest(c.Context(), &q, outputs, base)
		},
	}
	q.addPlaceFlags(c)
	flags := c.Flags()
	flags.StringArrayVarP(&outputs, "output", "o", nil, "report in `FORMAT[=FILE]` (repeatable; the default is text)")
	flags.StringVar(&base, "base", "", "report only what is new since the history parted from that of `revision`")
	flags.IntVar(&growth, "growth", 0, "repeat the tests in `N` rounds and report what each round leaves more of (5, if N is left out)")
	flags.BoolVar(&cover, "cover", false, "count how often the tests pass over each line, for \"gomend explain\" to tell of what no test shows")
	flags.Lookup("growth").NoOptDefVal = "5"
	return c
}

// testFlags are those of "go test" that the command can't be given, with the reason.
var testFlags = []struct{ name, reason string }{
	{"C", "give it to gomend"},
	{"c", "it only compiles the tests"},
	{"exec", "what runs the tests must be the go command"},
	{"json", "gomend reads the go command's output; use -o"},
	{"list", "it runs no test"},
	{"n", "it runs no test"},
	{"o", "a report's format comes before the \"--\""},
	{"overlay", "gomend gives the go command one"},
	{"tags", "give it before the \"--\", so that the packages are found by it"},
}

// checkTestFlags refuses flags with which no leak would be found, and rounds that are
// too few to tell growth.
func checkTestFlags(flags []string, growth int, cover bool) error {
	if growth != 0 && growth < leaktest.MinGrowth {
		return fmt.Errorf("--growth=%d: growth shows from %d rounds on", growth, leaktest.MinGrowth)
	}
	for _, flag := range flags {
		name, _, _ := strings.Cut(strings.TrimLeft(flag, "-"), "=")
		if name == "args" {
			return nil // the rest is the tests' own
		}
		if strings.HasPrefix(flag, "-") && name == "count" && growth > 0 {
			return errors.New("-count can't be given with --growth, which repeats the tests: write --growth=N")
		}
		if strings.HasPrefix(flag, "-") && strings.HasPrefix(name, "cover") && cover {
			return fmt.Errorf("-%s can't be given with --cover, which sets what is covered and how", name)
		}
		for _, f := range testFlags {
			if strings.HasPrefix(flag, "-") && name == f.name {
				return fmt.Errorf("-%s can't be given to the tests: %s", name, f.reason)
			}
		}
	}
	return nil
}

// A look finds what a question asks for.
type look struct {
	doing string // what it does with packages, for who waits
	find  func(context.Context, engine.Request) (*engine.Result, error)
}

// testLook returns the look that runs tests with the given flags. What failed tests
// wrote goes to standard error.
func (a *app) testLook(flags []string, growth int, cover bool) *look {
	return &look{"testing", func(ctx context.Context, request engine.Request) (*engine.Result, error) {
		links := ""
		if dir, err := memo.Dir(a.getenv); err == nil {
			links = filepath.Join(dir, "toolchains")
		}
		result, err := leaktest.Run(ctx, leaktest.Config{
			Workspace: request.Config,
			Patterns:  request.Patterns,
			View:      request.View,
			Flags:     flags,
			Growth:    growth,
			Cover:     cover,
			LinkDir:   links,
			Progress:  request.Progress,
		})
		if err != nil {
			return nil, err
		}
		if !a.quiet {
			printFailed(a.Err, result)
		}
		a.remember(result, len(flags) == 0)
		return evidence.Leaks(result), nil
	}}
}

// printFailed prints what the go command does of packages that failed.
func printFailed(w io.Writer, result *leaktest.Result) {
	for _, p := range result.Packages {
		if p.Outcome == leaktest.Failed || p.Outcome == leaktest.Unbuilt {
			fmt.Fprintln(w, strings.TrimRight(p.Output, "\n"))
		}
	}
}

func (a *app) leaksTest(ctx context.Context, q *question, specs []string, base string) error {
	f := &checkFlags{question: *q, outputs: specs, base: base}
	outputs, err := a.outputs(f)
	if err != nil {
		return err
	}
	x, err := a.analyse(ctx, q)
	if err != nil {
		return err
	}
	run := present(x)
	if base != "" {
		c, err := a.compare(ctx, x, q, base)
		if err != nil {
			return err
		}
		run.Base = &report.Base{Revision: base, Comparison: c}
		run.Findings = c.New
	}
	run.Next = a.nextOfLeaks(run.Findings)
	if err := a.report(x, run, f, outputs, true); err != nil {
		return err
	}
	return exitCode(run, x)
}

// nextOfLeaks returns what to type after leaks were found.
func (a *app) nextOfLeaks(fs []finding.Finding) []report.Step {
	if !slices.ContainsFunc(fs, func(f finding.Finding) bool { return f.Rule == goroutineleak.Rule.Name() }) {
		return nil
	}
	return []report.Step{{Command: a.command("explain goroutineleak"), Does: "how such leaks come about, and how to mend them"}}
}

// remember notes what the tests showed, for checks to come. It is a help: where it fails
// nothing else does.
func (a *app) remember(result *leaktest.Result, whole bool) {
	dir, err := memo.Dir(a.getenv)
	if err == nil {
		var m *memo.Memo
		if m, err = memo.Open(dir); err == nil {
			err = evidence.Remember(m, result, whole)
		}
	}
	if err != nil {
		a.log.Warn("what the tests showed can't be remembered", "err", err)
	}
}

// confirm adds to the findings of a check what tests showed before.
func (a *app) confirm(result *engine.Result) {
	if m := a.memory(); m != nil {
		evidence.Confirm(m, result)
	}
}

// recall returns the leaks that tests showed before at places in a result's packages.
func (a *app) recall(result *engine.Result) []finding.Finding {
	m := a.memory()
	if m == nil {
		return nil
	}
	return evidence.Recall(m, result)
}

// memory returns what is remembered, or nil: there is nothing to know where no test was
// run.
func (a *app) memory() *memo.Memo {
	dir, err := memo.Dir(a.getenv)
	if err == nil {
		_, err = os.Stat(dir)
	}
	var m *memo.Memo
	if err == nil {
		m, err = memo.Open(dir)
	}
	if err != nil {
		a.log.Debug("what tests showed before is not known", "err", err)
		return nil
	}
	return m
}
