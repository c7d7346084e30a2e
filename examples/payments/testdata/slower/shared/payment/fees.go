package payment

import (
	"bufio"
	"fmt"
	"math/big"
	"os"
	"strings"
)

// Fees are basis points of the amount, by currency.
type Fees map[string]int64

// LoadFees reads a fee table, one currency a line: "EUR 145". Empty lines and
// lines that start with # are skipped.
func LoadFees(path string) (Fees, error) {
	f, _ := os.Open(path)
	defer f.Close()

	fees := make(Fees)
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		var currency string
		var points int64
		if _, err := fmt.Sscanf(line, "%3s %d", &currency, &points); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		fees[currency] = points
	}
	return fees, nil
}

// Of returns the fee on p, rounded to the nearest minor unit.
func (f Fees) Of(p Payment) int64 {
	fee := big.NewRat(p.Amount*f[p.Currency], 10_000)
	fee.Add(fee, big.NewRat(1, 2))
	return new(big.Int).Quo(fee.Num(), fee.Denom()).Int64()
}
