package config

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomend/gomend/fixers/recipe"
)

// Parse reads the recipe. What is wrong with it are [Problems].
func (r *Recipe) Parse() (*recipe.Recipe, error) {
	p, err := recipe.Parse(recipe.Source{
		Name: r.Name, Summary: r.Summary, Since: r.Since, Tier: r.Tier, Template: r.Template,
		Origin: fmt.Sprintf("%s:%d", r.File, r.Line),
	})
	var wrong recipe.Problems
	if errors.As(err, &wrong) {
		return nil, r.Problems(wrong)
	}
	return p, err
}

// Problems returns what is wrong with the recipe as an error with places in the file; see
// [Problems].
func (r *Recipe) Problems(wrong recipe.Problems) error {
	var ps problems
	for _, p := range wrong {
		ps.add(r.place(p), fmt.Sprintf("the recipe %s: %s", r.Name, p.Message))
	}
	return ps.err()
}

// place returns where in the file something of the template stands.
func (r *Recipe) place(p recipe.Problem) Pos {
	if p.Line == 0 {
		return r.Pos
	}
	return Pos{r.code.File, r.code.Line + p.Line - 1, r.code.Col + p.Col - 1}
}

// checkRecipes reports what is wrong with the recipes of a file by themselves. What they
// import is known only where there is code that requires it.
func checkRecipes(d *decoder, all []Recipe) {
	seen := make(map[string]bool)
	for i, r := range all {
		if seen[r.Name] {
			d.add(r.Pos, fmt.Sprintf("there is another recipe %s above", r.Name))
		}
		seen[r.Name] = true
		r.code = d.origin[fmt.Sprintf("fix.recipes[%d].template", i)]
		if _, err := r.Parse(); err != nil {
			d.all = append(d.all, Problems(err)...)
		}
	}
}

// addRecipe adds a recipe, in the place of one of the same name.
func (c *Config) addRecipe(r Recipe) {
	if i := slices.IndexFunc(c.Recipes, func(q Recipe) bool { return q.Name == r.Name }); i >= 0 {
		c.Recipes[i] = r
		return
	}
	c.Recipes = append(c.Recipes, r)
}
