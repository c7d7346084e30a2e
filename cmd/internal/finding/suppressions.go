package finding

import (
	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers/rule"
)

const suppressionName = "suppression"

// The kinds of the rule [Suppressions].
const (
	Expired     = "expired"
	Malformed   = "malformed"
	NoReason    = "no-reason"
	UnknownRule = "unknown-rule"
	Unused      = "unused"
)

// Suppressions returns the rule under which [Judge.Suppress] reports what is
// wrong with suppressions. No analysis of a package finds it, since it depends
// on the date and on all platforms: its analyzer gives it a name and cannot run.
func Suppressions() *rule.Rule {
	kind := func(name, summary string, fix rule.Safety) rule.Kind {
		return rule.Kind{Name: name, Summary: summary, Confidence: rule.High, Severity: rule.Warning, Fix: fix}
	}
	return &rule.Rule{
		Analyzer: &analysis.Analyzer{
			Name: suppressionName,
			Doc:  "report suppressions that do not do what they say",
		},
		Title: "A suppression does not do what it says",
		Since: "v0.1.0",
		Page:  suppressionsPage,
		Kinds: []rule.Kind{
			kind(Expired, "The last day of a suppression has passed and what it hid is still there.", rule.NoFix),
			kind(Malformed, "A comment addresses gomend and cannot be read; it suppresses nothing.", rule.NoFix),
			kind(NoReason, "A suppression gives no reason; it suppresses nothing.", rule.NoFix),
			kind(UnknownRule, "A suppression names a rule, or a kind of a rule, that does not exist.", rule.NoFix),
			kind(Unused, "A suppression suppresses nothing on any platform that was looked at.", rule.Safe),
		},
	}
}

const suppressionsPage = `# suppression

A suppression says: we know, and we decided. It stays true only as long as
someone looks after it. This rule looks.

A suppression is a comment at the end of the line, or on the line above it:

	//gomend:ignore RULE[/KIND][,…] [until=YYYY-MM-DD] reason
	//lint:ignore gomend/RULE[/KIND][,…] reason

The reason is part of it: without one, nothing is suppressed. With a date, it
holds up to the end of that day (UTC) and the finding comes back on the next.
` + "`gomend suppress ID --reason …`" + ` writes one.

## What is reported

- **expired**: its last day has passed and what it hid is still there.
- **malformed**: it addresses gomend and cannot be read, such as a date that is
  none. It suppresses nothing.
- **no-reason**: it does not say why. It suppresses nothing.
- **unknown-rule**: there is no such rule or kind, perhaps after a typing error.
- **unused**: there is nothing left to suppress; the fix removes the comment.

## What is not

- Directives of other tools, and the rules of other tools in a
  ` + "`//lint:ignore`" + ` that names several.
- An unused suppression, where not everything was looked at in which it could be
  of use: a rule was skipped, or the package failed on one of the platforms.

A suppression of this rule does not exist. To silence a kind of it altogether,
write to gomend.yaml:

	rules:
	  suppression/unused: off
`
