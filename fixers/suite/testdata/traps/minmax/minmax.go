// Package minmax has comparisons that are not those of min and max.
package minmax

import (
	"fmt"
	"math"
)

var Traps = map[string]func() string{
	"limit of the value itself":      ofItself,
	"elements that are one":          sameElement,
	"pointers to one":                samePointer,
	"pointer to the variable":        pointerToIt,
	"NaN behind an interface":        nan,
	"type behind an interface":       typeOf,
	"the call changes the limit":     callChanges,
	"an outer variable of the name":  outer,
	"the index is a call":            indexCall,
	"panic before a deferred return": deferred,
	"strings":                        stringsToo,
	"floats":                         floats,
	"shadowed":                       shadowed,
}

func ofItself() string {
	n, a := 1, 5
	n = a
	if n < n*2 {
		n = n * 2
	}
	return fmt.Sprint(n)
}

func sameElement() string {
	s, i, a := []int{9, 1}, 0, 5
	s[0] = a
	if s[0] < s[i] {
		s[0] = s[i]
	}
	return fmt.Sprint(s)
}

func samePointer() string {
	n, a := 9, 5
	p, q := &n, &n
	*p = a
	if *p < *q {
		*p = *q
	}
	return fmt.Sprint(n)
}

func pointerToIt() string {
	n, a := 9, 5
	p := &n
	n = a
	if n < *p {
		n = *p
	}
	return fmt.Sprint(n)
}

func nan() string {
	a, b := math.NaN(), 1.0
	var x any
	if a < b {
		x = a
	} else {
		x = b
	}
	return fmt.Sprint(x)
}

func typeOf() string {
	var a int8 = 100
	var x any
	if a < 7 {
		x = a
	} else {
		x = 7
	}
	return fmt.Sprintf("%T", x)
}

var limit = 5

func raise() int {
	limit = 50
	return 9
}

func callChanges() string {
	limit = 5
	n := raise()
	if limit > n {
		n = limit
	}
	return fmt.Sprint(n)
}

func outer() string {
	n := 100
	for a := 0; a < 1; a++ {
		n := a
		if n < n+1 {
			n = n + 1
		}
		limit = n
	}
	return fmt.Sprint(n, limit)
}

func indexCall() string {
	s, a, b := make([]int, 2), 1, 2
	at := func() int { a = 7; return 0 }
	if a < b {
		s[at()] = a
	} else {
		s[at()] = b
	}
	return fmt.Sprint(s)
}

func deferred() string {
	f := func() (n int) {
		defer func() { _ = recover() }()
		a, s := 5, []int(nil)
		n = a
		if n < s[0] {
			n = s[0]
		}
		return n
	}
	return fmt.Sprint(f())
}

func stringsToo() string {
	a, b, x := "a", "b", ""
	if a < b {
		x = b
	} else {
		x = a
	}
	return x
}

func floats() string {
	a, b := math.NaN(), 1.0
	x := a
	if x < b {
		x = b
	}
	return fmt.Sprint(x)
}

func shadowed() string {
	max := func(a, b int) int { return -1 }
	a, b := 1, len("xxx")
	x := a
	if a < b {
		x = b
	}
	return fmt.Sprint(x, max(1, 2))
}
