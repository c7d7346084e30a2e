package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/gomend/gomend/cmd/internal/finding"
)

func at(name, kind string, line int, related ...int) finding.Finding {
	f := finding.Finding{Rule: name, Kind: kind, Span: finding.Span{File: "f.go", Line: line}, Fingerprint: fmt.Sprint(name, kind, line)}
	for _, r := range related {
		f.Related = append(f.Related, finding.Related{Span: finding.Span{File: "f.go", Line: r}})
	}
	return f
}

func TestFindingsOfOneCauseCountOnce(t *testing.T) {
	for _, test := range []struct {
		name     string
		findings []finding.Finding
		want     [][]int // lines by cause
	}{
		{
			"two sends of one goroutine share its go statement",
			[]finding.Finding{at("goroutineleak", "send", 12, 10), at("goroutineleak", "send", 14, 10)},
			[][]int{{12, 14}},
		},
		{
			"a chain of shared lines is one cause, in whatever order",
			[]finding.Finding{at("deadlock", "order", 30, 20), at("deadlock", "order", 10), at("deadlock", "order", 20, 10)},
			[][]int{{10, 20, 30}},
		},
		{
			"nothing in common",
			[]finding.Finding{at("deadlock", "order", 1, 2), at("deadlock", "order", 3, 4)},
			[][]int{{1}, {3}},
		},
		{
			"another kind at the same line is another defect",
			[]finding.Finding{at("deadlock", "order", 1), at("deadlock", "double", 1)},
			[][]int{{1}, {1}},
		},
	} {
		var got [][]int
		for _, c := range causes(test.findings) {
			var lines []int
			for _, f := range c {
				lines = append(lines, f.Line)
			}
			got = append(got, lines)
		}
		if !slices.EqualFunc(got, test.want, slices.Equal) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestSampleDependsOnTheFingerprintsAlone(t *testing.T) {
	var all []Cause
	for line := range 20 {
		all = append(all, Cause{at("deadlock", "order", line)})
	}
	first := sample(all, 5)
	if len(first) != 5 {
		t.Fatalf("sample of 5 has %d causes", len(first))
	}
	reversed := slices.Clone(all)
	slices.Reverse(reversed)
	again := sample(reversed, 5)
	slices.Reverse(again)
	same := func(a, b Cause) bool { return a[0].Fingerprint == b[0].Fingerprint }
	if !slices.EqualFunc(first, again, same) {
		t.Errorf("the order of the causes changes the sample: %v and %v", first, again)
	}
	if got := sample(all, 30); len(got) != len(all) {
		t.Errorf("a sample of 30 out of 20 has %d", len(got))
	}
}
