package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func found(name, file string, line int, fingerprint string) Entry {
	return Entry{Rule: name, File: file, Line: line, Fingerprint: fingerprint}
}

func TestVerdicts(t *testing.T) {
	leak := Case{ID: "a", Category: "goroutine_leak", File: "p/p.go", Lines: []int{10, 40}}
	for _, test := range []struct {
		name        string
		parent, fix []Entry
		word        string
		other       int
	}{
		{"nothing is found", nil, nil, "miss", 0},
		{"at the bug, and gone with the fix", []Entry{found("goroutineleak", "p/p.go", 43, "f")}, nil, "hit", 0},
		{"either rule for leaks will do", []Entry{found("deadlock", "p/p.go", 7, "f")}, nil, "hit", 0},
		{"still there after the fix", []Entry{found("deadlock", "p/p.go", 10, "f")}, []Entry{found("deadlock", "p/p.go", 90, "f")}, "still", 0},
		{
			"one of two is gone",
			[]Entry{found("deadlock", "p/p.go", 10, "f"), found("deadlock", "p/p.go", 11, "g")},
			[]Entry{found("deadlock", "p/p.go", 10, "f")},
			"hit", 0,
		},
		{"near", []Entry{found("deadlock", "p/p.go", 70, "f")}, nil, "near", 1},
		{"too far", []Entry{found("deadlock", "p/p.go", 71, "f")}, nil, "miss", 1},
		{"another file", []Entry{found("deadlock", "p/q.go", 10, "f")}, nil, "miss", 1},
		{"another category", []Entry{found("timerleak", "p/p.go", 10, "f")}, nil, "miss", 0},
	} {
		v := judge(leak, test.parent, test.fix)
		if v.word() != test.word || v.Other != test.other {
			t.Errorf("%s: %s with %d others, want %s with %d", test.name, v.word(), v.Other, test.word, test.other)
		}
	}
}

func TestVerdictsAreCountedByCategory(t *testing.T) {
	leak, timer := Case{ID: "a", Category: "goroutine_leak"}, Case{ID: "b", Category: "timer"}
	var out strings.Builder
	if err := printVerdicts(&out, []Verdict{{Case: leak, Hit: true, Other: 2}, {Case: leak, Hit: true, Still: true}, {Case: timer, Near: true, Other: 1}}); err != nil {
		t.Fatal(err)
	}
	const want = `        category  cases  hit  near  miss  hit after the fix too  other findings
  goroutine_leak      2    1     0     0                      1               2
           timer      1    0     1     0                      0               1

hit    goroutine_leak  a
still  goroutine_leak  a
near   timer           b
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
