// Package muxpattern puts the method that a handler demands into its pattern.
//
// Since Go 1.22 the patterns of http.ServeMux can begin with a method
// (https://go.dev/doc/go1.22#enhanced_routing_patterns). A request of another method gets
// the answer "405 Method Not Allowed" from the mux, with a header Allow that names the
// methods which there are handlers for. A handler need not check it, and handlers of several
// methods can be registered for one path.
//
// # Before
//
//	func routes(mux *http.ServeMux, count func() int) {
//		mux.HandleFunc("/count", func(w http.ResponseWriter, r *http.Request) {
//			if r.Method != http.MethodGet {
//				http.Error(w, "GET only", http.StatusMethodNotAllowed)
//				return
//			}
//			fmt.Fprintln(w, count())
//		})
//	}
//
// # After
//
//	func routes(mux *http.ServeMux, count func() int) {
//		mux.HandleFunc("GET /count", func(w http.ResponseWriter, r *http.Request) {
//			fmt.Fprintln(w, count())
//		})
//	}
//
// # Precondition
//
// method: a function is registered by HandleFunc of net/http or of a *http.ServeMux under a
// constant path, and begins with an if on one other method than its own that answers with the
// status 405 and returns. It is a function literal, or a function of the package that nothing
// else uses. The path has no method, no braces and does not end in a slash: such a pattern is
// more specific than any other that matches the same requests, so that it conflicts with none.
//
// It is a suggestion. The answer to other methods has the mux's text and the header Allow.
// A pattern with the method GET matches HEAD too. Another handler for the path, such as one
// for "/", gets nothing more than before. A program whose go.mod says less than 1.22, or that
// sets GODEBUG=httpmuxgo121=1, takes the method for a part of the path and finds no handler:
// look at this in a library.
//
// # What is left
//
// subtree: a path that ends in a slash or has braces may match requests that another pattern
// matches too, neither being more specific once one has a method: registering both panics.
//
// status: the answer to another method has another status than 405, or more is done.
//
// shared: the function is registered twice, or called elsewhere, for example by a test.
//
// comment: a comment in the check would be lost.
package muxpattern
