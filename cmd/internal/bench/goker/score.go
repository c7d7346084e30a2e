package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// A Score is what findings of at least some confidence say of the kernels.
type Score struct {
	Confidence rule.Confidence
	Hits       []Kernel
	Misses     []Kernel

	// Beside are the findings at no position of a kernel that have one among
	// their related places: they may be true, and stand at the other end.
	Beside []finding.Finding

	// Elsewhere are the findings that have nothing to do with a position.
	Elsewhere []finding.Finding
}

// score sorts the findings of at least the given confidence into those that name
// a kernel's bug and those that do not.
func score(truth Truth, findings []finding.Finding, confidence rule.Confidence) Score {
	accepted := make(map[finding.Span]bool)
	for _, p := range truth.Positions {
		accepted[line(p.Kernel+".go", p.Line)] = true
	}
	s := Score{Confidence: confidence}
	hit := make(map[string]bool)
	for _, f := range findings {
		if !f.Confidence.AtLeast(confidence) {
			continue
		}
		switch {
		case accepted[line(f.File, f.Line)]:
			hit[strings.TrimSuffix(f.File, ".go")] = true
		case slices.ContainsFunc(f.Related, func(r finding.Related) bool { return accepted[line(r.File, r.Line)] }):
			s.Beside = append(s.Beside, f)
		default:
			s.Elsewhere = append(s.Elsewhere, f)
		}
	}
	for _, k := range truth.Kernels {
		if hit[k.Name] {
			s.Hits = append(s.Hits, k)
		} else {
			s.Misses = append(s.Misses, k)
		}
	}
	return s
}

// line is a span that stands for a line of a file.
func line(file string, n int) finding.Span { return finding.Span{File: file, Line: n} }

// ofRules returns the findings of the named rules, or all if none is named.
func ofRules(findings []finding.Finding, rules []string) []finding.Finding {
	if len(rules) == 0 {
		return findings
	}
	return slices.DeleteFunc(slices.Clone(findings), func(f finding.Finding) bool { return !slices.Contains(rules, f.Rule) })
}

// printTable writes the table of hits per category, one column per score, and below
// it the kernels and the findings by name.
func printTable(w io.Writer, kernels []Kernel, scores ...Score) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\tkernels\t")
	for _, s := range scores {
		fmt.Fprintf(table, "%s\t\t", s.Confidence)
	}
	fmt.Fprintln(table)
	totals := countByCategory(kernels)
	for _, category := range slices.Sorted(maps.Keys(totals)) {
		printRow(table, category, totals[category], scores, func(s Score) int { return countByCategory(s.Hits)[category] })
	}
	printRow(table, "all", len(kernels), scores, func(s Score) int { return len(s.Hits) })
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range scores {
		fmt.Fprintf(w, "\nconfidence %s\n  hit: %s\n  missed: %s\n", s.Confidence, names(s.Hits), names(s.Misses))
		printFindings(w, "no position of the kernel, but related to one", s.Beside)
		printFindings(w, "no position of the kernel", s.Elsewhere)
	}
	return nil
}

func printRow(table io.Writer, title string, total int, scores []Score, hits func(Score) int) {
	fmt.Fprintf(table, "%s\t%d\t", title, total)
	for _, s := range scores {
		fmt.Fprintf(table, "%d\t%.0f%%\t", hits(s), 100*float64(hits(s))/float64(total))
	}
	fmt.Fprintln(table)
}

func printFindings(w io.Writer, title string, findings []finding.Finding) {
	fmt.Fprintf(w, "  at %s: %d\n", title, len(findings))
	for _, f := range findings {
		fmt.Fprintf(w, "    %s:%d: %s/%s: %s\n", f.File, f.Line, f.Rule, f.Kind, f.Message)
	}
}

func countByCategory(kernels []Kernel) map[string]int {
	counts := make(map[string]int)
	for _, k := range kernels {
		counts[k.Category()]++
	}
	return counts
}

func names(kernels []Kernel) string {
	if len(kernels) == 0 {
		return "none"
	}
	var names []string
	for _, k := range kernels {
		names = append(names, k.Name)
	}
	return strings.Join(slices.SortedFunc(slices.Values(names), cmp.Compare), " ")
}
