package httpapi

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/payments/api/internal/acquirer"
	"example.com/payments/shared/payment"
)

type bank func(ctx context.Context, p payment.Payment) (acquirer.Approval, error)

func (b bank) Authorize(ctx context.Context, p payment.Payment) (acquirer.Approval, error) {
	return b(ctx, p)
}

func approves(context.Context, payment.Payment) (acquirer.Approval, error) {
	return acquirer.Approval{Approved: true}, nil
}

type score int

func (s score) Score(context.Context, payment.Payment) (int, error) {
	if s < 0 {
		return 0, errors.New("down")
	}
	return int(s), nil
}

type outbox struct{ events []payment.Event }

func (o *outbox) Publish(_ context.Context, ev payment.Event) error {
	o.events = append(o.events, ev)
	return nil
}

func start(t *testing.T, b bank, s score, out *outbox) (*Server, string) {
	t.Helper()
	server := New(b, s, out, 100, slog.New(slog.NewTextHandler(io.Discard, nil)))
	mux := http.NewServeMux()
	server.Register(mux)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return server, srv.URL
}

func pay(t *testing.T, url, key string) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, url+"/v1/payments",
		strings.NewReader(`{"merchant": "m-1", "amount": 1250, "currency": "EUR"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestPayment(t *testing.T) {
	for name, test := range map[string]struct {
		score score
		want  string
	}{
		"approved":                      {score: 10, want: `"authorized"`},
		"too risky":                     {score: 95, want: `"declined"`},
		"approved while scoring is off": {score: -1, want: `"authorized"`},
	} {
		t.Run(name, func(t *testing.T) {
			var out outbox
			_, url := start(t, approves, test.score, &out)
			code, body := pay(t, url, "")
			if code != http.StatusCreated || !strings.Contains(body, test.want) {
				t.Errorf("answered %d %s, want %s", code, body, test.want)
			}
			if len(out.events) != 1 {
				t.Errorf("%d events were published, want 1", len(out.events))
			}
		})
	}
}

func TestPaymentAskedTwiceIsChargedOnce(t *testing.T) {
	var out outbox
	_, url := start(t, approves, 0, &out)
	_, first := pay(t, url, "order-17")
	_, second := pay(t, url, "order-17")
	if first != second {
		t.Errorf("answered %s, then %s", first, second)
	}
	if len(out.events) != 1 {
		t.Errorf("%d events were published, want 1", len(out.events))
	}
}

func TestPaymentSlowBank(t *testing.T) {
	slow := func(ctx context.Context, _ payment.Payment) (acquirer.Approval, error) {
		<-ctx.Done()
		return acquirer.Approval{}, ctx.Err()
	}
	server, url := start(t, slow, 0, &outbox{})
	server.authorizeTimeout = 10 * time.Millisecond
	if code, _ := pay(t, url, ""); code != http.StatusGatewayTimeout {
		t.Errorf("answered %d, want 504", code)
	}
}

func TestStream(t *testing.T) {
	server, url := start(t, approves, 0, &outbox{})
	resp, err := http.Get(url + "/v1/events?merchant=m-1")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	server.hub.publish(payment.Event{Seq: 1, Payment: payment.Payment{Merchant: "m-2"}})
	server.hub.publish(payment.Event{Seq: 2, Payment: payment.Payment{Merchant: "m-1"}})

	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(line, `"seq":2`) {
		t.Errorf("got %q, want event 2", line)
	}
}
