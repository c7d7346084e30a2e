package finding_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// judge knows two rules, ran everything, and it is noon in UTC on 15 June 2026.
func judge() finding.Judge {
	return finding.Judge{
		Known: func(ref string) bool {
			name, _ := rule.Split(ref)
			return name == "timerleak" || name == "deadlock"
		},
		Ran: func(string, string) bool { return true },
		Now: time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC),
	}
}

// comment returns the suppression that stands on line 9 of a.go and covers
// line 10.
func comment(text string) finding.Suppression {
	d, ok := directive.Parse(text)
	if !ok {
		panic(text + " is no directive")
	}
	return finding.Suppression{
		Directive: d,
		Span:      finding.Span{File: "a.go", Line: 9, Column: 2, Start: 100, End: 100 + len(text)},
		FirstLine: 10,
		LastLine:  10,
		Package:   "example.com/p",
	}
}

func at(line int, id string) finding.Finding {
	name, kind := rule.Split(id)
	return finding.Finding{Rule: name, Kind: kind, Span: finding.Span{File: "a.go", Line: line}, Package: "example.com/p"}
}

func TestSuppress(t *testing.T) {
	const fine = "//gomend:ignore timerleak the loop ends with the process"
	timer := at(10, "timerleak/after-in-loop")
	for _, test := range []struct {
		name     string
		comment  string
		finding  finding.Finding
		silenced bool
		problem  string // the kind of problem reported, if any
	}{
		{"a rule covers its kinds", fine, timer, true, ""},
		{"a kind covers itself", "//gomend:ignore timerleak/after-in-loop why", timer, true, ""},
		{"a kind covers no other", "//gomend:ignore timerleak/ticker why", timer, false, finding.Unused},
		{"another line is not covered", fine, at(11, "timerleak"), false, finding.Unused},
		{"another rule is not covered", fine, at(10, "deadlock"), false, finding.Unused},
		{"a date to come", "//gomend:ignore timerleak until=2026-06-16 why", timer, true, ""},
		{"on its last day it holds", "//gomend:ignore timerleak until=2026-06-15 why", timer, true, ""},
		{"the day after it does not", "//gomend:ignore timerleak until=2026-06-14 why", timer, false, finding.Expired},
		{"expired, with nothing left to hide", "//gomend:ignore timerleak until=2026-06-14 why", at(11, "timerleak"), false, finding.Unused},
		{"no reason, no silence", "//gomend:ignore timerleak", timer, false, finding.NoReason},
		{"no rule", "//gomend:ignore", timer, false, finding.Malformed},
		{"a date that is none", "//gomend:ignore timerleak until=soon why", timer, false, finding.Malformed},
		{"an unknown directive", "//gomend:ingore timerleak why", timer, false, finding.Malformed},
		{"an unknown rule", "//gomend:ignore timerleek why", timer, false, finding.UnknownRule},
		{"one unknown of two", "//gomend:ignore timerleak,timerleek why", timer, true, finding.UnknownRule},
		{"one of no use of two", "//gomend:ignore timerleak,deadlock why", timer, true, finding.Unused},
	} {
		t.Run(test.name, func(t *testing.T) {
			reported, suppressed := judge().Suppress([]finding.Finding{test.finding}, []finding.Suppression{comment(test.comment)})
			if silenced := len(suppressed) == 1; silenced != test.silenced {
				t.Errorf("silenced: %v, want %v", silenced, test.silenced)
			}
			var problems []string
			for _, f := range reported {
				if f.Rule == "suppression" {
					problems = append(problems, f.Kind)
					if f.Line != 9 || f.Package != "example.com/p" || f.Fingerprint == "" {
						t.Errorf("the problem %+v does not stand at the comment", f)
					}
				}
			}
			if got := strings.Join(problems, " "); got != test.problem {
				t.Errorf("problems %q, want %q", got, test.problem)
			}
		})
	}
}

func TestSuppressedFindingsKeepTheReason(t *testing.T) {
	_, suppressed := judge().Suppress(
		[]finding.Finding{at(10, "timerleak")},
		[]finding.Suppression{comment("//gomend:ignore timerleak until=2027-01-31 replaced by then")})
	want := finding.Silence{
		Source: finding.FromComment, Reason: "replaced by then", Until: "2027-01-31", File: "a.go", Line: 9,
	}
	if len(suppressed) != 1 || suppressed[0].By != want {
		t.Errorf("suppressed %+v, want one by %+v", suppressed, want)
	}
}

func TestAWholeFileIsCovered(t *testing.T) {
	s := comment("//lint:file-ignore gomend/timerleak why")
	reported, suppressed := judge().Suppress([]finding.Finding{at(1, "timerleak"), at(99999, "timerleak")}, []finding.Suppression{s})
	if len(reported) != 0 || len(suppressed) != 2 {
		t.Errorf("%d reported and %d suppressed, want 0 and 2", len(reported), len(suppressed))
	}
}

// A suppression of use on one platform only is of use: the records of several
// platforms hold it several times.
func TestPlatformsAreJudgedTogether(t *testing.T) {
	s := comment("//gomend:ignore timerleak,deadlock why")
	reported, _ := judge().Suppress([]finding.Finding{at(10, "timerleak")}, []finding.Suppression{s, s, s})
	if len(reported) != 1 || reported[0].Kind != finding.Unused {
		t.Errorf("reported %+v, want deadlock to be unused, once", reported)
	}
}

func TestNothingIsCalledUnusedThatWasNotLookedFor(t *testing.T) {
	j := judge()
	j.Ran = func(ref, pkg string) bool { return ref != "deadlock" }
	if reported, _ := j.Suppress(nil, []finding.Suppression{comment("//gomend:ignore deadlock why")}); len(reported) != 0 {
		t.Errorf("reported %+v though deadlock was not run", reported)
	}
}

func TestAnUnusedSuppressionCanBeRemoved(t *testing.T) {
	const text = "//gomend:ignore timerleak why"
	for _, test := range []struct{ name, src, want string }{
		{"on a line of its own", "a\n\t" + text + "\nb\n", "a\nb\n"},
		{"at the end of a line", "a\n\tb " + text + "\nc\n", "a\n\tb\nc\n"},
		{"on the last line", "a\n" + text, "a\n"},
		{"with carriage returns", "a\r\n" + text + "\r\nb\r\n", "a\r\nb\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := comment(text)
			s.Start = strings.Index(test.src, text)
			s.End = s.Start + len(text)
			j := judge()
			j.Source = func(string) ([]byte, error) { return []byte(test.src), nil }
			reported, _ := j.Suppress(nil, []finding.Suppression{s})
			if len(reported) != 1 || len(reported[0].Fixes) != 1 {
				t.Fatalf("reported %+v, want one finding with one fix", reported)
			}
			if got := apply(test.src, reported[0].Fixes[0]); got != test.want {
				t.Errorf("the fix makes %q, want %q", got, test.want)
			}
		})
	}
	t.Run("not where a part is of use", func(t *testing.T) {
		j := judge()
		j.Source = func(string) ([]byte, error) { return make([]byte, 1000), nil }
		reported, _ := j.Suppress([]finding.Finding{at(10, "timerleak")}, []finding.Suppression{comment("//gomend:ignore timerleak,deadlock why")})
		if len(reported) != 1 || reported[0].Fixes != nil {
			t.Errorf("reported %+v, want one finding without a fix", reported)
		}
	})
	t.Run("not where the source cannot be read", func(t *testing.T) {
		j := judge()
		j.Source = func(string) ([]byte, error) { return nil, errors.New("gone") }
		reported, _ := j.Suppress(nil, []finding.Suppression{comment(text)})
		if len(reported) != 1 || reported[0].Fixes != nil {
			t.Errorf("reported %+v, want one finding without a fix", reported)
		}
	})
}

func TestEveryProblemHasItsKindInTheRule(t *testing.T) {
	r := finding.Suppressions()
	for _, text := range []string{
		"//gomend:ignore timerleak", "//gomend:ignore", "//gomend:ignore timerleek why",
		"//gomend:ignore timerleak why", "//gomend:ignore timerleak until=2000-01-01 why",
	} {
		reported, _ := judge().Suppress([]finding.Finding{at(10, "deadlock")}, []finding.Suppression{comment(text)})
		for _, f := range reported {
			k, ok := r.Kind(f.Kind)
			if f.Rule == r.Name() && (!ok || f.Severity != k.Severity || f.Confidence != k.Confidence) {
				t.Errorf("%s: %+v is not as the rule's table says", text, f)
			}
		}
	}
	for _, k := range r.Kinds {
		if !strings.Contains(r.Page, "**"+k.Name+"**") {
			t.Errorf("the page does not explain %s", k.Name)
		}
	}
}

// apply returns src with the fix's edits, which must not overlap.
func apply(src string, fix finding.Fix) string {
	edits := slices.Clone(fix.Edits)
	slices.SortFunc(edits, func(a, b finding.Edit) int { return b.Start - a.Start })
	for _, e := range edits {
		src = src[:e.Start] + e.New + src[e.End:]
	}
	return src
}
