package fastapp

import "github.com/valyala/fasthttp"

func handler(ctx *fasthttp.RequestCtx) {
	go func() { // want "a goroutine uses ctx"
		println(string(ctx.Path()))
	}()
}

func lent(ctx *fasthttp.RequestCtx) {
	body := ctx.PostBody()
	go save(body) // want "a goroutine gets memory of the request from ctx"
}

func save([]byte) {}

func right(ctx *fasthttp.RequestCtx) {
	body := string(ctx.PostBody())
	go println(body)
	ctx.SetBody([]byte(body))
}
