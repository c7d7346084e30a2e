package finding

import (
	"slices"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/gomend/gomend/analyzers/rule"
)

// A Policy says which findings are shown and how severe they are. It is applied
// to what the analysis found, so that changing it costs no analysis.
type Policy struct {
	// Confidence is the least confidence that is shown; zero is High.
	Confidence rule.Confidence

	// Only and Skip are references to rules or kinds, and stronger than
	// the settings. If Only is not empty, nothing else is shown; a kind
	// named there is shown whatever its confidence. What Skip names is not
	// shown.
	Only, Skip []string

	// Settings are applied in their order, so the last that concerns a
	// finding decides.
	Settings []Setting

	Exclusions []Exclusion

	// Generated shows findings in generated files.
	Generated bool
}

// A Setting changes how some findings are shown.
type Setting struct {
	// Ref is a rule or a rule's kind.
	Ref string

	// Paths restrict the setting to files, as in [MatchPath], if there are
	// any.
	Paths []string

	Switch   Switch
	Severity rule.Severity // zero changes nothing
}

// A Switch turns a rule on or off.
type Switch string

const (
	Unset Switch = ""    // shown if its confidence suffices
	On    Switch = "on"  // shown whatever its confidence
	Off   Switch = "off" // not shown
)

// An Exclusion hides findings in some files.
type Exclusion struct {
	Paths []string // as in MatchPath; at least one
	Rules []string // rules or kinds; all if there are none

	Reason string
	Until  string // the last day on which it holds, as in "2027-01-31"

	// File and Line are where the exclusion is written.
	File string
	Line int
}

// An Outcome is what a policy made of findings. Each is in one of the slices.
type Outcome struct {
	// Shown are to be reported, with the severity that the policy gives.
	Shown []Finding

	// Excluded are hidden by an exclusion.
	Excluded []Suppressed

	// LessSure are below the policy's confidence, Generated in generated
	// files, and Off are of rules that were turned off or not asked for.
	LessSure, Generated, Off []Finding
}

// Apply sorts findings out. To what is shown it adds, under the rule
// [Suppressions], the exclusions that have expired and would still hide
// something. They have fingerprints.
func (p *Policy) Apply(fs []Finding, now time.Time) Outcome {
	var out Outcome
	stale := make(map[int]bool) // indices of exclusions
	for _, f := range fs {
		verdict := p.settle(&f)
		ex, held := p.exclusion(&f, now)
		switch {
		case verdict == Off:
			out.Off = append(out.Off, f)
		case f.Generated && !p.Generated:
			out.Generated = append(out.Generated, f)
		case held:
			out.Excluded = append(out.Excluded, Suppressed{f, p.Exclusions[ex].silence()})
		case verdict == Unset && !f.Confidence.AtLeast(p.confidence()):
			out.LessSure = append(out.LessSure, f)
		default:
			if ex >= 0 {
				stale[ex] = true
			}
			out.Shown = append(out.Shown, f)
		}
	}
	out.Shown = append(out.Shown, p.expired(stale)...)
	return out
}

func (p *Policy) confidence() rule.Confidence {
	if p.Confidence == "" {
		return rule.High
	}
	return p.Confidence
}

// settle gives f its severity and returns whether it is turned on or off.
func (p *Policy) settle(f *Finding) Switch {
	verdict := Unset
	for _, s := range p.Settings {
		if !rule.Matches(s.Ref, f.Rule, f.Kind) || len(s.Paths) > 0 && !matchAny(s.Paths, f.File) {
			continue
		}
		if s.Switch != Unset {
			verdict = s.Switch
		}
		if s.Severity != "" {
			f.Severity = s.Severity
		}
	}
	switch {
	case names(p.Skip, f):
		return Off
	case len(p.Only) == 0:
		return verdict
	case slices.Contains(p.Only, f.ID()) && f.Kind != "":
		return On
	case !names(p.Only, f):
		return Off
	case verdict == Off:
		return Unset
	}
	return verdict
}

// names reports whether one of the references is to f's rule or kind.
func names(refs []string, f *Finding) bool {
	return slices.ContainsFunc(refs, func(ref string) bool { return rule.Matches(ref, f.Rule, f.Kind) })
}

// exclusion returns the index of the first exclusion that hides f, and true. If
// only exclusions that have expired would, it returns the first of these and
// false, and -1 if none would.
func (p *Policy) exclusion(f *Finding, now time.Time) (index int, holds bool) {
	index = -1
	for i, ex := range p.Exclusions {
		if len(ex.Rules) > 0 && !names(ex.Rules, f) || !matchAny(ex.Paths, f.File) {
			continue
		}
		if !Passed(ex.Until, now) {
			return i, true
		}
		if index < 0 {
			index = i
		}
	}
	return index, false
}

// expired returns a finding for each of the exclusions.
func (p *Policy) expired(exclusions map[int]bool) []Finding {
	var fs []Finding
	for i, ex := range p.Exclusions {
		if !exclusions[i] {
			continue
		}
		f := Finding{
			Rule:       suppressionName,
			Kind:       Expired,
			Severity:   rule.Warning,
			Confidence: rule.High,
			Message:    "this exclusion ended on " + ex.Until + ": mend what it hid, or give it a later date",
			Span:       Span{File: ex.File, Line: ex.Line, Column: 1},
			LineText:   ex.Reason,
		}
		if p.settle(&f) != Off {
			fs = append(fs, f)
		}
	}
	Identify(fs)
	return fs
}

func (ex *Exclusion) silence() Silence {
	return Silence{Source: FromConfig, Reason: ex.Reason, Until: ex.Until, File: ex.File, Line: ex.Line}
}

// MatchPath reports whether a pattern names a file: itself, a folder in which
// it lies, or either by a pattern in which "*" stands for a part of a name, "**"
// for any number of folders, and "{a,b}" for a or b. Both are slash-separated
// and relative to the same folder.
func MatchPath(pattern, file string) bool {
	return doublestar.MatchUnvalidated(pattern, file) || doublestar.MatchUnvalidated(pattern+"/**", file)
}

// ValidPattern reports whether a pattern can be given to [MatchPath].
func ValidPattern(pattern string) bool { return doublestar.ValidatePattern(pattern) }

func matchAny(patterns []string, file string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return MatchPath(p, file) })
}
