package fraud

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/payments/shared/payment"
)

func TestScore(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(`{"score": 42}`))
	}))
	defer srv.Close()

	client := &Client{url: srv.URL, http: srv.Client()}
	score, err := client.Score(context.Background(), payment.Payment{ID: "p-1"})
	if err != nil {
		t.Fatal(err)
	}
	if score != 42 {
		t.Errorf("score is %d, want 42", score)
	}
}

func TestScoreUnavailable(t *testing.T) {
	srv := httptest.NewServer(http.NotFoundHandler())
	defer srv.Close()

	client := &Client{url: srv.URL, http: srv.Client()}
	if _, err := client.Score(context.Background(), payment.Payment{ID: "p-1"}); err == nil {
		t.Error("an answer of 404 counts as a score")
	}
}
