package main

import (
	"log"

	"example.com/payments/shared/rates"
)

// leastCharge is what merchants without a contract are charged at least.
var leastCharge = mustLeast("0.30")

func mustLeast(text string) int64 {
	n, err := rates.Least(text)
	if err != nil {
		log.Fatal(err)
	}
	return n
}
