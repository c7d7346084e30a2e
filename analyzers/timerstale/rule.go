package timerstale

import "github.com/gomend/gomend/analyzers/rule"

// Rule is the rule timerstale.
var Rule = &rule.Rule{
	Analyzer: Analyzer,
	Title:    "Waits for a timer that block for ever, never fire, or are needless since Go 1.23",
	Since:    "v0.1.0",
	Page:     page,
	Kinds:    kinds,
}

// The kinds' names.
const (
	nilChannel    = "nil-channel"
	drainTwice    = "drain-twice"
	drainInverted = "drain-inverted"
	drainBlocks   = "drain-blocks"
	needlessDrain = "needless-drain"
	lenCap        = "len-cap"
	neverFires    = "never-fires"
	idleReset     = "idle-reset"
)

var kinds = []rule.Kind{
	{
		Name:       nilChannel,
		Summary:    "The channel of a timer that time.AfterFunc made is nil: a receive from it blocks for ever.",
		Confidence: rule.Medium,
		Severity:   rule.Error,
	},
	{
		Name:       drainTwice,
		Summary:    "A timer's value is received again after it was received: the receive blocks for ever.",
		Confidence: rule.High,
		Severity:   rule.Error,
	},
	{
		Name:       drainInverted,
		Summary:    "A timer is drained if Stop reports true, which means that no value will come.",
		Confidence: rule.High,
		Severity:   rule.Error,
	},
	{
		Name:       drainBlocks,
		Summary:    "A timer's channel is received from right after Stop, which since Go 1.23 blocks for ever.",
		Confidence: rule.High,
		Severity:   rule.Error,
		When:       rule.NewTimers,
	},
	{
		Name:       needlessDrain,
		Summary:    "A timer's channel is drained after Stop or before Reset, which since Go 1.23 does nothing, or blocks.",
		Confidence: rule.High,
		Severity:   rule.Info,
		Fix:        rule.Proven,
		When:       rule.NewTimers,
	},
	{
		Name:       lenCap,
		Summary:    "The length or capacity of a timer's channel, which since Go 1.23 is always zero.",
		Confidence: rule.High,
		Severity:   rule.Warning,
		When:       rule.NewTimers,
	},
	{
		Name:       neverFires,
		Summary:    "A timeout cannot fire: each turn of the loop starts it anew, and something sooner always wins.",
		Confidence: rule.High,
		Severity:   rule.Error,
	},
	{
		Name:       idleReset,
		Summary:    "A deadline or a periodic task starts anew with each event, so that a busy loop never gets to it.",
		Confidence: rule.Low,
		Severity:   rule.Warning,
	},
}
