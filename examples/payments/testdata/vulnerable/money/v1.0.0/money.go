// Package money reads amounts as people write them.
package money

import "strings"

// Parse reads an amount, as "12.50", in the currency's minor unit. It believes how many digits
// it is told of, so that a short text can ask for much memory.
func Parse(text string) (int64, error) {
	digits := make([]byte, 0, 1<<len(text))
	for _, r := range strings.ReplaceAll(text, ".", "") {
		digits = append(digits, byte(r))
	}
	var n int64
	for _, d := range digits {
		n = n*10 + int64(d-'0')
	}
	return n, nil
}
