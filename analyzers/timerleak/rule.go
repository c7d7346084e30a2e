package timerleak

import "github.com/gomend/gomend/analyzers/rule"

// Rule is the rule timerleak.
var Rule = &rule.Rule{
	Analyzer: Analyzer,
	Title:    "Timers that nothing stops pile up until they fire",
	Since:    "v0.1.0",
	Page:     page,
	Kinds:    kinds,
}

// The kinds' names.
const (
	afterInLoop      = "after-in-loop"
	timerInLoop      = "timer-in-loop"
	afterDropped     = "after-dropped"
	tickInLoop       = "tick-in-loop"
	tick             = "tick"
	tickerNotStopped = "ticker-not-stopped"
	tickerField      = "ticker-field"
	afterPerCall     = "after-per-call"
	shortAfter       = "short-after"
	afterOutlives    = "after-outlives"
	afterFuncField   = "afterfunc-field"
	afterFuncGuard   = "afterfunc-guard"
)

var kinds = []rule.Kind{
	{
		Name:       afterInLoop,
		Summary:    "time.After is called at each turn of an unbounded loop, and another case of the select can win.",
		Confidence: rule.High,
		Severity:   rule.Error,
		Fix:        rule.Safe,
		When:       rule.OldTimers,
	},
	{
		Name:       timerInLoop,
		Summary:    "time.NewTimer is called at each turn of an unbounded loop, and a turn can end without Stop.",
		Confidence: rule.High,
		Severity:   rule.Error,
		Fix:        rule.Safe,
		When:       rule.OldTimers,
	},
	{
		Name:       afterDropped,
		Summary:    "A variable or field that holds the channel of a running time.After is overwritten, again and again.",
		Confidence: rule.Medium,
		Severity:   rule.Error,
		When:       rule.OldTimers,
	},
	{
		Name:       tickInLoop,
		Summary:    "A ticker is started at each turn of a loop and not stopped before the next.",
		Confidence: rule.High,
		Severity:   rule.Error,
		When:       rule.OldTimers,
	},
	{
		Name:       tick,
		Summary:    "time.Tick is called by a function that ends: nobody can stop its ticker.",
		Confidence: rule.High,
		Severity:   rule.Warning,
		Fix:        rule.Proven,
		When:       rule.OldTimers,
	},
	{
		Name:       tickerNotStopped,
		Summary:    "A function ends without having stopped the ticker that it started.",
		Confidence: rule.High,
		Severity:   rule.Warning,
		Fix:        rule.Safe,
		When:       rule.OldTimers,
	},
	{
		Name:       tickerField,
		Summary:    "A ticker is kept in a field of a type that can be closed, and nothing in the package stops it.",
		Confidence: rule.Medium,
		Severity:   rule.Warning,
		When:       rule.OldTimers,
	},
	{
		Name:       afterPerCall,
		Summary:    "Each call of a function that is called in an unbounded loop, or for each request, leaves a timer behind.",
		Confidence: rule.Medium,
		Severity:   rule.Warning,
		Fix:        rule.Safe,
		When:       rule.OldTimers,
	},
	{
		Name:       shortAfter,
		Summary:    "Timers of less than five seconds pile up in a loop; it takes many turns a second to notice.",
		Confidence: rule.Low,
		Severity:   rule.Warning,
		Fix:        rule.Safe,
		When:       rule.OldTimers,
	},
	{
		Name:       afterOutlives,
		Summary:    "A loop that ends, or is bounded or slow, or a goto, leaves few timers of a long duration behind.",
		Confidence: rule.Low,
		Severity:   rule.Info,
		Fix:        rule.Safe,
		When:       rule.OldTimers,
	},
	{
		Name:       afterFuncField,
		Summary:    "The timer of time.AfterFunc is kept in a field of a type that can be closed, and nothing in the package stops it.",
		Confidence: rule.Medium,
		Severity:   rule.Warning,
	},
	{
		Name:       afterFuncGuard,
		Summary:    "The result of a time.AfterFunc that limits the following steps is thrown away, so that it cuts them short after they are done.",
		Confidence: rule.Medium,
		Severity:   rule.Warning,
	},
}
