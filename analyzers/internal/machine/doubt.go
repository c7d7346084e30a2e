package machine

import "slices"

// unsure holds the steps of a path by which it may be one that never happens.
type unsure struct {
	doubts  []doubt
	guesses int // ways taken for something other than an error
}

// A doubt is a branch on state that the program keeps itself. It is settled once
// the other way was found to lead to the same: then it no longer matters which of
// them happens.
type doubt struct {
	about   symbol
	outcome bool
	settled bool
}

// What a doubt is about that no other way settles.
const (
	turns  symbol = -1 - iota // a loop turns more often than it does
	unseen                    // code that is not seen sends what is received
)

// moment is how unsure a path was at one time.
type moment struct{ doubts, guesses int }

// certainty tells what steps of these kinds there were.
type certainty struct{ doubt, guess bool }

func (u unsure) now() moment { return moment{len(u.doubts), u.guesses} }

// earlier returns for each kind of step the earlier of two moments.
func (m moment) earlier(other moment) moment {
	return moment{min(m.doubts, other.doubts), min(m.guesses, other.guesses)}
}

// since returns which steps there were since before.
func (u unsure) since(before moment) certainty {
	open := slices.ContainsFunc(u.doubts[before.doubts:], func(d doubt) bool { return !d.settled })
	return certainty{doubt: open, guess: u.guesses > before.guesses}
}

// open returns the doubts since before that are not settled.
func (u unsure) open(before moment) []doubt {
	var open []doubt
	for _, d := range u.doubts[before.doubts:] {
		if !d.settled {
			open = append(open, d)
		}
	}
	return open
}

// settle settles the nth of the open doubts. Other states keep theirs.
func (u *unsure) settle(nth int) {
	u.doubts = slices.Clone(u.doubts)
	for i := range u.doubts {
		if u.doubts[i].settled {
			continue
		}
		if nth == 0 {
			u.doubts[i].settled = true
			return
		}
		nth--
	}
}

// ways are the open doubts of the paths that have led to the same.
type ways [][]doubt

// maxWays is how many of them are kept.
const maxWays = 8

// add adds a further way. If that and an earlier one differ in nothing but which way
// one branch went, it returns instead which of the doubts they settle together.
func (w *ways) add(open []doubt) (settled int, ok bool) {
	for _, other := range *w {
		if i := onlyDifference(other, open); i >= 0 {
			return i, true
		}
	}
	if len(*w) < maxWays {
		*w = append(*w, open)
	}
	return 0, false
}

// onlyDifference returns the index of the branch that is all that two ways took
// differently, -1 if there is none.
func onlyDifference(a, b []doubt) int {
	if len(a) != len(b) {
		return -1
	}
	differs := -1
	for i := range a {
		switch {
		case a[i] == b[i]:
		case differs < 0 && a[i].about == b[i].about:
			differs = i
		default:
			return -1
		}
	}
	return differs
}
