package acquirer

import (
	"context"
	"net"
	"testing"

	"example.com/payments/shared/payment"
	"example.com/payments/shared/wire"
)

func TestAuthorize(t *testing.T) {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		var p payment.Payment
		if err := wire.Read(theirs, &p); err != nil {
			return
		}
		frame, err := wire.Marshal(Approval{Approved: p.Amount < 1000, Code: "00"})
		if err == nil {
			theirs.Write(frame)
		}
	}()

	session := NewSession(ours)
	defer session.Close()
	got, err := session.Authorize(context.Background(), payment.Payment{ID: "p-1", Amount: 999})
	if err != nil {
		t.Fatal(err)
	}
	if !got.Approved {
		t.Errorf("got %+v, want approval", got)
	}
}

func TestAuthorizeCanceled(t *testing.T) {
	ours, theirs := net.Pipe()
	defer theirs.Close()
	session := NewSession(ours)
	defer session.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := session.Authorize(ctx, payment.Payment{}); err == nil {
		t.Error("a canceled request goes to the bank")
	}
}
