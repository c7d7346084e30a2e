package leaktest

import (
	"slices"

	"github.com/gomend/gomend/profiles/goroutine"
)

// MinGrowth is the least number of rounds from which growth is told.
const MinGrowth = 3

// growing returns the goroutines of a record of which each round of the tests, or of a
// benchmark, left more than there were before. What the first round leaves may be there
// to stay: caches fill, servers start. What was proven to leak is not told again.
func growing(r record) []Leak {
	var all []Leak
	for _, s := range r.series {
		all = append(all, growingIn(s, r.leaks)...)
	}
	return all
}

func growingIn(rounds series, leaks []sighting) []Leak {
	if len(rounds) <= MinGrowth {
		return nil
	}
	counts := make([]map[spot]int, len(rounds))
	for i, round := range rounds {
		counts[i] = make(map[spot]int)
		for _, s := range round {
			counts[i][spotOf(s.goroutine)] += s.count
		}
	}
	for _, s := range leaks {
		for i := range counts {
			delete(counts[i], spotOf(s.goroutine))
		}
	}
	var all []Leak
	for _, s := range rounds[len(rounds)-1] {
		at := spotOf(s.goroutine)
		if !grows(counts, at) || s.goroutine.State == "running" {
			continue
		}
		all = addLeak(all, s)
	}
	for i := range all {
		at := spot{all[i].Start, all[i].Blocked()}
		all[i].Count = counts[len(counts)-1][at]
		for _, round := range counts[1:] {
			all[i].Counts = append(all[i].Counts, round[at])
		}
	}
	return mergeStates(all)
}

// A spot is what goroutines have in common that count as the same: where they were
// started and where they are. What they do there at the moment may differ.
type spot struct{ start, blocked goroutine.Frame }

func spotOf(g *goroutine.Goroutine) spot {
	blocked, _ := g.Blocked()
	return spot{g.Created, blocked}
}

// grows reports whether each round after the first left more at a spot.
func grows(counts []map[spot]int, at spot) bool {
	for i := 2; i < len(counts); i++ {
		if counts[i][at] <= counts[i-1][at] {
			return false
		}
	}
	return true
}

// mergeStates keeps one of the leaks that differ only in what their goroutines do at
// the moment, that of most of them.
func mergeStates(all []Leak) []Leak {
	same := func(a, b Leak) bool { return a.Start == b.Start && a.Blocked() == b.Blocked() }
	var kept []Leak
	for _, l := range all {
		if !slices.ContainsFunc(kept, func(k Leak) bool { return same(k, l) }) {
			kept = append(kept, l)
		}
	}
	return kept
}
