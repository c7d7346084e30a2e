package wire

import (
	"bytes"
	"testing"
	"time"

	"example.com/payments/shared/payment"
)

func event() payment.Event {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return payment.Event{Seq: 7, At: at, Payment: payment.Payment{
		ID: "p-1", Merchant: "m-1", Amount: 1999, Currency: "EUR", Status: payment.Authorized, Created: at,
	}}
}

func BenchmarkMarshal(b *testing.B) {
	ev := event()
	for i := 0; i < b.N; i++ {
		if _, err := Marshal(ev); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	frame, err := Marshal(event())
	if err != nil {
		b.Fatal(err)
	}
	frame = bytes.Clone(frame)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		var ev payment.Event
		if err := Read(bytes.NewReader(frame), &ev); err != nil {
			b.Fatal(err)
		}
	}
}
