// Package any has something else of that name.
package any

import "fmt"

var Traps = map[string]func() string{
	"a type of the name": ofTheName,
	"a type parameter":   parameter,
}

func ofTheName() string {
	type any int
	var v interface{} = any(1)
	return fmt.Sprintf("%T", v)
}

func parameter() string { return of[string]("x") }

func of[any ~string | ~int](v any) string {
	var w interface{} = v
	return fmt.Sprintf("%T", w)
}
