package httplaxcontentlength

import _ "net/http"

const (
	empty  = "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n"   // want `refuses a message whose Content-Length header is empty`
	spaces = "HTTP/1.1 200 OK\r\ncontent-length:  \r\n\r\n" // want `refuses a message`
	none   = "HTTP/1.1 200 OK\r\n\r\n"
	some   = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
	header = "Content-Length:"
)
