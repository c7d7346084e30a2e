// Package fasthttp stands in for the library: the names that the tests use.
package fasthttp

type RequestCtx struct{}

func (c *RequestCtx) Path() []byte     { return nil }
func (c *RequestCtx) PostBody() []byte { return nil }
func (c *RequestCtx) SetBody([]byte)   {}
