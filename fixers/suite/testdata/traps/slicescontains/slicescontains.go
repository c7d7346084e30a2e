// Package slicescontains has loops whose needle or predicate is not the same, or is not
// looked at, when it is evaluated once before the loop.
package slicescontains

import "fmt"

var Traps = map[string]func() string{
	"needle out of range, nothing to search":   outOfRange,
	"needle behind nil, nothing to search":     nilPointer,
	"division, nothing to search":              division,
	"method of a nil interface, nothing to do": nilInterface,
	"the needle is the result":                 needleIsResult,
	"the predicate reads the result":           predicateReads,
	"the predicate replaces itself":            replacesItself,
	"value receiver that changes":              valueReceiver,
	"the needle is set by the operand":         operandSets,
	"the needle is a call (#77564)":            needleCall,
	"the predicate replaces the slice":         replacesSlice,
	"NaN":                                      nan,
	"negated":                                  negated,
	"unary predicate of an interface":          nilFunc,
	"needle changed by the body":               bodyChanges,
	"break in a select":                        breakInSwitch,
}

func outOfRange() string {
	var s, t []int
	for _, x := range s {
		if x == t[0] {
			return "found"
		}
	}
	return "none"
}

type box struct{ n int }

func nilPointer() string {
	var s []int
	var b *box
	for _, x := range s {
		if x == b.n {
			return "found"
		}
	}
	return "none"
}

func division() string {
	var s []int
	n := len(s)
	for _, x := range s {
		if x == 10/n {
			return "found"
		}
	}
	return "none"
}

type matcher interface{ match(int) bool }

func nilInterface() string {
	var s []int
	var m matcher
	for _, x := range s {
		if m.match(x) {
			return "found"
		}
	}
	return "none"
}

func needleIsResult() string {
	s, found := []bool{true}, true
	found = false
	for _, x := range s {
		if x == found {
			found = true
			break
		}
	}
	return fmt.Sprint(found)
}

func predicateReads() string {
	s, found := []int{1}, true
	is := func(int) bool { return found }
	found = false
	for _, x := range s {
		if is(x) {
			found = true
			break
		}
	}
	return fmt.Sprint(found)
}

func replacesItself() string {
	s := []int{1, 2}
	var is func(int) bool
	is = func(int) bool {
		is = func(int) bool { return true }
		return false
	}
	for _, x := range s {
		if is(x) {
			return "found"
		}
	}
	return "none"
}

type counter struct {
	n     int
	calls *counter
}

func (c counter) even(int) bool { c.calls.n++; return c.n == 1 }

func valueReceiver() string {
	s := []int{1, 2}
	var c counter
	c.calls = &c
	for _, x := range s {
		if c.even(x) {
			return "found"
		}
	}
	return "none"
}

var want int

func load() []int { want = 3; return []int{3} }

func operandSets() string {
	want = 0
	for _, x := range load() {
		if x == want {
			return "found"
		}
	}
	return "none"
}

func needleCall() string {
	n := 0
	f := func() int { n++; return 3 }
	found := false
	for _, x := range []int{1, 2, 3} {
		if x == f() {
			found = true
			break
		}
	}
	return fmt.Sprint(found, n)
}

func replacesSlice() string {
	s := []int{1, 2}
	is := func(n int) bool {
		s = []int{9, 9}
		return n == 9
	}
	for i := range s {
		if is(s[i]) {
			return "found"
		}
	}
	return "none"
}

func nan() string {
	zero := 0.0
	n := zero / zero
	for _, x := range []float64{n} {
		if x == n {
			return "found"
		}
	}
	return "none"
}

func negated() string {
	none := func(s []int, n int) bool {
		for _, x := range s {
			if x == n {
				return false
			}
		}
		return true
	}
	return fmt.Sprint(none([]int{1}, 1), none([]int{1}, 2))
}

func nilFunc() string {
	var s []int
	var is func(int) bool
	for _, x := range s {
		if is(x) {
			return "found"
		}
	}
	return "none"
}

func bodyChanges() string {
	s, n, times := []int{1, 2}, 1, 0
	for _, x := range s {
		if x == n {
			n++
			times++
		}
	}
	return fmt.Sprint(times)
}

func breakInSwitch() string {
	s, times := []int{1, 2}, 0
	for _, x := range s {
		switch {
		case x > 0:
			times++
			break
		}
	}
	return fmt.Sprint(times)
}
