// Package forvar has copies of loop variables.
package forvar

import "fmt"

var Traps = map[string]func() string{
	"closures":         closures,
	"changed":          changed,
	"three clauses":    threeClauses,
	"of an outer loop": outer,
	"swapped":          swapped,
	"a second copy":    second,
}

func closures() (out string) {
	var all []func() int
	for _, x := range []int{1, 2} {
		x := x
		all = append(all, func() int { x++; return x })
	}
	for _, f := range all {
		out += fmt.Sprint(f())
	}
	return out
}

func changed() (out string) {
	for i := range 3 {
		i := i
		i += 5
		out += fmt.Sprint(i)
	}
	return out
}

func threeClauses() (out string) {
	for i := 0; i < 3; i++ {
		i := i
		i += 5
		out += fmt.Sprint(i)
	}
	return out
}

func outer() (out string) {
	for _, x := range []int{1} {
		for range 2 {
			x := x
			x++
			out += fmt.Sprint(x)
		}
	}
	return out
}

func swapped() (out string) {
	for k, v := range []int{5, 6} {
		k, v := v, k
		out += fmt.Sprint(k, v)
	}
	return out
}

func second() (out string) {
	for _, x := range []int{1, 2} {
		x := x
		p := &x
		{
			x := x
			x++
			out += fmt.Sprint(*p, x)
		}
	}
	return out
}
