package settle

import (
	"fmt"
	"testing"

	"example.com/payments/shared/payment"
)

func BenchmarkSum(b *testing.B) {
	payments := make([]payment.Payment, 1000)
	for i := range payments {
		payments[i] = payment.Payment{
			Merchant: fmt.Sprintf("m-%d", i%50), Amount: int64(100 + i), Currency: "EUR", Status: payment.Authorized,
		}
	}
	fees := payment.Fees{"EUR": 145, "USD": 190}
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		Sum(payments, fees)
	}
}
