// Package echo stands in for the framework: the names that the tests use.
package echo

type Response struct{ Status int }

func (r *Response) Flush() {}

type Request struct{ Host string }

type Context interface {
	Request() *Request
	Response() *Response
	Param(string) string
	JSON(int, any) error
}
