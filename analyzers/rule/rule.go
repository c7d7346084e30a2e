// Package rule says what a gomend rule is beyond its [analysis.Analyzer]: the
// kinds of defect it tells apart, how sure each is, how much it hurts, and the
// page that explains it.
//
// An analyzer reports a kind by its short name in Diagnostic.Category. All else
// about a diagnostic's kind (confidence, severity, safety of its fixes, the
// condition under which it holds) stands in the rule's table, so that changing
// one's mind about a kind changes one row and no analysis.
package rule

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// A Rule is an analyzer with what its users need to know about it.
type Rule struct {
	// Analyzer finds the defect. Its name is the rule's name.
	Analyzer *analysis.Analyzer

	// Title is the defect in a few words, without a final period.
	Title string

	// Since is the gomend version that introduced the rule, as in "v0.1.0".
	Since string

	// Page is the rule's documentation in Markdown, generated from the
	// package comment of the rule's package.
	Page string

	// Kinds are the kinds of defect that the rule reports, each under a
	// different name.
	Kinds []Kind
}

// Name returns the rule's name, which is its analyzer's.
func (r *Rule) Name() string { return r.Analyzer.Name }

// Kind returns the rule's kind of the given short name.
func (r *Rule) Kind(name string) (Kind, bool) {
	for _, k := range r.Kinds {
		if k.Name == name {
			return k, true
		}
	}
	return Kind{}, false
}

// A Kind is one kind of defect within a rule.
type Kind struct {
	// Name is the kind's short name, the Category of its diagnostics, such
	// as "abandoned-send". With the rule it is written
	// "goroutineleak/abandoned-send".
	Name string

	// Summary says in one sentence what is reported under this kind.
	Summary string

	Confidence Confidence
	Severity   Severity

	// Fix tells how safe the suggested fixes of this kind are.
	Fix Safety

	// When is the condition under which a diagnostic of this kind holds.
	When Condition
}

// Confidence is how sure a kind's diagnostics are, measured on public code.
type Confidence string

const (
	High   Confidence = "high"   // at least nine of ten are true and worth mending
	Medium Confidence = "medium" // new, or true but often tolerable
	Low    Confidence = "low"    // at least two of three are true
)

// AtLeast reports whether c is as sure as min or surer.
func (c Confidence) AtLeast(min Confidence) bool { return c.rank() >= min.rank() }

func (c Confidence) rank() int {
	switch c {
	case High:
		return 3
	case Medium:
		return 2
	case Low:
		return 1
	}
	return 0
}

// ParseConfidence returns the confidence named s.
func ParseConfidence(s string) (Confidence, error) {
	if c := Confidence(s); c.rank() > 0 {
		return c, nil
	}
	return "", fmt.Errorf("unknown confidence %q: use high, medium or low", s)
}

// Severity is how much a defect hurts in production.
type Severity string

const (
	Error   Severity = "error"   // takes a service down, or blocks it for ever
	Warning Severity = "warning" // costs memory, latency or correctness
	Info    Severity = "info"    // needless or misleading code
)

// AtLeast reports whether s hurts as much as min or more.
func (s Severity) AtLeast(min Severity) bool { return s.rank() >= min.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 3
	case Warning:
		return 2
	case Info:
		return 1
	}
	return 0
}

// ParseSeverity returns the severity named s.
func ParseSeverity(s string) (Severity, error) {
	if v := Severity(s); v.rank() > 0 {
		return v, nil
	}
	return "", fmt.Errorf("unknown severity %q: use error, warning or info", s)
}

// Safety is what may be said of a suggested fix.
type Safety string

const (
	NoFix  Safety = ""       // the kind has no fixes
	Safe   Safety = "safe"   // behaviour stays, the defect goes
	Proven Safety = "proven" // safe under a precondition that the message states
	Unsafe Safety = "unsafe" // needs a human's eye
)

// Condition is what must hold of a main package that ships the code for a
// diagnostic to be true. An analyzer sees one package at a time and cannot know
// it; whoever knows the main packages resolves it.
type Condition string

const (
	Always Condition = "" // no condition

	// OldTimers holds where the effective GODEBUG setting asynctimerchan
	// is 1: timers are not collected before they fire and their channels
	// are buffered. See https://go.dev/doc/go1.23#timer-changes.
	OldTimers Condition = "asynctimerchan=1"

	// NewTimers holds where it is 0, or where the setting is gone (Go 1.27).
	NewTimers Condition = "asynctimerchan=0"
)

// Split splits a reference to a rule or to one of its kinds, such as
// "goroutineleak" or "goroutineleak/abandoned-send". The kind is empty in the
// first case.
func Split(ref string) (name, kind string) {
	name, kind, _ = strings.Cut(ref, "/")
	return name, kind
}

// Matches reports whether the reference ref names the given kind of the given
// rule, or the whole rule.
func Matches(ref, name, kind string) bool {
	n, k := Split(ref)
	return n == name && (k == "" || k == kind)
}
