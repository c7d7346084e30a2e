// Package stringscut has uses of an index that are not those of what comes before and after.
package stringscut

import (
	"bytes"
	"fmt"
	"strings"
)

var Traps = map[string]func() string{
	"minus is not plus":                  minus,
	"minus is not plus, other way round": minusBefore,
	"times is not plus":                  times,
	"not found, a long separator":        notFound,
	"not found, panic":                   panics,
	"a name that hides ok":               hidesOK,
	"a name that hides found":            hidesFound,
	"a name that hides before":           hidesBefore,
	"a global that a call changes":       global,
	"a label behind the check":           label,
	"one byte, not found (#77737)":       oneByte,
	"bytes that change":                  bytesChange,
	"not a rune":                         notRune,
	"empty separator":                    emptySeparator,
	"split by nothing":                   splitByNothing,
	"last is not first":                  last,
	"closure":                            closure,
}

func minus() string {
	s := "a/b"
	i := strings.Index(s, "/")
	if i >= 0 {
		return s[i-1:]
	}
	return ""
}

func minusBefore() string {
	s := "a/b/c"
	i := strings.Index(s, "/")
	if i >= 0 {
		return s[1-i:]
	}
	return ""
}

func times() string {
	s := "abc::cd"
	i := strings.Index(s, "::")
	if i >= 0 {
		return s[i*2:]
	}
	return ""
}

func notFound() string {
	s := "abc"
	i := strings.Index(s, "::")
	return s[i+2:]
}

func panics() (out string) {
	defer func() {
		if recover() != nil {
			out = "panic"
		}
	}()
	s := "abc"
	i := strings.Index(s, "::")
	return s[:i]
}

func hidesOK() string {
	s, m := "a::b", map[string]string{}
	i := strings.Index(s, "::")
	if v, ok := m[s]; !ok && v == "" {
		if i < 0 {
			return "none"
		}
		return s[:i]
	}
	if i < 0 {
		return "not there"
	}
	return ""
}

func hidesFound() string {
	s := "abc"
	i := strings.Index(s, "::")
	for _, found := range []bool{true} {
		if i < 0 {
			return fmt.Sprint("none ", found)
		}
	}
	if i < 0 {
		return "not there"
	}
	return "found"
}

func hidesBefore() string {
	s := "a::b"
	i := strings.Index(s, "::")
	if i < 0 {
		return ""
	}
	for _, before := range []string{"x"} {
		return before + s[:i]
	}
	return s[:i]
}

var name = "a/b"

func rename() { name = "longer/name" }

func global() string {
	name = "a/b"
	i := strings.Index(name, "/")
	if i < 0 {
		return ""
	}
	rename()
	return name[:i]
}

func label() string {
	s, tries := "abc", 0
	i := strings.Index(s, "/")
	if i < 0 {
		tries++
		goto done
	}
	tries += 2
done:
	return fmt.Sprint(tries, s[i+1:])
}

func oneByte() string {
	s := "abc"
	i := strings.Index(s, "/")
	return s[i+1:]
}

func bytesChange() string {
	b := []byte("a/b/c")
	i := bytes.IndexByte(b, '/')
	if i < 0 {
		return ""
	}
	b[1] = 'x'
	return string(b[:i]) + string(b[i+1:])
}

func notRune() string {
	s, c := "a\xe9b", byte(0xe9)
	i := strings.IndexByte(s, c)
	if i < 0 {
		return "none"
	}
	return s[:i]
}

func emptySeparator() string {
	s, sep := "abc", ""
	i := strings.Index(s, sep)
	if i < 0 {
		return "none"
	}
	return s[:i] + "|" + s[i+len(sep):]
}

func splitByNothing() string {
	x := strings.Split("abc", "")[0]
	return x
}

func last() string {
	s := "a/b/c"
	i := strings.LastIndex(s, "/")
	if i < 0 {
		return ""
	}
	return s[:i]
}

func closure() string {
	s := "a/b"
	i := strings.Index(s, "/")
	if i < 0 {
		return ""
	}
	f := func() string { return s[:i] }
	return f()
}
