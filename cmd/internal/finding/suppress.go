package finding

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/directive"
)

// A Suppression is a comment that asks not to report findings, at the place
// where it stands. Its Problem tells that it suppresses nothing.
type Suppression struct {
	directive.Directive

	// Span is the comment itself.
	Span

	// FirstLine to LastLine are the lines it covers, unless it is for the
	// whole file: findings that start there are suppressed.
	FirstLine, LastLine int

	Package string
	Module  string
}

// Suppressed is a finding that is not reported, and why.
type Suppressed struct {
	Finding
	By Silence `json:"suppressed_by"`
}

// A Silence is what keeps a finding from being reported.
type Silence struct {
	Source SilenceSource `json:"source"`

	// Reason is in the words of whoever silenced the finding; it is empty
	// for a baseline.
	Reason string `json:"reason,omitempty"`

	// Until is the last day on which the silence holds, as in
	// "2027-01-31", or empty if it holds for ever.
	Until string `json:"until,omitempty"`

	// File and Line are where it stands, if that is known.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// SilenceSource tells where a silence is written.
type SilenceSource string

const (
	FromComment  SilenceSource = "comment"  // beside the code
	FromConfig   SilenceSource = "config"   // an exclusion in gomend.yaml
	FromBaseline SilenceSource = "baseline" // it was there before
)

// A Judge decides which suppressions hold.
type Judge struct {
	// Known reports whether a rule, or a rule's kind, exists.
	Known func(ref string) bool

	// Ran reports whether everything was looked at in which ref could have
	// been found in the package: only then a suppression that suppresses
	// nothing is known to be of no use.
	Ran func(ref, pkg string) bool

	// Now is the time by which suppressions expire, at the end of their
	// last day in UTC: on the same day everywhere.
	Now time.Time

	// Source returns the content of a file, so that the removal of a
	// useless suppression can be offered. It may be nil.
	Source func(file string) ([]byte, error)
}

// Suppress separates the findings that are suppressed from those that are to be
// reported. To the latter it adds, under the rule [Suppressions], what is
// wrong with the suppressions themselves: they are told from a platform or a
// view to the next by their place, so those of several runs may be given
// together. The added findings have fingerprints.
func (j Judge) Suppress(fs []Finding, sups []Suppression) (reported []Finding, suppressed []Suppressed) {
	sups = onePerPlace(sups)
	inFile := make(map[string][]*verdict)
	var verdicts []*verdict
	for _, s := range sups {
		v := j.judge(s)
		verdicts = append(verdicts, v)
		inFile[s.File] = append(inFile[s.File], v)
	}
	for _, f := range fs {
		if v := firstThatHolds(inFile[f.File], &f); v != nil {
			suppressed = append(suppressed, Suppressed{f, v.silence()})
		} else {
			reported = append(reported, f)
		}
	}
	var problems []Finding
	for _, v := range verdicts {
		problems = append(problems, j.problems(v)...)
	}
	Identify(problems)
	return append(reported, problems...), suppressed
}

// onePerPlace drops all but the first of the suppressions at one place, which
// more than one platform has seen.
func onePerPlace(sups []Suppression) []Suppression {
	sups = slices.Clone(sups)
	slices.SortStableFunc(sups, func(a, b Suppression) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Line, b.Line))
	})
	return slices.CompactFunc(sups, func(a, b Suppression) bool {
		return a.File == b.File && a.Start == b.Start && a.Line == b.Line
	})
}

// A verdict is a suppression with what became of it.
type verdict struct {
	Suppression
	expired bool
	used    map[string]bool // the references that met a finding
}

func (j Judge) judge(s Suppression) *verdict {
	return &verdict{
		Suppression: s,
		expired:     Passed(s.Until, j.Now),
		used:        make(map[string]bool),
	}
}

// Passed reports whether until, the last day on which something holds in
// [directive.DateLayout], has passed. No day never passes.
func Passed(until string, now time.Time) bool {
	return until != "" && until < now.UTC().Format(directive.DateLayout)
}

// firstThatHolds returns the first of the suppressions that suppresses f. All
// that would are marked as used, even if they have expired.
func firstThatHolds(verdicts []*verdict, f *Finding) (first *verdict) {
	for _, v := range verdicts {
		if v.meets(f) && !v.expired && first == nil {
			first = v
		}
	}
	return first
}

func (v *verdict) meets(f *Finding) bool {
	if v.Problem != "" || !v.WholeFile && (f.Line < v.FirstLine || f.Line > v.LastLine) {
		return false
	}
	met := false
	for _, ref := range v.Rules {
		if rule.Matches(ref, f.Rule, f.Kind) {
			v.used[ref] = true
			met = true
		}
	}
	return met
}

func (v *verdict) silence() Silence {
	return Silence{Source: FromComment, Reason: v.Reason, Until: v.Until, File: v.File, Line: v.Line}
}

// problems returns what is to be said of the suppression itself.
func (j Judge) problems(v *verdict) []Finding {
	if v.Problem != "" {
		kind := Malformed
		if len(v.Rules) > 0 && v.Reason == "" {
			kind = NoReason
		}
		return []Finding{v.problem(kind, "this suppression suppresses nothing: "+v.Problem)}
	}
	var problems []Finding
	var useless []string
	for _, ref := range v.Rules {
		switch {
		case !j.Known(ref):
			problems = append(problems, v.problem(UnknownRule,
				fmt.Sprintf("there is no rule %s, so nothing is suppressed for it: `gomend rules` lists them", ref)))
		case v.used[ref] && v.expired:
			problems = append(problems, v.problem(Expired,
				fmt.Sprintf("the suppression of %s ended on %s: mend what it hid, or give it a later date", ref, v.Until)))
		case !v.used[ref] && j.Ran(ref, v.Package):
			problems = append(problems, v.problem(Unused,
				fmt.Sprintf("this suppresses nothing: %s finds nothing here any more; remove it", ref)))
			useless = append(useless, ref)
		}
	}
	if len(useless) == len(v.Rules) {
		problems[0].Fixes = j.removal(v.Span)
	}
	return problems
}

// removal returns the fix that removes the comment at the given place, if its
// source can be read and still holds it.
func (j Judge) removal(comment Span) []Fix {
	if j.Source == nil {
		return nil
	}
	src, err := j.Source(comment.File)
	if err != nil || comment.Start >= comment.End || comment.End > len(src) {
		return nil
	}
	edit := removeComment(src, comment)
	return []Fix{{Message: "remove the suppression", Safety: rule.Safe, Edits: []Edit{edit}}}
}

func (v *verdict) problem(kind, message string) Finding {
	return Finding{
		Rule:       suppressionName,
		Kind:       kind,
		Severity:   rule.Warning,
		Confidence: rule.High,
		Message:    message,
		Span:       v.Span,
		Package:    v.Package,
		Module:     v.Module,
	}
}
