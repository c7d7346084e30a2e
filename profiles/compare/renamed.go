package compare

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// likeness is by which factor two functions may differ in what they cost, with all that they
// call, for the one to be the other under a new name.
const likeness = 1.25

// matchRenamed gives functions of the base the names that they have in the head: where one of a
// file is gone, and one of the same file is new that costs about the same, and both fit no other
// one as well.
func (c *comparison) matchRenamed() {
	base, head := c.costs(c.base), c.costs(c.head)
	type candidate struct {
		old, current string
		ratio        float64 // from 1 on
	}
	var all []candidate
	for old, before := range base {
		if _, there := head[old]; there {
			continue
		}
		for current, after := range head {
			if _, there := base[current]; there || before.file == "" || before.file != after.file {
				continue
			}
			if ratio := max(before.cum/after.cum, after.cum/before.cum); ratio <= likeness {
				all = append(all, candidate{old, current, ratio})
			}
		}
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.ratio, b.ratio), cmp.Compare(a.old, b.old), cmp.Compare(a.current, b.current))
	})
	c.was = make(map[string]string)
	taken := make(map[string]int) // how many fit a name
	for _, one := range all {
		taken["base "+one.old]++
		taken["head "+one.current]++
	}
	for _, one := range all {
		if taken["base "+one.old] == 1 && taken["head "+one.current] == 1 {
			c.was[one.current] = one.old
		}
	}
	if len(c.was) == 0 {
		return
	}
	renamed := make([]*Run, len(c.base))
	for i, r := range c.base {
		again := *r
		again.Rows, again.names = maps.Clone(r.Rows), slices.Clone(r.names)
		for current, old := range c.was {
			if cell, ok := again.Rows[old]; ok {
				delete(again.Rows, old)
				again.Rows[current] = cell
			}
			if n := slices.Index(again.names, old); n >= 0 {
				again.names[n] = current
			}
		}
		renamed[i] = &again
	}
	c.base = renamed
}

// cost is what a function costs with what it calls, as the mean over runs.
type cost struct {
	cum  float64
	file string
}

// costs returns the functions above the least share.
func (c *comparison) costs(runs []*Run) map[string]cost {
	all := make(map[string]cost)
	total := 0.0
	for _, r := range runs {
		total += math.Abs(float64(r.Total))
		for name, cell := range r.Rows {
			if file := r.files[name]; file != "" {
				one := all[name]
				all[name] = cost{one.cum + math.Abs(float64(cell.Cum)), file}
			}
		}
	}
	maps.DeleteFunc(all, func(_ string, one cost) bool { return one.cum == 0 || one.cum < c.policy.MinShare*total })
	for name, one := range all {
		all[name] = cost{one.cum / float64(len(runs)), one.file}
	}
	return all
}
