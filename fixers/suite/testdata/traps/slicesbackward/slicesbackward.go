// Package slicesbackward has loops that change what they go over.
package slicesbackward

import "fmt"

var Traps = map[string]func() string{
	"the element is moved":      moved,
	"another slice by then":     another,
	"a call sets the element":   callSets,
	"an alias sets the element": alias,
	"recover in the loop":       recovers,
	"deleting":                  deleting,
	"plain":                     plain,
}

func moved() (out string) {
	s := []int{1, 2, 3}
	for i := len(s) - 1; i >= 0; i-- {
		if i == 1 {
			s = append(s[:i], s[i+1:]...)
			out += fmt.Sprint(s[i], ";")
		}
	}
	return out
}

func another() (out string) {
	s := []int{1, 2, 3}
	for i := len(s) - 1; i >= 0; i-- {
		out += fmt.Sprint(s[i])
		s = []int{7, 8, 9}
	}
	return out
}

func callSets() (out string) {
	s := []int{1, 2, 3}
	set := func() { s[0] = 9 }
	for i := len(s) - 1; i >= 0; i-- {
		set()
		out += fmt.Sprint(s[i])
	}
	return out
}

func alias() (out string) {
	s := []int{1, 2, 3}
	t := s
	for i := len(s) - 1; i >= 0; i-- {
		t[i] = 9
		out += fmt.Sprint(s[i])
	}
	return out
}

func deleting() string {
	s := []int{1, 2, 3, 4}
	for i := len(s) - 1; i >= 0; i-- {
		if s[i]%2 == 0 {
			s = append(s[:i], s[i+1:]...)
		}
	}
	return fmt.Sprint(s)
}

func recovers() (out string) {
	s := []int{1, 2}
	defer func() {
		for i := len(s) - 1; i >= 0; i-- {
			out += fmt.Sprint(s[i], recover())
		}
	}()
	panic("x")
}

func plain() (out string) {
	s := []int{1, 2, 3}
	for i := len(s) - 1; i >= 0; i-- {
		out += fmt.Sprint(s[i])
	}
	return out
}
