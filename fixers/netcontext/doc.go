// Package netcontext replaces golang.org/x/net/context by package context.
//
// What grew there is part of the standard library since Go 1.7
// (https://go.dev/doc/go1.7#context). Since Go 1.9 the types of the old package are other
// names for those of the new, and its functions call them.
//
// # Before
//
//	import (
//		"net/http"
//
//		"golang.org/x/net/context"
//		"golang.org/x/net/context/ctxhttp"
//	)
//
//	func fetch(ctx context.Context, client *http.Client, url string) (*http.Response, error) {
//		ctx, cancel := context.WithCancel(ctx)
//		defer cancel()
//		req, err := http.NewRequest("GET", url, nil)
//		if err != nil {
//			return nil, err
//		}
//		return ctxhttp.Do(ctx, client, req)
//	}
//
// # After
//
//	import (
//		"context"
//		"net/http"
//	)
//
//	func fetch(ctx context.Context, client *http.Client, url string) (*http.Response, error) {
//		ctx, cancel := context.WithCancel(ctx)
//		defer cancel()
//		req, err := http.NewRequest("GET", url, nil)
//		if err != nil {
//			return nil, err
//		}
//		return client.Do(req.WithContext(ctx))
//	}
//
// # Precondition
//
// context: none. Types, functions and errors are the same.
//
// ctxhttp, a suggestion: ctxhttp.Do takes a nil client for http.DefaultClient, and when
// the context has ended it returns ctx.Err() itself, not a *url.Error that wraps it.
//
// # What is left
//
// ctxhttp-left: ctxhttp.Get, Head, Post and PostForm, which need a request to be made,
// and a Do whose context is more than a name.
//
// left: versions of golang.org/x/net of before 2017, whose types are their own.
package netcontext
