package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// A Cause is a defect in the code with the findings that it brings about, of
// which a reader judges the first.
type Cause []finding.Finding

// A mention is a line that a finding of some kind names.
type mention struct {
	rule, kind, file string
	line             int
}

func mentions(f finding.Finding) []mention {
	list := []mention{{f.Rule, f.Kind, f.File, f.Line}}
	for _, r := range f.Related {
		list = append(list, mention{f.Rule, f.Kind, r.File, r.Line})
	}
	return list
}

// causes joins the findings of the same kind that name a common line, be it
// where they stand or a related place: two sends of one goroutine share its go
// statement, two paths on which a lock is taken twice share the first.
func causes(findings []finding.Finding) []Cause {
	findings = slices.Clone(findings)
	finding.Sort(findings)
	byMention := make(map[mention][]int)
	for i, f := range findings {
		for _, m := range mentions(f) {
			byMention[m] = append(byMention[m], i)
		}
	}
	var all []Cause
	seen := make([]bool, len(findings))
	for first := range findings {
		if seen[first] {
			continue
		}
		var members []int
		for reach := []int{first}; len(reach) > 0; {
			i := reach[len(reach)-1]
			reach = reach[:len(reach)-1]
			if seen[i] {
				continue
			}
			seen[i] = true
			members = append(members, i)
			for _, m := range mentions(findings[i]) {
				reach = append(reach, byMention[m]...)
			}
		}
		slices.Sort(members)
		var cause Cause
		for _, i := range members {
			cause = append(cause, findings[i])
		}
		all = append(all, cause)
	}
	return all
}

// sample returns n of the causes, or all if there are fewer, in their order.
// Which ones depends on their fingerprints alone, so that a second run over the
// same code chooses the same.
func sample(all []Cause, n int) []Cause {
	if len(all) <= n {
		return all
	}
	lots := make([]string, 0, len(all))
	for _, c := range all {
		lots = append(lots, lot(c))
	}
	slices.SortFunc(lots, cmp.Compare)
	last := lots[n]
	return slices.DeleteFunc(slices.Clone(all), func(c Cause) bool { return lot(c) >= last })
}

func lot(c Cause) string {
	sum := sha256.Sum256([]byte(c[0].Fingerprint))
	return hex.EncodeToString(sum[:])
}
