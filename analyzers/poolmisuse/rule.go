package poolmisuse

import "github.com/gomend/gomend/analyzers/rule"

// Rule is poolmisuse with what its users need to know about it.
var Rule = &rule.Rule{
	Analyzer: Analyzer,
	Title:    "Misused object pool",
	Since:    "v0.1.0",
	Page:     page,
	Kinds: []rule.Kind{
		{
			Name:       "use-after-put",
			Summary:    "An object, or memory that belongs to it, is used or returned after it was put back.",
			Confidence: rule.High,
			Severity:   rule.Error,
			Fix:        rule.Safe,
		},
		{
			Name:       "double-put",
			Summary:    "An object is put back twice on one path.",
			Confidence: rule.High,
			Severity:   rule.Error,
		},
		{
			Name:       "escapes",
			Summary:    "An object is put back while a goroutine, the receiver of a channel or a package variable still has it.",
			Confidence: rule.High,
			Severity:   rule.Error,
		},
		{
			Name:       "wrong-type",
			Summary:    "What New makes or Put puts is not what Get is asserted to return.",
			Confidence: rule.High,
			Severity:   rule.Error,
		},
		{
			Name:       "missing-new",
			Summary:    "Get returns nil from an empty pool without New, and the assertion panics.",
			Confidence: rule.High,
			Severity:   rule.Error,
		},
		{
			Name:       "never-put",
			Summary:    "Objects are taken from a pool that nothing is ever put into.",
			Confidence: rule.Medium,
			Severity:   rule.Info,
		},
		{
			Name:       "get-without-put",
			Summary:    "An object is put back on one path and forgotten on another.",
			Confidence: rule.Medium,
			Severity:   rule.Warning,
		},
		{
			Name:       "never-reset",
			Summary:    "A buffer is filled and put back without being emptied at either end.",
			Confidence: rule.High,
			Severity:   rule.Error,
		},
		{
			Name:       "stale-field",
			Summary:    "A field still refers to an object that was put back.",
			Confidence: rule.Medium,
			Severity:   rule.Warning,
		},
		{
			Name:       "close-twice",
			Summary:    "Close puts a field back and leaves it set, so that a second Close puts it back again.",
			Confidence: rule.Medium,
			Severity:   rule.Warning,
		},
		{
			Name:       "dirty-put",
			Summary:    "A reader or writer is put back still reset to the request it was used for.",
			Confidence: rule.Medium,
			Severity:   rule.Warning,
			Fix:        rule.Safe,
		},
		{
			Name:       "early-arg",
			Summary:    "A deferred Put puts back what a variable held when it was deferred, not what it holds at the end.",
			Confidence: rule.Medium,
			Severity:   rule.Warning,
			Fix:        rule.Unsafe,
		},
		{
			Name:       "non-pointer",
			Summary:    "A value that is not a pointer is put, which allocates on every Put.",
			Confidence: rule.Medium,
			Severity:   rule.Info,
		},
		{
			Name:       "dropped",
			Summary:    "An object is handed on by one path of a function and forgotten by another.",
			Confidence: rule.Medium,
			Severity:   rule.Info,
		},
		{
			Name:       "lost-on-error",
			Summary:    "What a library lends and asks to release is not released by a path that fails.",
			Confidence: rule.Low,
			Severity:   rule.Info,
		},
		{
			Name:       "uncleared",
			Summary:    "A slice is put back with elements that refer to other memory.",
			Confidence: rule.Low,
			Severity:   rule.Info,
		},
		{
			Name:       "unbounded",
			Summary:    "Buffers that grew with their input are put back whatever their size.",
			Confidence: rule.Low,
			Severity:   rule.Info,
		},
	},
}
