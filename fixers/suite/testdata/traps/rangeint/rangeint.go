// Package rangeint has loops whose variable is still read after the last turn, when it is
// the limit, and not the last index.
package rangeint

import "fmt"

var Traps = map[string]func() string{
	"closure declared before (#77161)": closureBefore,
	"address taken before (#77161)":    addressBefore,
	"read after the block around":      afterBlock,
	"read in the next outer turn":      nextTurn,
	"outer loop of the same variable":  sameVariable,
	"parameter read by a defer":        deferred,
	"read behind a goto":               backwards,
	"named result (#76880)":            namedResult,
	"limit changed in the body":        limitChanges,
	"slice grows in the body":          sliceGrows,
	"closures of each turn":            closures,
	"index changed by a closure":       indexChanged,
	"reset by another loop":            reset,
	"rune constant":                    runeConstant,
	"no turn at all":                   noTurn,
	"variable of a switch clause":      inSwitch,
}

func closureBefore() string {
	var i int
	get := func() int { return i }
	for i = 0; i < 10; i++ {
		_ = i
	}
	return fmt.Sprint(get())
}

func addressBefore() string {
	var i int
	p := &i
	for i = 0; i < 10; i++ {
		_ = i
	}
	return fmt.Sprint(*p)
}

func afterBlock() string {
	var i int
	if len("x") == 1 {
		for i = 0; i < 10; i++ {
			_ = i
		}
	}
	return fmt.Sprint(i)
}

func nextTurn() (s string) {
	var i int
	for turn := 0; turn < 3; turn++ {
		s += fmt.Sprint(i, ";")
		for i = 0; i < 10; i++ {
			_ = turn
		}
	}
	return s
}

func sameVariable() string {
	var i int
	turns := 0
	for i = 0; i < 3; i++ {
		turns++
		for i = 0; i < 3; i++ {
			_ = i
		}
	}
	return fmt.Sprint(turns)
}

func deferred() (s string) {
	func(i int) {
		defer func() { s = fmt.Sprint(i) }()
		for i = 0; i < 10; i++ {
			_ = i
		}
	}(5)
	return s
}

func backwards() string {
	var i, again int
read:
	got := i
	if again == 1 {
		return fmt.Sprint(got)
	}
	again++
	{
		for i = 0; i < 10; i++ {
			_ = again
		}
	}
	goto read
}

func namedResult() string {
	f := func() (i int) {
		for i = 0; i < 10; i++ {
			_ = i
		}
		return
	}
	return fmt.Sprint(f())
}

func limitChanges() string {
	n, turns := 3, 0
	for i := 0; i < n; i++ {
		if turns++; turns < 5 {
			n++
		}
	}
	return fmt.Sprint(turns)
}

func sliceGrows() string {
	s, turns := []int{1}, 0
	for i := 0; i < len(s); i++ {
		if turns++; turns < 5 {
			s = append(s, i)
		}
	}
	return fmt.Sprint(turns)
}

func closures() (s string) {
	var all []func() int
	for i := 0; i < 3; i++ {
		all = append(all, func() int { return i })
	}
	for _, f := range all {
		s += fmt.Sprint(f())
	}
	return s
}

func indexChanged() string {
	turns := 0
	for i := 0; i < 10; i++ {
		turns++
		func() { i++ }()
	}
	return fmt.Sprint(turns)
}

func reset() string {
	var i, sum int
	for i = 0; i < 4; i++ {
		sum += i
	}
	for i = 0; i < 3; i++ {
		sum += i
	}
	return fmt.Sprint(sum)
}

func runeConstant() string {
	const limit = 'a'
	var last any
	for i := 0; i < limit; i++ {
		last = i
	}
	return fmt.Sprintf("%T", last)
}

func noTurn() string {
	n := 0
	i := 7
	func() {
		for i = 0; i < n; i++ {
			_ = n
		}
	}()
	return fmt.Sprint(i)
}

func inSwitch() string {
	i := 7
	switch n := 3; {
	case n > 2:
		for i = 0; i < n; i++ {
			_ = n
		}
	}
	return fmt.Sprint(i)
}
