// Package finding holds the one type that every face of gomend shows, and what
// is decided about findings after the analysis: identity, suppression,
// baselines, and new against base.
package finding

import (
	"github.com/gomend/gomend/analyzers/rule"
)

// A Finding is one defect at one place. Its identity does not depend on line
// numbers, nor what it says on the face that shows it.
type Finding struct {
	Rule       string          `json:"rule"`
	Kind       string          `json:"kind,omitempty"`
	Severity   rule.Severity   `json:"severity"`
	Confidence rule.Confidence `json:"confidence"`
	Message    string          `json:"message"`

	// Span is where the defect stands.
	Span

	// Package is the import path, the same for a package and its tests:
	// an external test package has the path of the package under test
	// with "_test" appended.
	Package string `json:"package"`

	// Module is the path of the module that holds the package.
	Module string `json:"module,omitempty"`

	// Symbol is the enclosing declaration: "f", "(*T).m", "f.func1".
	Symbol string `json:"symbol,omitempty"`

	// Related are the other halves of the defect, each with its own
	// message: the receiver that may have gone, the first of two locks.
	Related []Related `json:"related,omitempty"`

	Fixes []Fix `json:"fixes,omitempty"`

	// LineText is the source line at Span's start, without the white space
	// around it; it is part of the identity.
	LineText string `json:"line_text,omitempty"`

	// Fingerprint identifies the finding across revisions: 16 hexadecimal
	// digits, and a point and a number from 2 on if there are equals. See
	// [Identify].
	Fingerprint string `json:"fingerprint"`

	// When is the condition of the finding's kind; Mains are the main
	// packages for which it was found to hold, if it is not Always.
	When  rule.Condition `json:"when,omitempty"`
	Mains []string       `json:"mains,omitempty"`

	// Platforms are the GOOS/GOARCH pairs on which it was found, if more
	// than one was looked at.
	Platforms []string `json:"platforms,omitempty"`

	// Evidence is what tests showed of it.
	Evidence []Evidence `json:"evidence,omitempty"`

	// Covered is how often tests pass over its line while they show nothing of it, as
	// far as that was counted.
	Covered []Cover `json:"covered,omitempty"`

	// Weights are what profiles saw at its lines, the greatest share first.
	Weights []Weight `json:"weights,omitempty"`

	// Generated tells that the file says it is generated.
	Generated bool `json:"generated,omitempty"`

	// URL leads to the rule's page.
	URL string `json:"url,omitempty"`
}

// ID returns the finding's rule and kind as users write them, as in
// "goroutineleak/abandoned-send".
func (f *Finding) ID() string { return join(f.Rule, f.Kind) }

func join(rule, kind string) string {
	if kind == "" {
		return rule
	}
	return rule + "/" + kind
}

// A Span is a range of a source file. Lines and columns count from 1, columns
// in bytes; the end is exclusive. File is slash-separated and relative to the
// root of the code base.
type Span struct {
	File      string `json:"file"`
	Start     int    `json:"-"` // byte offset
	End       int    `json:"-"` // byte offset
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
}

// Related is a place that belongs to a finding.
type Related struct {
	Span
	Message string `json:"message"`
}

// Evidence is what a package's tests showed of a finding.
type Evidence struct {
	// Kind is "proven" if the garbage collector found that the goroutines can
	// never go on, and "growing" if each round of the tests left more.
	Kind       string   `json:"kind"`
	Package    string   `json:"package"` // whose tests these are
	Goroutines int      `json:"goroutines"`
	Tests      []string `json:"tests,omitempty"` // those that are known
}

// A Cover is how often a package's tests pass over the line of a finding of which they
// show nothing.
type Cover struct {
	Package string `json:"package"` // whose tests these are
	Times   int    `json:"times"`
}

// A Weight is what profiles of a running program saw at a line of a finding.
type Weight struct {
	Metric string  `json:"metric"` // "goroutine", "inuse_space", "cpu", …
	Unit   string  `json:"unit"`   // "count", "bytes", "nanoseconds"
	Value  int64   `json:"value"`
	Share  float64 `json:"share"` // of all that the profile has, between 0 and 1
	File   string  `json:"file"`  // of the finding or of one of its related places
	Line   int     `json:"line"`
}

// A Fix is a change that ends the finding.
type Fix struct {
	Message string      `json:"message"`
	Safety  rule.Safety `json:"safety"`
	Edits   []Edit      `json:"edits"`
}

// An Edit replaces the bytes from Start up to End of a file.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}
