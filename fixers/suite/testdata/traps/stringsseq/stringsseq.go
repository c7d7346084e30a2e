// Package stringsseq has loops over parts that are found as the loop goes on.
package stringsseq

import (
	"bytes"
	"fmt"
	"strings"
)

var Traps = map[string]func() string{
	"bytes that change":      bytesChange,
	"appending to the last":  appending,
	"another string by then": another,
	"split by nothing":       byNothing,
	"defer and return":       deferred,
	"no parts":               none,
	"recover in the loop":    recovers,
}

func bytesChange() (out string) {
	b := []byte("a,b,c")
	for _, part := range bytes.Split(b, []byte(",")) {
		b[3] = 'x'
		out += string(part) + ";"
	}
	return out
}

func appending() string {
	b := append(make([]byte, 0, 9), "a,b"...)
	for _, part := range bytes.Split(b, []byte(",")) {
		_ = append(part, '!')
	}
	return string(b[:4])
}

func another() (out string) {
	s := "a,b"
	for _, part := range strings.Split(s, ",") {
		s = "c,d,e"
		out += part
	}
	return out
}

func byNothing() (out string) {
	for _, part := range strings.Split("a\xffé", "") {
		out += fmt.Sprintf("%q", part)
	}
	return out
}

func deferred() (out string) {
	defer func() { out += "!" }()
	for _, part := range strings.Fields("a b") {
		defer func() { out += part }()
		if part == "b" {
			return part
		}
	}
	return ""
}

func none() string {
	n := 0
	for range strings.Split("", ",") {
		n++
	}
	for range strings.Fields("") {
		n++
	}
	return fmt.Sprint(n)
}

func recovers() (out string) {
	defer func() {
		for _, part := range strings.Split("a,b", ",") {
			out += part + fmt.Sprint(recover())
		}
	}()
	panic("x")
}
