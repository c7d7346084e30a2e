package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// A load is what goes on around the service.
type load struct {
	bankAnswers bool
	payments    int // a second
	dashboards  int // that are opened and closed with each payment
}

// bank starts a bank that approves all payments, or never answers, until ctx ends, and
// returns its address.
func (l load) bank(ctx context.Context) (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			context.AfterFunc(ctx, func() { conn.Close() })
			if l.bankAnswers {
				go approve(conn)
			}
		}
	}()
	return listener.Addr().String(), nil
}

// approve answers each request with the approval that it is, in the service's frames:
// four bytes of length and JSON.
func approve(conn net.Conn) {
	answer := []byte(`{"approved":true,"code":"00"}`)
	for {
		var size [4]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		if _, err := io.CopyN(io.Discard, conn, int64(binary.BigEndian.Uint32(size[:]))); err != nil {
			return
		}
		frame := binary.BigEndian.AppendUint32(nil, uint32(len(answer)))
		if _, err := conn.Write(append(frame, answer...)); err != nil {
			return
		}
	}
}

// clients pay, and open dashboards, until ctx ends.
func (l load) clients(ctx context.Context, addr string) {
	ticker := time.NewTicker(time.Second / time.Duration(l.payments))
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		go pay(ctx, addr, n)
		for range l.dashboards {
			go look(ctx, addr)
		}
	}
}

func pay(ctx context.Context, addr string, n int) {
	body := strings.NewReader(`{"merchant":"m","amount":100,"currency":"EUR"}`)
	request(ctx, time.Second, http.MethodPost, "http://"+addr+"/v1/payments", body, fmt.Sprint(n))
}

func look(ctx context.Context, addr string) {
	request(ctx, 200*time.Millisecond, http.MethodGet, "http://"+addr+"/v1/events?merchant=m", nil, "")
}

// request makes a request that the client gives up after a time. What becomes of it is
// the service's affair.
func request(ctx context.Context, patience time.Duration, method, url string, body io.Reader, key string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return
	}
	r.Header.Set("Idempotency-Key", key)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
}

// freeAddress returns a local address at which nobody listens at the moment.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// answers reports whether somebody listens at the address within some seconds.
func answers(ctx context.Context, addr string) bool {
	for range 100 {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
			return true
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return false
		}
	}
	return false
}
