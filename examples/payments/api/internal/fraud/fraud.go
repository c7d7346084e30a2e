// Package fraud asks the scoring service how risky a payment is.
package fraud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"example.com/payments/shared/payment"
)

// A Client asks one scoring service.
type Client struct {
	url  string
	http *http.Client
}

// New returns a client of the service at url that gives up after timeoutMs.
func New(url string, timeoutMs int64) *Client {
	return &Client{
		url:  url,
		http: &http.Client{Timeout: time.Duration(timeoutMs)},
	}
}

// Score returns the risk of p, from 0 to 100.
func (c *Client) Score(ctx context.Context, p payment.Payment) (int, error) {
	body, err := json.Marshal(p)
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return 0, fmt.Errorf("scoring %s: %w", p.ID, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("scoring %s: the service answers %s", p.ID, resp.Status)
	}
	var answer struct {
		Score int `json:"score"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return 0, fmt.Errorf("scoring %s: %w", p.ID, err)
	}
	return answer.Score, nil
}
