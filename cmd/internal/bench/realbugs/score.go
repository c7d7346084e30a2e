package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// categories tell which findings count for which cases: a rule may find defects
// of more than one category.
var categories = map[string][]string{
	"deadlock":       {"goroutine_leak"},
	"goroutineleak":  {"goroutine_leak"},
	"lostcancel":     {"context", "resource"},
	"lostctx":        {"context", "resource"},
	"missingtimeout": {"context", "resource"},
	"pooledctx":      {"sync_pool"},
	"poolmisuse":     {"sync_pool"},
	"resourceleak":   {"context", "resource"},
	"timerleak":      {"timer"},
	"timerstale":     {"timer"},
	"uncheckeduse":   {"context", "resource"},
}

// How far from the lines of a case a finding may stand, in lines.
const (
	atTheBug = 3
	nearby   = 30
)

// A Verdict is how the findings before and after the fix meet a case.
type Verdict struct {
	Case  Case
	Hit   bool // one stands at the bug before the fix
	Near  bool // none does, but one is nearby
	Still bool // those that stand at the bug are all there after the fix too
	Other int  // further findings of the category in the package, before the fix
}

func judge(c Case, parent, fix []Entry) Verdict {
	after := make(map[string]bool)
	for _, e := range fix {
		after[e.Fingerprint] = true
	}
	v := Verdict{Case: c}
	mended := false
	for _, e := range parent {
		if !slices.Contains(categories[e.Rule], c.Category) {
			continue
		}
		distance := c.distance(e)
		if distance > atTheBug {
			v.Near = v.Near || distance <= nearby
			v.Other++
			continue
		}
		v.Hit = true
		mended = mended || !after[e.Fingerprint]
	}
	v.Near = v.Near && !v.Hit
	v.Still = v.Hit && !mended
	return v
}

// distance returns how many lines the entry is away from the nearest of the
// case's; more than any limit if it is in another file.
func (c Case) distance(e Entry) int {
	least := nearby + 1
	if e.File != c.File {
		return least
	}
	for _, line := range c.Lines {
		least = min(least, max(line-e.Line, e.Line-line))
	}
	return least
}

// word says the verdict in a word.
func (v Verdict) word() string {
	switch {
	case v.Still:
		return "still"
	case v.Hit:
		return "hit"
	case v.Near:
		return "near"
	}
	return "miss"
}

// printVerdicts writes the verdicts by category.
func printVerdicts(w io.Writer, verdicts []Verdict) error {
	byCategory := make(map[string][]Verdict)
	for _, v := range verdicts {
		byCategory[v.Case.Category] = append(byCategory[v.Case.Category], v)
	}
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "category\tcases\thit\tnear\tmiss\thit after the fix too\tother findings\t")
	for _, category := range slices.Sorted(maps.Keys(byCategory)) {
		row := byCategory[category]
		count := func(word string) (n int) {
			for _, v := range row {
				if v.word() == word {
					n++
				}
			}
			return n
		}
		other := 0
		for _, v := range row {
			other += v.Other
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", category, len(row), count("hit"), count("near"), count("miss"), count("still"), other)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, v := range verdicts {
		fmt.Fprintf(w, "%-5s  %-14s  %s\n", v.word(), v.Case.Category, v.Case.ID)
	}
	return nil
}
