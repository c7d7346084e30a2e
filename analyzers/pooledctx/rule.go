package pooledctx

import "github.com/gomend/gomend/analyzers/rule"

// Rule is pooledctx with what its users need to know about it.
var Rule = &rule.Rule{
	Analyzer: Analyzer,
	Title:    "Request context used after the handler",
	Since:    "v0.1.0",
	Page:     page,
	Kinds: []rule.Kind{
		{
			Name:       "goroutine",
			Summary:    "A goroutine that may outlive the handler uses the framework's context.",
			Confidence: rule.High,
			Severity:   rule.Error,
			Fix:        rule.Safe,
		},
		{
			Name:       "sent",
			Summary:    "The framework's context is sent on a channel.",
			Confidence: rule.High,
			Severity:   rule.Error,
		},
		{
			Name:       "stored",
			Summary:    "A package variable, a variable around the handler or a map keeps the framework's context.",
			Confidence: rule.Medium,
			Severity:   rule.Error,
		},
		{
			Name:       "borrowed",
			Summary:    "A string or bytes of the request outlive the handler although the framework lends them only.",
			Confidence: rule.Medium,
			Severity:   rule.Error,
		},
		{
			Name:       "field",
			Summary:    "A field of another object keeps the framework's context.",
			Confidence: rule.Low,
			Severity:   rule.Warning,
		},
	},
}
