package compare

import (
	"maps"
	"math"
	"slices"
)

// moved marks the rows that regressed and improved by what cancels, as code does that went from
// one place to another: within a package, among what a function calls, and within a module. The
// narrow comes first, as what else changes in the wide would hide it.
func (c *comparison) moved(rows []*Row) {
	for _, level := range []func([]*Row) map[string]string{c.packages, c.callers, c.modules} {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row *Row) bool { return row.Verdict != Regressed && row.Verdict != Improved })
		if len(rows) == 0 {
			return
		}
		within := level(rows)
		groups := make(map[string][]*Row)
		for _, row := range rows {
			if name := within[row.Name]; name != "" {
				groups[name] = append(groups[name], row)
			}
		}
		for _, group := range groups {
			if !cancel(group) {
				continue
			}
			for _, row := range group {
				row.Verdict = Moved
			}
		}
	}
}

// rounding is by which share sums of the same in another order may differ.
const rounding = 1e-9

// cancel reports whether some rows gained what others lost, up to noise or a tenth. Of values
// that have no noise it is all, but for what can't be seen: there the rest would be a change as
// well.
func cancel(rows []*Row) bool {
	gained, lost, noise, unseen := 0.0, 0.0, 0.0, 0.0
	for _, row := range rows {
		noise += row.Noise * row.Noise
		unseen = max(unseen, row.Smallest)
		if d := row.Delta(); d > 0 {
			gained += d
		} else {
			lost -= d
		}
	}
	rest := max(unseen, rounding*max(gained, lost))
	if noise > 0 {
		rest = max(math.Sqrt(noise), 0.1*max(gained, lost))
	}
	return gained > 0 && lost > 0 && math.Abs(gained-lost) <= rest
}

// packages returns the packages of rows, where they have one.
func (c *comparison) packages(rows []*Row) map[string]string {
	all := make(map[string]string, len(rows))
	wanted := namesOf(rows)
	for _, r := range slices.Concat(c.base, c.head) {
		for n, name := range r.names {
			if !wanted[name] {
				continue
			}
			if pkg := PackageOf(r.functions[n]); pkg != "" {
				all[name] = pkg
			}
		}
	}
	return all
}

// modules returns the modules of rows: those of the code base where they are known, and else
// what the paths of packages tell.
func (c *comparison) modules(rows []*Row) map[string]string {
	o := &c.base[0].options
	all := c.packages(rows)
	for name, pkg := range all {
		if len(o.Modules) > 0 {
			all[name] = o.longest(pkg)
		} else {
			all[name] = o.module(pkg)
		}
	}
	return all
}

// callers returns which function calls rows, where no other one does on either side, for which
// they may have changed, and where that function costs the same as before.
func (c *comparison) callers(rows []*Row) map[string]string {
	all := make(map[string]string, len(rows)) // "" is for several, and for none
	wanted := namesOf(rows)
	for _, r := range slices.Concat(c.base, c.head) {
		for call := range r.calls {
			called, caller := r.names[call.called], ""
			if !wanted[called] {
				continue
			}
			if call.caller != none {
				caller = r.names[call.caller]
			}
			if before, ok := all[called]; ok && before != caller {
				caller = ""
			}
			all[called] = caller
		}
	}
	maps.DeleteFunc(all, func(_, caller string) bool { return !c.costsTheSame(caller) })
	return all
}

func namesOf(rows []*Row) map[string]bool {
	names := make(map[string]bool, len(rows))
	for _, row := range rows {
		names[row.Name] = true
	}
	return names
}

// costsTheSame reports whether a row, with what it calls, does not change by what counts.
func (c *comparison) costsTheSame(name string) bool {
	cum := func(r *Run) int64 { return r.Rows[name].Cum }
	base, head := c.values(c.base, cum), c.values(c.head, cum)
	before, after := mean(base), mean(head)
	change := math.Abs(after - before)
	return change < max(c.policy.Threshold, rounding)*max(before, after) || change < noise(base, min(len(base), len(head)))
}
