package endpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// unavailable is an error that concerns all of a service. Asking on makes it worse, or
// is in vain.
type unavailable struct{ error }

func (e *unavailable) Unwrap() error { return e.error }

// notFound is the answer that there is no such profile.
type notFound struct {
	byPprof bool // package net/http/pprof says so, not what is before it
}

func (e *notFound) Error() string {
	if e.byPprof {
		return "the service does not know the profile (404 Not Found)"
	}
	return "there is nothing (404 Not Found): does the service serve net/http/pprof there?"
}

// fetch returns what the service answers to a query, unpacked, and how long it took.
func (s *Service) fetch(ctx context.Context, query string) (data []byte, took time.Duration, err error) {
	took, err = s.get(ctx, query, func(in io.Reader) (err error) {
		data, err = io.ReadAll(in)
		return inWords(err)
	})
	return data, took, err
}

// get asks for a profile and passes the answer on to be read, unpacked, if it may be
// one. It waits before, so that the service has its pause, which does not count.
func (s *Service) get(ctx context.Context, query string, read func(io.Reader) error) (took time.Duration, err error) {
	if err := s.wait(ctx); err != nil {
		return 0, err
	}
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, s.client.timeout())
	defer cancel()
	err = s.roundTrip(limited, query, read)
	s.idle = time.Now()
	if err != nil {
		if ctx.Err() == nil && limited.Err() != nil {
			err = &unavailable{fmt.Errorf("there is no whole answer within %v: %w", s.client.timeout(), limited.Err())}
		}
		err = fmt.Errorf("%s/%s: %w", s.target, query, err)
	}
	return s.idle.Sub(began), err
}

// wait waits until the service has had its pause.
func (s *Service) wait(ctx context.Context) error {
	timer := time.NewTimer(time.Until(s.idle.Add(s.client.pause())))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// roundTrip makes a request. Unlike an http.Client it goes nowhere else, whatever the
// answer is, and keeps nothing of it.
func (s *Service) roundTrip(ctx context.Context, query string, read func(io.Reader) error) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.target.base+"/"+query, nil)
	if err != nil {
		return &unavailable{err}
	}
	req.Header.Set("User-Agent", cmp.Or(s.client.UserAgent, "gomend"))
	if a := s.client.Authorization; a != "" {
		if !s.target.Private() {
			return &unavailable{errors.New("an authorization is not sent where others can read it: use https")}
		}
		req.Header.Set("Authorization", string(a))
	}
	resp, err := s.transport.RoundTrip(req)
	if err != nil {
		return &unavailable{fmt.Errorf("there is no answer: %w", err)}
	}
	defer resp.Body.Close()
	if err := refusal(resp); err != nil {
		return err
	}
	in, err := s.client.limits().unpack(resp.Body)
	if err != nil {
		return err
	}
	return read(in)
}

// refusal returns why an answer has no profile, and nil if it may have one. Nothing of
// the answer's text is in the error: there may be secrets in it.
func refusal(resp *http.Response) error {
	status := fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	switch code := resp.StatusCode; {
	case code == http.StatusOK:
		return nil
	case code == http.StatusNotFound:
		return &notFound{unknownProfile(resp.Body)}
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusProxyAuthRequired:
		return &unavailable{fmt.Errorf("the service wants another authorization (%s)", status)}
	case code == http.StatusTooManyRequests, http.StatusBadGateway <= code && code <= http.StatusGatewayTimeout:
		return &unavailable{fmt.Errorf("the service is not ready (%s)", status)}
	case 300 <= code && code < 400:
		return &unavailable{fmt.Errorf("the service redirects to %s (%s), which is not followed: name that place if it is meant", destination(resp), status)}
	}
	return fmt.Errorf("the service answered %s", status)
}

// unknownProfile reports whether the text is that of package net/http/pprof for a
// profile that there is not.
func unknownProfile(body io.Reader) bool {
	text, err := io.ReadAll(io.LimitReader(body, 64))
	return err == nil && strings.TrimSpace(string(text)) == "Unknown profile"
}

// destination returns where a redirect leads, without what may be secret.
func destination(resp *http.Response) string {
	to, err := resp.Location()
	if err != nil {
		return "nowhere"
	}
	bare := url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}
	return fmt.Sprintf("%.200q", bare.String())
}
