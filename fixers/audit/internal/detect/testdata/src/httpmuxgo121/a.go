package httpmuxgo121

import "net/http"

const base = "/api"

func register(mux *http.ServeMux, h http.Handler, path string) {
	http.Handle("/", h)
	http.Handle("example.com/", h)
	mux.Handle(base+"/users/", h)
	mux.Handle(path, h)
	mux.Handle("/users/{id}", h)    // want `braces in the pattern`
	mux.Handle(base+"/{", h)        // want `braces in the pattern`
	mux.Handle("GET /users", h)     // want `the pattern has a space`
	mux.Handle("users", h)          // want `the pattern has no slash`
	mux.Handle("/a%2Fb", h)         // want `the pattern is unescaped`
	mux.HandleFunc("//x", nil)      // want `the pattern's path is not clean`
	http.HandleFunc("/a/../b", nil) // want `the pattern's path is not clean`
	http.HandleFunc("/a/", nil)
}

type router struct{}

func (router) Handle(pattern string, h http.Handler) {}

func others(r router, h http.Handler) { r.Handle("GET /users/{id}", h) }
