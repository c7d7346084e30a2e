package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/analyzers/rule"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE | RULE/KIND | FILE:LINE | ID",
		Short: "show a rule's page, or all about one finding",
		Long: `Explain shows a rule's page: the incident behind it, what is reported and what
is not, wrong and right code.`,
		Example: `  gomend explain timerleak
  gomend explain goroutineleak/abandoned-send`,
		Args: exactly("what to explain: a rule, a rule's kind, a finding's file and line, or its ID"),
		RunE: func(_ *cobra.Command, args []string) error {
			r, kind, err := findRule(allRules(), args[0])
			if err != nil {
				return err
			}
			return a.printRule(r, kind)
		},
	}
}

// printRule prints the page of a rule, below what is to be said of the kind
// that was asked for.
func (a *app) printRule(r *rule.Rule, kind *rule.Kind) error {
	var b strings.Builder
	if kind != nil {
		fmt.Fprintf(&b, "%s/%s\n\n", r.Name(), kind.Name)
		writeKind(&b, kind)
		fmt.Fprintln(&b)
	}
	fmt.Fprintln(&b, strings.TrimSpace(r.Page))
	_, err := fmt.Fprint(a.Out, b.String())
	return err
}

// writeKind writes what the rule's table says of a kind.
func writeKind(b *strings.Builder, k *rule.Kind) {
	fmt.Fprintf(b, "  %s\n", k.Summary)
	fmt.Fprintf(b, "  confidence: %s    severity: %s\n", k.Confidence, k.Severity)
	if k.Fix != rule.NoFix {
		fmt.Fprintf(b, "  its fixes are %s\n", fixSafety[k.Fix])
	}
	if k.When != rule.Always {
		fmt.Fprintf(b, "  true of programs that run with %s\n", k.When)
	}
}

var fixSafety = map[rule.Safety]string{
	rule.Safe:   "safe: the program does the same without the defect",
	rule.Proven: "safe under a precondition that the finding states",
	rule.Unsafe: "unsafe: they need a human's eye",
}
