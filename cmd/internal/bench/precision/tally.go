package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/gomend/gomend/analyzers/rule"
)

// A Tally counts verdicts.
type Tally struct {
	True, Minor, False, Unread int
}

// Read is how many verdicts there are.
func (t Tally) Read() int { return t.True + t.Minor + t.False }

// Share is the share of the read that is true and worth mending; 1 if none was
// read.
func (t Tally) Share() float64 {
	if t.Read() == 0 {
		return 1
	}
	return float64(t.True) / float64(t.Read())
}

// String returns the share with its interval, as in "91% (76–97)".
func (t Tally) String() string {
	if t.Read() == 0 {
		return "—"
	}
	low, high := wilson(t.True, t.Read())
	return fmt.Sprintf("%.0f%% (%.0f–%.0f)", 100*t.Share(), 100*low, 100*high)
}

func (t *Tally) add(v Verdict) {
	switch v {
	case True:
		t.True++
	case Minor:
		t.Minor++
	case False:
		t.False++
	default:
		t.Unread++
	}
}

// A Group is the tally of the rows that have a name in common.
type Group struct {
	Name string
	Tally
}

// groups tallies the rows by name, the worst share first; what was not read at
// all comes last.
func groups(rows []Row, name func(Row) string) []Group {
	tallies := make(map[string]*Tally)
	for _, r := range rows {
		t := tallies[name(r)]
		if t == nil {
			t = new(Tally)
			tallies[name(r)] = t
		}
		t.add(r.Verdict)
	}
	var list []Group
	for _, n := range slices.Sorted(maps.Keys(tallies)) {
		list = append(list, Group{n, *tallies[n]})
	}
	slices.SortStableFunc(list, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Share(), b.Share()), -cmp.Compare(a.Read(), b.Read()))
	})
	return list
}

// ofConfidence returns the rows whose confidence want accepts.
func ofConfidence(rows []Row, want func(rule.Confidence) bool) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !want(r.Confidence) })
}
