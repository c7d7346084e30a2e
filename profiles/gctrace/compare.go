package gctrace

import "fmt"

// A Comparison sets two runs side by side.
type Comparison struct {
	Changes []Change

	// Caveats are what a reader has to know with the changes, in sentences. The first
	// is always that one run of each is indicative.
	Caveats []string
}

// A Change is a figure of both runs. Ratio is Head over Base, and 0 if Base is.
type Change struct {
	Name              string
	Unit              Unit
	Base, Head, Ratio float64
}

// Compare sets the statistics of two runs side by side. Whether a change is more than
// noise cannot be told from one pair of runs, and is not said.
func Compare(base, head Statistics) Comparison {
	return Comparison{Changes: changes(base.figures(), head.figures()), Caveats: caveats(base, head)}
}

// changes sets the same figures of both side by side.
func changes(base, head []Figure) []Change {
	var all []Change
	for i, before := range base {
		all = append(all, Change{
			Name:  before.Name,
			Unit:  before.Unit,
			Base:  before.Value,
			Head:  head[i].Value,
			Ratio: ratio(head[i].Value, before.Value),
		})
	}
	return all
}

const indicative = "One run of each is indicative: repeat both to tell a change from noise."

func caveats(base, head Statistics) []string {
	all := []string{indicative}
	for _, side := range []struct {
		name   string
		cycles int
	}{{"base", base.Cycles}, {"head", head.Cycles}} {
		if side.cycles < minCycles {
			all = append(all, fmt.Sprintf("The %s has only %d cycles, most of which may be of its start.", side.name, side.cycles))
		}
	}
	if base.Procs != head.Procs {
		all = append(all, fmt.Sprintf("GOMAXPROCS differs: %d in the base and %d in the head.", base.Procs, head.Procs))
	}
	return all
}
