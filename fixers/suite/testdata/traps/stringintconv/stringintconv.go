// Package stringintconv has integers that are no runes.
package stringintconv

import "fmt"

var Traps = map[string]func() string{
	"surrogate":   func() string { n := 0xd800; return string(n) },
	"large":       func() string { n := int(1<<32 + 97); return string(n) },
	"negative":    func() string { n := int64(-1); return string(n) },
	"unsigned":    func() string { n := uint32(1 << 31); return string(n) },
	"a letter":    func() string { n := 97; return string(n) },
	"named":       func() string { n := 97; return fmt.Sprintf("%T", text(n)) },
	"formatted":   func() string { return string(formatted(97)) },
	"conditioned": func() string { n := 97; return fmt.Sprint(len(string(n) + string(rune(n)))) },
}

type text string

type formatted int

func (formatted) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("formatted")) }
