package network

import (
	"net"
	"testing"
)

// clients are kept open, as clients do.
var clients []net.Conn

func TestServe(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	got := make(chan string)
	served := make(chan struct{})
	go func() {
		Serve(l, func(p []byte) { got <- string(p) })
		close(served)
	}()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	clients = append(clients, client)
	client.Write([]byte("hello"))
	if text := <-got; text != "hello" {
		t.Error(text)
	}
	l.Close()
	<-served
}
