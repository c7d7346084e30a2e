package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/mod/semver"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// allRules returns every rule that findings can have, by name.
func allRules() []*rule.Rule {
	rules := append(slices.Clone(analyzers.Rules()), finding.Suppressions())
	slices.SortFunc(rules, func(a, b *rule.Rule) int { return cmp.Compare(a.Name(), b.Name()) })
	return rules
}

// ruleRow is a rule as "gomend rules --json" prints it.
type ruleRow struct {
	Name  string    `json:"name"`
	Title string    `json:"title"`
	Since string    `json:"since"`
	Kinds []kindRow `json:"kinds"`
}

type kindRow struct {
	Name       string          `json:"name"`
	Summary    string          `json:"summary"`
	Confidence rule.Confidence `json:"confidence"`
	Severity   rule.Severity   `json:"severity"`
	Fix        rule.Safety     `json:"fix,omitempty"`
	When       rule.Condition  `json:"when,omitempty"`
}

func (a *app) rulesCommand() *cobra.Command {
	var (
		since  string
		asJSON bool
	)
	c := &cobra.Command{
		Use:   "rules",
		Short: "list the rules, and the kinds of defect each tells apart",
		Long: `Rules lists the rules and the kinds of defect that each tells apart: how sure a
kind is, how much it hurts, and how safe its fix is. Kinds of high confidence
are reported unless told otherwise; --confidence medium or low adds the others.

"gomend explain RULE" shows a rule's page.`,
		Example: `  gomend rules
  gomend rules --since v0.2.0   # what an upgrade from v0.1 adds`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			rules := allRules()
			if since != "" {
				if !semver.IsValid(since) {
					return fmt.Errorf("--since %q is not a version: write it as in v0.2.0", since)
				}
				rules = slices.DeleteFunc(rules, func(r *rule.Rule) bool { return semver.Compare(r.Since, since) < 0 })
			}
			if asJSON {
				return a.printJSON(ruleRows(rules))
			}
			return a.printRules(rules)
		},
	}
	c.Flags().StringVar(&since, "since", "", "list only the rules that came with `version` or later")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func ruleRows(rules []*rule.Rule) []ruleRow {
	rows := make([]ruleRow, 0, len(rules))
	for _, r := range rules {
		row := ruleRow{Name: r.Name(), Title: r.Title, Since: r.Since, Kinds: []kindRow{}}
		for _, k := range r.Kinds {
			row.Kinds = append(row.Kinds, kindRow(k))
		}
		rows = append(rows, row)
	}
	return rows
}

// printRules prints a table: a line for each rule, below it one for each kind.
func (a *app) printRules(rules []*rule.Rule) error {
	table := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tCONFIDENCE\tSEVERITY\tFIX\tWHAT IS REPORTED")
	for _, r := range rules {
		fmt.Fprintf(table, "%s\t\t\t\t%s (since %s)\n", r.Name(), r.Title, r.Since)
		for _, k := range r.Kinds {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n",
				k.Name, k.Confidence, k.Severity, cmp.Or(k.Fix, "-"), strings.TrimSuffix(k.Summary, "."))
		}
	}
	return table.Flush()
}
