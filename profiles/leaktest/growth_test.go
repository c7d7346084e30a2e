package leaktest

import (
	"slices"
	"testing"

	"github.com/gomend/gomend/profiles/goroutine"
)

func TestGrowing(t *testing.T) {
	at := func(line int, state string) *goroutine.Goroutine {
		return &goroutine.Goroutine{
			State:   state,
			Stack:   []goroutine.Frame{{Func: "app.f", File: "/a.go", Line: line}},
			Created: goroutine.Frame{Func: "app.g", File: "/a.go", Line: 1},
		}
	}
	// rounds returns a record with as many goroutines after each round.
	rounds := func(g *goroutine.Goroutine, counts ...int) record {
		var rounds series
		for _, n := range counts {
			var all []sighting
			if n > 0 {
				all = append(all, sighting{g, n, "TestA"})
			}
			rounds = append(rounds, all)
		}
		return record{series: []series{rounds}}
	}
	leaked := rounds(at(3, "select"), 0, 1, 2, 3, 4)
	leaked.leaks = []sighting{{at(3, "select"), 4, "TestA"}}
	busy := rounds(at(3, "sleep"), 0, 1, 2, 3, 3)
	busy.series[0][4] = append(busy.series[0][4], sighting{at(3, "runnable"), 1, "TestA"})

	// Of two benchmarks the second leaves some.
	second := record{series: []series{
		rounds(at(3, "sleep"), 0, 0, 0, 0, 0).series[0],
		rounds(at(3, "sleep"), 0, 5, 10, 15, 20).series[0],
	}}

	for _, test := range []struct {
		name string
		record
		want []int // counts after each round
	}{
		{"one more each round", rounds(at(3, "sleep"), 0, 1, 2, 3, 4), []int{1, 2, 3, 4}},
		{"it begins late and grows", rounds(at(3, "sleep"), 0, 0, 2, 4, 5), []int{0, 2, 4, 5}},
		{"what the first round starts stays", rounds(at(3, "sleep"), 0, 7, 7, 7, 7), nil},
		{"a burst", rounds(at(3, "sleep"), 0, 1, 9, 3, 4), nil},
		{"a pause", rounds(at(3, "sleep"), 0, 1, 2, 2, 3), nil},
		{"too few rounds", rounds(at(3, "sleep"), 0, 1, 2), nil},
		{"proven already", leaked, nil},
		{"each benchmark by itself", second, []int{5, 10, 15, 20}},
		{"what they do at the moment does not matter", busy, []int{1, 2, 3, 4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := growing(test.record)
			if test.want == nil {
				if len(got) > 0 {
					t.Errorf("got %+v, want none", got)
				}
				return
			}
			if len(got) != 1 || !slices.Equal(got[0].Counts, test.want) || got[0].Count != test.want[len(test.want)-1] {
				t.Errorf("got %+v, want one with counts %v", got, test.want)
			}
		})
	}
}
