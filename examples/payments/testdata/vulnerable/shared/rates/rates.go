// Package rates knows what merchants are charged at least.
package rates

import "example.com/money"

// Least reads the least charge of a merchant's contract.
func Least(text string) (int64, error) { return money.Parse(text) }
