// Package slicesclip has slices that are nil, or have a type of their own.
package slicesclip

import "fmt"

type named []int

var Traps = map[string]func() string{
	"nil":   func() string { var s []int; return fmt.Sprint(s[:len(s):len(s)] == nil) },
	"empty": func() string { s := make([]int, 0, 9); t := s[:len(s):len(s)]; return fmt.Sprint(t == nil, cap(t)) },
	"named": func() string { s := named{1}; return fmt.Sprintf("%T", s[:len(s):len(s)]) },
	"array": func() string { s := [3]int{1}; return fmt.Sprintf("%T", s[:len(s):len(s)]) },
}
