// Package minmaxfunc has functions that are called min and max, and are something else.
package minmaxfunc

import "fmt"

var Traps = map[string]func() string{
	"does more":      more,
	"with constants": constants,
}

var calls int

func count(a, b int) int { calls++; return calls }

func max(a, b int) int {
	if calls += count(a, b); a > b {
		return a
	}
	return b
}

func more() string {
	calls = 0
	_ = max(1, len("xx"))
	return fmt.Sprint(calls)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func constants() string {
	return fmt.Sprintf("%T", any(min(1, 2)))
}
