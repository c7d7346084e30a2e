package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/config"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/recipe"
	"github.com/gomend/gomend/workspace"
)

// A kit is the fixers that there are for a code base.
type kit struct {
	fixers []*fix.Fixer     // the team's own come first: of two that overlap the first is tried
	idle   []*recipe.Recipe // recipes for which there is nothing to do
}

// kit returns gomend's fixers, and those of the recipes in the configuration that is in force.
func (a *app) kit(ctx context.Context, cfg workspace.Config) (*kit, error) {
	k := &kit{fixers: a.Fixers()}
	code, err := workspace.Open(ctx, cfg)
	var none *workspace.NoModuleError
	if errors.As(err, &none) {
		return k, nil // there is nothing to configure
	} else if err != nil {
		return nil, err
	}
	defer code.Close()
	settings, err := a.loadConfig(ctx, code, new(selection))
	if err != nil || len(settings.Recipes) == 0 {
		return k, err
	}
	recipes, err := parseRecipes(settings.Recipes, k.fixers)
	if err != nil {
		return nil, err
	}
	own, failures, err := recipe.Load(ctx, cfg, recipes)
	if err != nil {
		return nil, err
	}
	for _, f := range failures {
		i := slices.Index(recipes, f.Recipe)
		err = errors.Join(err, settings.Recipes[i].Problems(f.Problems))
	}
	for _, r := range recipes {
		if r.Idle != "" {
			k.idle = append(k.idle, r)
		}
	}
	k.fixers = slices.Concat(own, k.fixers)
	return k, err
}

// parseRecipes returns the recipes of a configuration, which may not have the names of fixers
// that there are.
func parseRecipes(all []config.Recipe, known []*fix.Fixer) ([]*recipe.Recipe, error) {
	var recipes []*recipe.Recipe
	for i := range all {
		if slices.ContainsFunc(known, func(f *fix.Fixer) bool { return f.Name() == all[i].Name }) {
			return nil, fmt.Errorf("%s: the recipe %s has the name of a fixer of gomend's: choose another", all[i].Pos, all[i].Name)
		}
		r, err := all[i].Parse()
		if err != nil {
			return nil, err
		}
		recipes = append(recipes, r)
	}
	return recipes, nil
}

// choose returns the fixers that the flags name. A recipe that is named and not applied is told:
// another code base that shares it may have more to do.
func (a *app) choose(k *kit, f *fixerFlags) ([]*fix.Fixer, error) {
	for _, r := range k.idle {
		if slices.Contains(f.only, r.Name) && !a.quiet {
			fmt.Fprintf(a.Err, "the recipe %s is not applied: %s\n", r.Name, r.Idle)
		}
	}
	return f.choose(k.fixers, k.idle)
}

// listRecipes tells what each of the team's own fixers does, and where it is written.
func (a *app) listRecipes(w io.Writer, fixers []*fix.Fixer, idle []*recipe.Recipe) error {
	var b strings.Builder
	describe := func(f *fix.Fixer, why string) {
		fmt.Fprintf(&b, "\n%s, %s: %s\n", f.Name(), displayName(a.Dir, f.Origin), f.Title)
		for _, k := range f.Kinds {
			if k.Tier != fix.Left {
				fmt.Fprintf(&b, "    %s\n", k.Summary)
			}
		}
		if why != "" {
			fmt.Fprintf(&b, "    not applied: %s\n", why)
		}
	}
	for _, f := range fixers {
		if f.Origin != "" {
			describe(f, "")
		}
	}
	for _, r := range idle {
		describe(r.Fixer(nil), r.Idle)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
