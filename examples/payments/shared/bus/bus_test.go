package bus

import (
	"context"
	"net/http/httptest"
	"testing"

	"example.com/payments/shared/payment"
)

func TestPublish(t *testing.T) {
	receiver := NewReceiver(1)
	srv := httptest.NewServer(receiver)
	defer srv.Close()

	sent := payment.Event{Seq: 7, Payment: payment.Payment{ID: "p-1", Amount: 500, Currency: "EUR"}}
	if err := NewPublisher(srv.URL).Publish(context.Background(), sent); err != nil {
		t.Fatal(err)
	}
	if got := <-receiver.Events(); got.Seq != 7 || got.Payment.ID != "p-1" {
		t.Errorf("received %+v, sent %+v", got, sent)
	}
}

func TestPublishRefused(t *testing.T) {
	srv := httptest.NewServer(nil)
	defer srv.Close()
	if err := NewPublisher(srv.URL).Publish(context.Background(), payment.Event{Seq: 1}); err == nil {
		t.Error("an event that nobody took counts as published")
	}
}
