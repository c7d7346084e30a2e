package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Sort puts findings in the order in which every face shows them: by place,
// then by rule, so that the same findings always make the same report.
func Sort(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int { return order(&a, &b) })
}

func order(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.EndLine, b.EndLine),
		cmp.Compare(a.EndColumn, b.EndColumn),
		cmp.Compare(a.Package, b.Package),
	)
}

// minPrefix is the least number of digits by which Find finds a finding. Fewer
// would soon be ambiguous.
const minPrefix = 4

// Find returns the finding whose fingerprint is id or, if no other begins so,
// begins with id.
func Find(fs []Finding, id string) (Finding, error) {
	if len(id) < minPrefix {
		return Finding{}, fmt.Errorf("finding ID %q is too short: give at least %d characters", id, minPrefix)
	}
	var found []Finding
	for _, f := range fs {
		if f.Fingerprint == id {
			return f, nil
		}
		if strings.HasPrefix(f.Fingerprint, id) {
			found = append(found, f)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return Finding{}, fmt.Errorf("no finding has the ID %q: `gomend check` shows the IDs of what it finds", id)
	}
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprintf("%s (%s:%d)", f.Fingerprint, f.File, f.Line))
	}
	return Finding{}, fmt.Errorf("finding ID %q is ambiguous: it may be %s", id, strings.Join(all, " or "))
}
