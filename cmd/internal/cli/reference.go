package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/config"
)

// findRule returns the rule that ref names, and its kind if ref names one.
func findRule(rules []*rule.Rule, ref string) (*rule.Rule, *rule.Kind, error) {
	name, kindName := rule.Split(ref)
	i := slices.IndexFunc(rules, func(r *rule.Rule) bool { return r.Name() == name })
	if i < 0 {
		var names []string
		for _, r := range rules {
			names = append(names, r.Name())
		}
		return nil, nil, fmt.Errorf("there is no rule %q: %s", name, didYouMean(name, names, "`gomend rules` lists them"))
	}
	r := rules[i]
	if kindName == "" {
		return r, nil, nil
	}
	if k, ok := r.Kind(kindName); ok {
		return r, &k, nil
	}
	var names []string
	for _, k := range r.Kinds {
		names = append(names, r.Name()+"/"+k.Name)
	}
	return nil, nil, fmt.Errorf("rule %s has no kind %q: %s", name, kindName,
		didYouMean(ref, names, "it has "+strings.Join(names, ", ")))
}

// didYouMean suggests the name nearest to what was typed, or gives the hint
// where none is near.
func didYouMean(typed string, names []string, hint string) string {
	best, distance := "", max(2, len(typed)/3)+1
	for _, name := range names {
		if d := edits(typed, name); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return hint
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// edits returns the number of bytes to insert, delete or replace to get from a
// to b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// isPluginRule reports whether ref names a rule of a plugin, as PLUGIN.RULE:
// which rules a plugin has, only the plugin knows.
func isPluginRule(ref string, plugins []config.Plugin) bool {
	name, _, ok := strings.Cut(ref, ".")
	return ok && slices.ContainsFunc(plugins, func(p config.Plugin) bool { return p.Name == name })
}
