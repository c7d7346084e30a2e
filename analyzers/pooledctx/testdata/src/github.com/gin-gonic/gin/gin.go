// Package gin stands in for the framework: the names that the tests use.
package gin

import (
	"context"
	"time"
)

type ResponseWriter interface{ Write([]byte) (int, error) }

type Request struct{ URL string }

func (r *Request) Context() context.Context { return context.Background() }

type Context struct {
	Request *Request
	Writer  ResponseWriter
	Keys    map[string]any
}

func (c *Context) Copy() *Context                          { return &Context{} }
func (c *Context) Param(string) string                     { return "" }
func (c *Context) JSON(int, any)                           {}
func (c *Context) Next()                                   {}
func (c *Context) Deadline() (deadline time.Time, ok bool) { return }
func (c *Context) Done() <-chan struct{}                   { return nil }
func (c *Context) Err() error                              { return nil }
func (c *Context) Value(any) any                           { return nil }

type HandlerFunc func(*Context)

type Engine struct{}

func (e *Engine) GET(string, ...HandlerFunc) {}
