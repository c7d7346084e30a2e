// Package directive reads the comments by which people suppress findings:
//
//	//gomend:ignore RULE[/KIND][,RULE[/KIND]…] [until=YYYY-MM-DD] reason
//	//lint:ignore gomend/RULE[/KIND][,…] reason
//	//lint:file-ignore gomend/RULE[/KIND][,…] reason
//
// It knows the text alone: not which lines a directive covers, which rules
// there are, or what day it is. A directive that is ours but not well formed is
// returned with a [Directive.Problem] and suppresses nothing, so that a slip of
// the pen never hides a defect. Directives of other tools are not ours.
package directive

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// DateLayout is the layout of the date after "until=".
const DateLayout = time.DateOnly

// A Directive is one suppression as it was written.
type Directive struct {
	// Rules are the references that are suppressed, each a rule or a rule's
	// kind, as in "timerleak" or "goroutineleak/abandoned-send".
	Rules []string `json:"rules,omitempty"`

	// Until is the last day on which the directive holds, in DateLayout,
	// or empty if it holds for ever.
	Until string `json:"until,omitempty"`

	// Reason is why, in the author's words.
	Reason string `json:"reason,omitempty"`

	// WholeFile tells that it covers the file it stands in.
	WholeFile bool `json:"whole_file,omitempty"`

	// Problem says what is wrong with a directive that is not well formed
	// and what to write instead. Such a directive suppresses nothing.
	Problem string `json:"problem,omitempty"`
}

const (
	ours     = "//gomend:"
	ignore   = "//gomend:ignore"
	lint     = "//lint:ignore"
	lintFile = "//lint:file-ignore"

	// lintPrefix marks our rules in the list of a directive that several
	// tools share.
	lintPrefix = "gomend/"
)

// Parse parses the text of one comment, slashes included. It reports false if
// the comment is not a directive to gomend.
func Parse(comment string) (Directive, bool) {
	verb, rest := cut(comment)
	switch {
	case verb == ignore:
		return parseIgnore(rest), true
	case verb == lint:
		return parseLint(rest, false)
	case verb == lintFile:
		return parseLint(rest, true)
	case strings.HasPrefix(verb, ours):
		return Directive{Problem: fmt.Sprintf("unknown directive %s: write %s RULE reason", verb, ignore)}, true
	}
	return Directive{}, false
}

func parseIgnore(text string) Directive {
	var d Directive
	list, rest := cut(text)
	if list == "" {
		d.Problem = "no rule is named: write " + ignore + " RULE reason"
		return d
	}
	d.Rules, d.Problem = references(strings.Split(list, ","))
	if first, after := cut(rest); strings.HasPrefix(first, "until=") {
		d.Until, rest = strings.TrimPrefix(first, "until="), after
		if _, err := time.Parse(DateLayout, d.Until); err != nil && d.Problem == "" {
			d.Problem = fmt.Sprintf("%q is not a date: write until=YYYY-MM-DD", d.Until)
		}
	}
	d.Reason = rest
	if d.Reason == "" && d.Problem == "" {
		d.Problem = fmt.Sprintf("no reason is given: write %s %s and why", ignore, list)
	}
	return d
}

func parseLint(text string, wholeFile bool) (Directive, bool) {
	list, reason := cut(text)
	var names []string
	for ref := range strings.SplitSeq(list, ",") {
		if name, ok := strings.CutPrefix(ref, lintPrefix); ok {
			names = append(names, name)
		}
	}
	if names == nil {
		return Directive{}, false
	}
	d := Directive{Reason: reason, WholeFile: wholeFile}
	d.Rules, d.Problem = references(names)
	if d.Reason == "" && d.Problem == "" {
		d.Problem = "no reason is given: write why after the list of rules"
	}
	return d, true
}

// references returns the names that have the form RULE or RULE/KIND, and what
// is wrong with the first that has not.
func references(names []string) (refs []string, problem string) {
	for _, name := range names {
		switch {
		case !isReference(name):
			if problem == "" {
				problem = fmt.Sprintf("%q is not a rule: write RULE or RULE/KIND, separated by commas without spaces", name)
			}
		case !slices.Contains(refs, name):
			refs = append(refs, name)
		}
	}
	return refs, problem
}

// isReference reports whether s has the form of a rule or of a rule's kind.
// Names of plugins' rules are prefixed, as in "acme.nosleep".
func isReference(s string) bool {
	for part := range strings.SplitSeq(s, "/") {
		if part == "" {
			return false
		}
		for _, r := range part {
			if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '-' || r == '.') {
				return false
			}
		}
	}
	return strings.Count(s, "/") <= 1
}

// cut returns the first word of s and the rest, both without surrounding space.
func cut(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexAny(s, " \t"); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}
