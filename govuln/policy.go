package govuln

import (
	"fmt"
	"slices"
	"time"

	"github.com/gomend/gomend/workspace"
)

// LongestAcceptance is for how long an advisory can be accepted at a time.
const LongestAcceptance = 90 * 24 * time.Hour

// An Acceptance is the decision to live with an advisory for a while.
type Acceptance struct {
	// Advisory is its ID, or an alias of it; "" for all that the rest says.
	Advisory string

	// Module says for which modules of the code base; nil for all.
	Module func(*workspace.Module) bool

	// Levels, Precisions and Kinds are those of the findings that it is for; all if empty.
	Levels     []Level
	Precisions []Precision
	Kinds      []Kind

	// Fixable, if not nil, says whether there has to be a version that mends it.
	Fixable *bool

	// MaxAge, if not zero, is the time within which the advisory has to have been published.
	MaxAge time.Duration

	// Until is when the acceptance ends.
	Until time.Time

	// Unfixed says why a version that mends it is not used, where there is one.
	Unfixed string
}

// concerns reports whether the acceptance is of what was found.
func (a *Acceptance) concerns(f *Finding, now time.Time) bool {
	return (a.Advisory == "" || f.Advisory.Named(a.Advisory)) && (a.Module == nil || a.Module(f.Module)) &&
		among(a.Levels, f.Level) && among(a.Precisions, f.Precision) && among(a.Kinds, f.Kind()) &&
		(a.Fixable == nil || *a.Fixable == (f.Fixed != "")) && (a.MaxAge == 0 || now.Sub(f.Advisory.Published) <= a.MaxAge)
}

// among reports whether there is no choice, or the value is one of it.
func among[T comparable](choice []T, value T) bool {
	return len(choice) == 0 || slices.Contains(choice, value)
}

// A Policy says what fails.
type Policy struct {
	// FailOn is the level from which findings in what ships fail; [Called] if it is zero.
	FailOn Level

	// Ships is the views that tell what ships; [workspace.Release] if empty.
	Ships []workspace.View

	Accepted []*Acceptance

	// Counts, if not nil, reports whether a finding counts at all, as those that a change
	// has not brought may not.
	Counts func(*Finding) bool

	// Now is the time to judge by.
	Now time.Time

	// Whole tells that all of the code base was looked at: an acceptance of which nothing
	// was found is not needed.
	Whole bool
}

// A Verdict is what a policy says of what was found.
type Verdict struct {
	// Failing are the findings that fail.
	Failing []*Finding

	// Accepted are the findings with an acceptance that holds.
	Accepted map[*Finding]*Acceptance

	// Wrong are acceptances that fail, with the reason, in their order.
	Wrong []WrongAcceptance
}

// A WrongAcceptance is one that fails.
type WrongAcceptance struct {
	*Acceptance
	Why string
}

// Judge says what fails of what was found.
func (p *Policy) Judge(findings []*Finding) *Verdict {
	least, ships := p.FailOn, p.Ships
	if least == 0 {
		least = Called
	}
	if len(ships) == 0 {
		ships = []workspace.View{workspace.Release}
	}
	v := &Verdict{Accepted: make(map[*Finding]*Acceptance)}
	for _, a := range p.Accepted {
		if why := p.wrong(a, findings); why != "" {
			v.Wrong = append(v.Wrong, WrongAcceptance{a, why})
		}
	}
	for _, f := range findings {
		for _, a := range p.Accepted {
			if a.concerns(f, p.Now) && !a.Until.Before(p.Now) {
				v.Accepted[f] = a
				break
			}
		}
		counts := p.Counts == nil || p.Counts(f)
		if counts && f.Level >= least && f.Kind() == Shipped && slices.Contains(ships, f.View) && v.Accepted[f] == nil {
			v.Failing = append(v.Failing, f)
		}
	}
	return v
}

// wrong says what is wrong with an acceptance, or "".
func (p *Policy) wrong(a *Acceptance, findings []*Finding) string {
	var of []*Finding
	for _, f := range findings {
		if a.concerns(f, p.Now) {
			of = append(of, f)
		}
	}
	switch {
	case len(of) == 0 && p.Whole:
		return "nothing is found of it any more: remove the acceptance"
	case len(of) == 0:
		return "" // elsewhere there may be something
	case a.Until.Before(p.Now):
		return "its time is over: mend it, or decide again"
	case a.Until.Sub(p.Now) > LongestAcceptance:
		return fmt.Sprintf("it is for more than %d days", int(LongestAcceptance.Hours()/24))
	}
	if a.Unfixed == "" {
		for _, f := range of {
			if f.Fixed != "" {
				return fmt.Sprintf("%s %s mends it: say by unfixed why that is not used", f.Dependency, f.Fixed)
			}
		}
	}
	return ""
}
