// Precision measures how often gomend's rules are right on large public
// repositories. A program cannot say which report is right: it collects the
// reports on worksheets, a reader fills in the verdicts, and the program counts
// them.
//
// Usage:
//
//	precision -gomend PROGRAM -repositories LIST.tsv -checkouts DIR -worksheets DIR [-set SET] [REPOSITORY ...]
//	precision -report FILE -repositories LIST.tsv -worksheets DIR
//
// The first form runs `PROGRAM check work` in DIR/NAME for each repository
// owner/NAME of the list (or of a set of it, or those named) and writes
// DIR/owner-NAME.tsv: every report of high confidence and a sample of the others,
// joined by root cause. Verdicts that the file had before on the same findings
// stay. A verdict is "true" (and worth mending), "minor" (true, but not worth
// mending) or "false", and has a proof beside it.
//
// The second form writes FILE, a page in Markdown, from the worksheets, and from
// what the programs goker and realbugs printed if DIR has it in goker.txt and
// realbugs.txt, and what earlier readings gave in first-reading.txt,
// second-reading.txt, third-reading.txt and fourth-reading.txt.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/bench/check"
	"github.com/gomend/gomend/cmd/internal/finding"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("precision: ")
	var (
		gomend       = flag.String("gomend", "", "the gomend `program`")
		repositories = flag.String("repositories", "docs/precision/repositories.tsv", "the `file` that lists the repositories")
		checkouts    = flag.String("checkouts", "", "the `directory` of the checkouts")
		worksheets   = flag.String("worksheets", "docs/precision", "the `directory` of the worksheets")
		set          = flag.String("set", "", "only repositories of this `set`")
		size         = flag.Int("sample", 6, "take `N` root causes below high confidence from each repository")
		report       = flag.String("report", "", "write the page to this `file`")
	)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	list, err := readRepositories(*repositories)
	if err != nil {
		log.Fatal(err)
	}
	if *report != "" {
		if err := writeReport(*report, *worksheets, list); err != nil {
			log.Fatal(err)
		}
		return
	}
	c := collector{gomend: *gomend, checkouts: *checkouts, worksheets: *worksheets, sample: *size}
	failed := false
	for _, r := range chosen(list, *set, flag.Args()) {
		if err := c.collect(ctx, r); err != nil {
			log.Printf("%s: %v", r.Name, err)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
}

// chosen returns the repositories of a set, if one is given, and of the given
// names, if there are any.
func chosen(list []Repository, set string, names []string) []Repository {
	return slices.DeleteFunc(slices.Clone(list), func(r Repository) bool {
		return set != "" && r.Set != set || len(names) > 0 && !slices.Contains(names, r.Name)
	})
}

// A collector runs gomend on repositories and fills worksheets.
type collector struct {
	gomend, checkouts, worksheets string
	sample                        int
}

func (c collector) collect(ctx context.Context, r Repository) error {
	dir := filepath.Join(c.checkouts, r.directory())
	if err := checkCommit(ctx, dir, r.Commit); err != nil {
		return err
	}
	result, err := check.Gomend(ctx, c.gomend, check.Place{Dir: dir}, rule.Low, "work")
	if err != nil {
		return err
	}
	if result.Incomplete != "" {
		log.Printf("%s was not looked at as a whole:\n%s", r.Name, result.Incomplete)
	}
	high, rest := byConfidence(result.Findings)
	all := causes(high)
	below := causes(rest)
	all = append(all, sample(below, c.sample)...)

	name := filepath.Join(c.worksheets, r.worksheet())
	old, err := readWorksheet(name)
	if err != nil {
		return err
	}
	rows := rowsOf(r, all)
	gone := carryOver(rows, old)
	log.Printf("%s: %d root causes of high confidence, %d below, %d verdicts on findings that are gone", r.Name, len(all)-min(len(below), c.sample), len(below), len(gone))
	return writeWorksheet(name, rows)
}

func byConfidence(findings []finding.Finding) (high, rest []finding.Finding) {
	for _, f := range findings {
		if f.Confidence.AtLeast(rule.High) {
			high = append(high, f)
		} else {
			rest = append(rest, f)
		}
	}
	return high, rest
}

// checkCommit makes sure that what is measured is what the list says.
func checkCommit(ctx context.Context, dir, commit string) error {
	cmd := exec.CommandContext(ctx, "git", "-C", dir, "rev-parse", "HEAD")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%s: %s", cmd, exit.Stderr)
	}
	if err != nil {
		return err
	}
	if head := strings.TrimSpace(string(out)); head != commit {
		return fmt.Errorf("%s is at commit %s, the list says %s", dir, head, commit)
	}
	return nil
}

func writeReport(name, worksheets string, list []Repository) (err error) {
	var rows []Row
	for _, r := range list {
		more, err := readWorksheet(filepath.Join(worksheets, r.worksheet()))
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	recall, err := readRecall(worksheets)
	if err != nil {
		return err
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return writePage(file, list, rows, recall)
}

// readRecall returns those of the other measurements that the directory has.
func readRecall(dir string) ([]Recall, error) {
	var list []Recall
	for _, r := range []struct{ file, title, note string }{
		{
			"goker.txt", "Recall: the GoKer kernels",
			"Bugs of known projects, cut down to a file each, that ship with Go as test data. The program goker says what counts as a hit.",
		},
		{
			"realbugs.txt", "Recall: bugs of public repositories, before and after their fix",
			"The development set. The program realbugs says what counts as a hit.",
		},
		{
			"first-reading.txt", "The first reading",
			"The same measurement before the causes of its wrong reports were mended (commit 10a59fc); moby, nomad, VictoriaMetrics and go-ethereum were unread until then.",
		},
		{
			"second-reading.txt", "The second reading, of unread code alone",
			"Six further repositories, before anything that was found in them was mended (commit a4742b1).",
		},
		{
			"third-reading.txt", "The third reading, of unread code alone",
			"Six more, likewise (commit b60338d). Kinds that were mostly wrong in the three readings have left the default or gone since.",
		},
		{
			"fourth-reading.txt", "The fourth reading, of unread code alone",
			"Four more, likewise (commit 2299cad).",
		},
	} {
		text, err := os.ReadFile(filepath.Join(dir, r.file))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, Recall{Title: r.title, Note: r.note, Text: string(text)})
	}
	return list, nil
}
