package deadlock

import "github.com/gomend/gomend/analyzers/rule"

// Rule is the rule deadlock.
var Rule = &rule.Rule{
	Analyzer: Analyzer,
	Title:    "Locks that goroutines can wait for for ever",
	Since:    "v0.1.0",
	Page:     page,
	Kinds: []rule.Kind{
		{Name: kindDoubleLock, Summary: "A lock is always taken again by the goroutine that holds it.", Confidence: rule.High, Severity: rule.Error},
		{Name: kindLikelyRelock, Summary: "A lock is taken again by the goroutine that holds it, if a branch leads there.", Confidence: rule.Medium, Severity: rule.Error},
		{Name: kindMaybeRelock, Summary: "A lock may be taken again by the goroutine that holds it, if a long way or a call of several functions leads there.", Confidence: rule.Low, Severity: rule.Error},
		{Name: kindUpgrade, Summary: "A lock is always taken for writing by the goroutine that holds it for reading.", Confidence: rule.High, Severity: rule.Error},
		{Name: kindRlockReentry, Summary: "A lock is taken for reading twice by one goroutine, between which a writer can come.", Confidence: rule.High, Severity: rule.Error},
		{Name: kindOnceReentry, Summary: "The function that a sync.Once runs calls its Do.", Confidence: rule.High, Severity: rule.Error},
		{Name: kindMissingUnlock, Summary: "A lock stays held on a way on which it should be released.", Confidence: rule.Medium, Severity: rule.Error},
		{Name: kindBadUnlock, Summary: "A lock is released that was released before, or was taken in the other mode.", Confidence: rule.Medium, Severity: rule.Error},
		{Name: kindLockOrder, Summary: "Two locks that are reached from one object are taken in opposite orders.", Confidence: rule.High, Severity: rule.Error},
		{Name: kindLikelyOrder, Summary: "Two locks are taken in opposite orders, if they are those of the same objects.", Confidence: rule.Low, Severity: rule.Warning},
		{Name: kindMaybeOrder, Summary: "Two locks are taken in opposite orders, if a call calls what it can call.", Confidence: rule.Low, Severity: rule.Warning},
		{Name: kindAcrossWait, Summary: "A lock is held while waiting for a goroutine that needs it first.", Confidence: rule.High, Severity: rule.Error},
		{Name: kindBlocks, Summary: "A lock is held while a function is called that may block for ever.", Confidence: rule.Medium, Severity: rule.Warning},
		{Name: kindUnderLock, Summary: "A lock is held while waiting for what may need it first, or may never come.", Confidence: rule.Low, Severity: rule.Warning},
	},
}
