// Package acquire has objects that a library asks to release.
package acquire

import (
	"errors"

	"github.com/valyala/fasthttp"
)

func call(do func(*fasthttp.Request) error) error {
	req := fasthttp.AcquireRequest() // want "what was acquired is not released if something fails"
	if err := do(req); err != nil {
		return err
	}
	fasthttp.ReleaseRequest(req)
	return nil
}

func released(do func(*fasthttp.Request) error) error {
	req := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(req)
	return do(req)
}

func forgotten(name string, do func(*fasthttp.Request)) error {
	req := fasthttp.AcquireRequest() // want "an object taken from a pool is not put back on every path"
	if name == "" {
		return nil
	}
	if len(name) > 100 {
		return errors.New("too long")
	}
	do(req)
	fasthttp.ReleaseRequest(req)
	return nil
}
