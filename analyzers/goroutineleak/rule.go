package goroutineleak

import "github.com/gomend/gomend/analyzers/rule"

// Rule is the rule goroutineleak.
var Rule = &rule.Rule{
	Analyzer: Analyzer,
	Title:    "Goroutines that can block for ever",
	Since:    "v0.1.0",
	Page:     page,
	Kinds: []rule.Kind{
		{Name: "proven", Summary: "The garbage collector found that a goroutine can never go on (gomend leaks test).", Confidence: rule.High, Severity: rule.Error},
		{Name: "growing", Summary: "Each round of a package's tests leaves more goroutines (gomend leaks test --growth).", Confidence: rule.Medium, Severity: rule.Warning},
		{Name: "abandoned-send", Summary: "A goroutine sends to a receiver that can have gone.", Confidence: rule.High, Severity: rule.Error, Fix: rule.Safe},
		{Name: "abandoned-receive", Summary: "A goroutine receives from a channel on which nobody is left to send.", Confidence: rule.High, Severity: rule.Error},
		{Name: "unclosed-range", Summary: "A goroutine ranges over a channel that nobody closes.", Confidence: rule.High, Severity: rule.Error},
		{Name: "abandoned-select", Summary: "A goroutine waits in a select none of whose cases can happen.", Confidence: rule.Medium, Severity: rule.Error},
		{Name: "uncancelled", Summary: "A goroutine waits for a context that nobody is left to cancel.", Confidence: rule.High, Severity: rule.Error},
		{Name: "waitgroup", Summary: "A wait group cannot reach zero.", Confidence: rule.High, Severity: rule.Error},
		{Name: "unsignalled", Summary: "A condition variable is waited for that nobody signals.", Confidence: rule.High, Severity: rule.Error},
		{Name: "endless", Summary: "A goroutine waits for nothing, and others wait for it.", Confidence: rule.High, Severity: rule.Error},
		{Name: "stuck", Summary: "A function can wait for ever for goroutines of its own.", Confidence: rule.Medium, Severity: rule.Error},
		{Name: "stopped-ticker", Summary: "A goroutine ranges over a ticker's channel, which Stop does not close.", Confidence: rule.High, Severity: rule.Error},
		{Name: "endless-ticker", Summary: "A goroutine of something that can be closed ranges over a ticker's channel for ever.", Confidence: rule.Medium, Severity: rule.Warning},
		{Name: "abandoned-reply", Summary: "Who answers a request blocks when who asked has stopped waiting.", Confidence: rule.Medium, Severity: rule.Error, Fix: rule.Safe},
		{Name: "unended-call", Summary: "A goroutine is in a call that ends with a context which nobody is left to cancel.", Confidence: rule.Medium, Severity: rule.Warning},
		{Name: "unwatched-call", Summary: "A goroutine that has a context calls a function without it that may block for ever.", Confidence: rule.Low, Severity: rule.Warning},
		{Name: "failed-test", Summary: "A goroutine is left behind by a test that fails.", Confidence: rule.Low, Severity: rule.Info},
		{Name: "state-dependent", Summary: "A goroutine can block for ever if the program's own state leads there.", Confidence: rule.Low, Severity: rule.Warning},
	},
}
