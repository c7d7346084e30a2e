// Package network leaves a goroutine in a read that has no deadline.
package network

import (
	"io"
	"net"
)

// Serve accepts connections until the listener is closed, and reads what they send.
func Serve(l net.Listener, each func([]byte)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			buf := make([]byte, 512)
			for {
				n, err := conn.Read(buf)
				if err == io.EOF {
					return
				}
				each(buf[:n])
			}
		}()
	}
}
