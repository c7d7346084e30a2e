// Package stringsbuilder has strings that grow.
package stringsbuilder

import "fmt"

var Traps = map[string]func() string{
	"its own part":              ownPart,
	"grown by what is appended": grown,
	"copied on the way":         copied,
	"reset on the way":          reset,
	"a closure reads it":        closure,
	"deferred":                  deferred,
	"panic on the way":          panics,
	"each turn its own":         ownEachTurn,
	"address":                   address,
}

func ownPart() string {
	s := "ab"
	for i := 0; i < 3; i++ {
		s += s[:1]
	}
	return s
}

func grown() string {
	s := ""
	f := func() string { return "" }
	for i := 0; i < 2; i++ {
		s += f() + fmt.Sprint(i)
		f = func() string { s += "!"; return "?" }
	}
	return s
}

func copied() string {
	s, old := "", ""
	for i := 0; i < 3; i++ {
		s += fmt.Sprint(i)
		old = s
	}
	s2 := s
	return s2 + old
}

func reset() string {
	s := ""
	for i := 0; i < 3; i++ {
		s += fmt.Sprint(i)
		if i == 1 {
			s = ""
		}
	}
	return s
}

func closure() string {
	s := ""
	for i := 0; i < 3; i++ {
		s += fmt.Sprint(i)
	}
	f := func() string { return s }
	return f()
}

func deferred() (out string) {
	s := ""
	for i := 0; i < 3; i++ {
		s += fmt.Sprint(i)
		defer func() { out += s }()
	}
	return out
}

func panics() (out string) {
	s := ""
	f := func(i int) string {
		if i == 2 {
			panic("x")
		}
		return fmt.Sprint(i)
	}
	func() {
		defer func() { _ = recover() }()
		for i := 0; i < 3; i++ {
			s += f(i)
		}
	}()
	return s
}

func ownEachTurn() (out string) {
	for i := 0; i < 2; i++ {
		s := "<"
		for j := 0; j < 2; j++ {
			s += fmt.Sprint(j)
		}
		out = s
	}
	return out
}

func address() string {
	s := ""
	p := &s
	for i := 0; i < 2; i++ {
		s += "x"
	}
	return *p
}
