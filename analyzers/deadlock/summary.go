package deadlock

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// Bounds on a summary. What does not fit is left out, which loses defects and
// adds none.
const (
	maxAcquires = 64
	maxPairs    = 16
	maxWaits    = 32
	maxOutcomes = 6
	maxAssigns  = 16
)

// A summary is what a call of a function does to locks, in terms of the
// function's parameters and of package variables; for a function literal also
// of the variables around it.
//
// What leaves the package in a fact is exported; see [summary.portable].
type summary struct {
	Acquires []acquire `json:"a,omitempty"`
	Pairs    []pair    `json:"p,omitempty"`
	waits    []wait
	Invokes  []invoke  `json:"i,omitempty"`
	Outcomes []outcome `json:"o,omitempty"` // none if the function does not return, or nothing is known

	// Assigns is the memory that conditions may read and the function writes.
	Assigns []access.Path `json:"w,omitempty"`

	NoReturn bool `json:"n,omitempty"`

	// frees are the locks that the function itself releases without having
	// taken them, even if it takes them again later.
	frees []access.Path

	// beyond tells that the function is beyond the bounds of the analysis:
	// nothing is known of what it does to the locks of its callers.
	beyond bool
}

// An acquire is a lock that a function may take.
type acquire struct {
	Lock lock `json:"l"`

	// Released are the caller's locks that are not held at that point.
	Released []access.Path `json:"r,omitempty"`

	// When are the facts under which the lock is taken.
	When facts `json:"w,omitempty"`

	// Maybe tells that the function is only one that the call may mean.
	Maybe bool `json:"m,omitempty"`

	// Always tells that no branch comes before, in the function and in those on
	// the way.
	Always bool `json:"y,omitempty"`

	Place place `json:"p"`
}

// A place is where a function does something, by the way of what it calls.
type place struct {
	Func  string      `json:"f"`           // the function that does it
	Line  string      `json:"l"`           // file and line
	Path  []string    `json:"p,omitempty"` // the functions called on the way there, the last calls Func
	calls []token.Pos // the calls that the functions of Path do
	pos   token.Pos   // NoPos in a fact

	// abroad is where a function of another package does it, if one does:
	// the place is then that of the call of that function.
	abroad *place
}

// A pair is two locks of one class that a function holds at once: they are one
// lock at calls that pass the same object twice.
type pair struct {
	Held  lock  `json:"h"`
	Taken lock  `json:"t"`
	When  facts `json:"w,omitempty"`
	Maybe bool  `json:"m,omitempty"`
	Place place `json:"p"`
}

// A wait is an operation on channels, WaitGroups and Conds that a function may
// wait in.
type wait struct {
	op       *operation
	on       []access.Path // what it waits on
	released []access.Path
	when     facts
	maybe    bool
	place    place
}

// An invoke is a call of a function that the function was passed.
type invoke struct {
	Func     access.Path   `json:"f"`           // a parameter
	Held     []lock        `json:"h,omitempty"` // by the function itself
	Released []access.Path `json:"r,omitempty"`
	Place    place         `json:"p"`
}

// An outcome is one way in which a function returns.
type outcome struct {
	When    facts  `json:"w,omitempty"` // of the parameters, for this outcome to be possible
	Results facts  `json:"r,omitempty"` // of the results; Param of a term is the result's index
	Held    []lock `json:"h,omitempty"`
	Owed    []lock `json:"o,omitempty"`
	Sets    facts  `json:"s,omitempty"` // of variables around a function literal

	defers []*ssa.Defer // of a loop body that is a function: the calls to come
}

func (s *summary) outcomes() []outcome {
	if s == nil {
		return nil
	}
	return s.Outcomes
}

func (s *summary) isEmpty() bool {
	return s == nil || !s.beyond && len(s.Acquires) == 0 && len(s.Pairs) == 0 && len(s.waits) == 0 &&
		len(s.Invokes) == 0 && s.isNeutral()
}

// isNeutral reports whether the function returns as it was entered.
func (s *summary) isNeutral() bool {
	if s.beyond {
		return false
	}
	for _, o := range s.Outcomes {
		if len(o.Held) > 0 || len(o.Owed) > 0 || len(o.defers) > 0 || len(o.Sets) > 0 {
			return false
		}
	}
	return true
}

// wants reports whether a lock that is taken adds to what is known, whatever the
// facts under which it is.
func (s *summary) wants(a acquire) bool {
	for _, b := range s.Acquires {
		if a.Lock == b.Lock && slices.Equal(a.Released, b.Released) {
			return len(b.When) > 0 || b.Maybe && !a.Maybe || a.Always && !b.Always || len(b.Place.Path) > len(a.Place.Path)+1
		}
	}
	return len(s.Acquires) < maxAcquires
}

func (s *summary) addAcquire(a acquire) {
	for i, b := range s.Acquires {
		if a.Lock == b.Lock && slices.Equal(a.Released, b.Released) {
			if a.isSurer(b) {
				s.Acquires[i] = a
			}
			return
		}
	}
	if len(s.Acquires) < maxAcquires {
		s.Acquires = append(s.Acquires, a)
	}
}

// changesLocks reports whether the function may return with other locks held than
// it was entered with.
func (s *summary) changesLocks() bool {
	return s.beyond || slices.ContainsFunc(s.Outcomes, func(o outcome) bool {
		return len(o.Held) > 0 || len(o.Owed) > 0 || len(o.defers) > 0
	})
}

// isSurer reports whether a is a better reason to wait than b: the less must hold
// for it, then the surer, then the shorter the way.
func (a acquire) isSurer(b acquire) bool {
	switch {
	case len(a.When) != len(b.When):
		return len(a.When) < len(b.When)
	case a.Maybe != b.Maybe:
		return b.Maybe
	case a.Always != b.Always:
		return a.Always
	}
	return len(a.Place.Path) < len(b.Place.Path)
}

func (s *summary) addPair(p pair) {
	for _, q := range s.Pairs {
		if p.Held == q.Held && p.Taken == q.Taken {
			return
		}
	}
	if len(s.Pairs) < maxPairs {
		s.Pairs = append(s.Pairs, p)
	}
}

func (s *summary) addWait(w wait) {
	for _, v := range s.waits {
		if v.op == w.op && slices.Equal(v.released, w.released) {
			return
		}
	}
	if len(s.waits) < maxWaits {
		s.waits = append(s.waits, w)
	}
}

func (s *summary) addFree(p access.Path) {
	if p.Exact() && !slices.Contains(s.frees, p) {
		s.frees = append(s.frees, p)
	}
}

func (s *summary) addInvoke(i invoke) {
	for _, j := range s.Invokes {
		if i.Func == j.Func && slices.Equal(i.Held, j.Held) && slices.Equal(i.Released, j.Released) {
			return
		}
	}
	s.Invokes = append(s.Invokes, i)
}

// addOutcome adds a way to return. Ways that do the same to locks are one; with
// too many of them nothing is known of how the function returns.
func (s *summary) addOutcome(o outcome) {
	for i, p := range s.Outcomes {
		if slices.Equal(o.Held, p.Held) && slices.Equal(o.Owed, p.Owed) && slices.Equal(o.defers, p.defers) {
			s.Outcomes[i].When, _ = p.When.common(o.When)
			s.Outcomes[i].Results, _ = p.Results.common(o.Results)
			s.Outcomes[i].Sets, _ = p.Sets.common(o.Sets)
			return
		}
	}
	s.Outcomes = append(s.Outcomes, o)
}

// sameFlow reports whether two summaries say the same of how a function returns.
func (s *summary) sameFlow(t *summary) bool {
	if s == nil || t == nil {
		return s == t
	}
	return s.beyond == t.beyond && slices.EqualFunc(s.Outcomes, t.Outcomes, func(a, b outcome) bool {
		return slices.Equal(a.Held, b.Held) && slices.Equal(a.Owed, b.Owed) && len(a.When) == len(b.When)
	})
}

// sameEffects reports whether two summaries say the same of what a function does
// before it returns.
func (s *summary) sameEffects(t *summary) bool {
	if s == nil || t == nil {
		return s == t
	}
	return len(s.Acquires) == len(t.Acquires) && len(s.Pairs) == len(t.Pairs) && len(s.waits) == len(t.waits) &&
		len(s.Invokes) == len(t.Invokes)
}
