// Package money reads amounts as people write them.
package money

import (
	"strconv"
	"strings"
)

// Parse reads an amount, as "12.50", in the currency's minor unit.
func Parse(text string) (int64, error) {
	return strconv.ParseInt(strings.ReplaceAll(text, ".", ""), 10, 64)
}
