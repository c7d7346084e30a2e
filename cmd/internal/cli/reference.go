package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

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

// didYouMean suggests the names that may have been meant, or gives the hint
// where none is like what was typed.
func didYouMean(typed string, names []string, hint string) string {
	// It is cobra that knows when names are alike.
	alike := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, name := range names {
		alike.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	near := alike.SuggestionsFor(typed)
	if len(near) == 0 {
		return hint
	}
	return "did you mean " + strings.Join(near, " or ") + "?"
}

// pluginOf returns the plugin of which ref names a rule, as in PLUGIN.RULE, or
// nil. Which rules a plugin has, only the plugin knows.
func pluginOf(ref string, plugins []config.Plugin) *config.Plugin {
	name, _, ok := strings.Cut(ref, ".")
	i := slices.IndexFunc(plugins, func(p config.Plugin) bool { return p.Name == name })
	if !ok || i < 0 {
		return nil
	}
	return &plugins[i]
}
