// Package stringscutprefix has strings that are not those whose prefix was looked for.
package stringscutprefix

import (
	"bytes"
	"fmt"
	"strings"
)

var Traps = map[string]func() string{
	"trimmed again and again":          again,
	"another string by then":           another,
	"calls":                            calls,
	"an empty prefix":                  emptyPrefix,
	"a closure that runs later":        later,
	"an argument before it changes it": argument,
	"bytes that an argument changes":   bytesChange,
	"set in the branch":                branch,
	"plain":                            plain,
}

func again() string {
	s := "///a"
	if strings.HasPrefix(s, "/") {
		for n := 0; n < 5; n++ {
			s = strings.TrimPrefix(s, "/")
		}
	}
	return s
}

func another() string {
	s := "/a"
	if strings.HasPrefix(s, "/") {
		if s = "/b"; s != "" {
			return strings.TrimPrefix(s, "/")
		}
	}
	return ""
}

func calls() string {
	n := 0
	next := func() string { n++; return fmt.Sprint("/", n) }
	if strings.HasPrefix(next(), "/") {
		return strings.TrimPrefix(next(), "/")
	}
	return ""
}

func emptyPrefix() string {
	s, prefix := "a", ""
	if rest := strings.TrimPrefix(s, prefix); rest != s {
		return "cut"
	}
	return "whole"
}

func later() string {
	s := "/a"
	var f func() string
	if strings.HasPrefix(s, "/") {
		f = func() string { return strings.TrimPrefix(s, "/") }
	}
	s = "/b"
	return f()
}

var text = "/a"

func change() string { text = "/b"; return "changed " }

func argument() string {
	text = "/a"
	if strings.HasPrefix(text, "/") {
		return join(change(), strings.TrimPrefix(text, "/"))
	}
	return ""
}

func join(s ...string) string { return strings.Join(s, "") }

func bytesChange() string {
	b := []byte("/a")
	set := func() string { b[0] = 'x'; return "" }
	if bytes.HasPrefix(b, []byte("/")) {
		return join(set(), string(bytes.TrimPrefix(b, []byte("/"))))
	}
	return ""
}

func branch() string {
	s, out := "/a", ""
	if strings.HasPrefix(s, "/") {
		switch {
		case s == "/a":
			s = "/c"
			out = strings.TrimPrefix(s, "/")
		}
	}
	return out
}

func plain() string {
	s := "/a"
	if strings.HasPrefix(s, "/") {
		s = strings.TrimPrefix(s, "/")
	}
	return s
}
