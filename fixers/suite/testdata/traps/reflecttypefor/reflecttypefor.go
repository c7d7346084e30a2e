// Package reflecttypefor has types that are not those of what is written.
package reflecttypefor

import (
	"fmt"
	"reflect"
)

var Traps = map[string]func() string{
	"an interface":           func() string { var v any = 1; return fmt.Sprint(reflect.TypeOf(v)) },
	"an interface's value":   func() string { return fmt.Sprint(reflect.TypeOf(any(1))) },
	"a rune":                 func() string { return fmt.Sprint(reflect.TypeOf('a')) },
	"an element":             func() string { return fmt.Sprint(reflect.TypeOf(map[string]error{}).Elem()) },
	"an element of an alias": func() string { return fmt.Sprint(reflect.TypeOf(alias(nil)).Elem()) },
	"a named slice":          func() string { return fmt.Sprint(reflect.TypeOf(named(nil)).Elem()) },
	"out of range":           outOfRange,
	"an int of one's own":    own,
	"nil":                    func() string { return fmt.Sprint(reflect.TypeOf(nil)) },
}

type alias = []error

type named []error

func outOfRange() string { return fmt.Sprint(reflect.TypeOf([]int{}[0])) }

func own() string {
	type int string
	return fmt.Sprint(reflect.TypeOf(0), int(""))
}
