// Package requestctx makes HTTP requests with the context at hand.
//
// http.NewRequest gives a request the background context: nothing ends it when the work it
// was made for is given up. http.NewRequestWithContext takes a context
// (https://go.dev/doc/go1.13#net/http), which saves the copy that Request.WithContext makes,
// too.
//
// # Before
//
//	func fetch(ctx context.Context, url string) (*http.Response, error) {
//		req, err := http.NewRequest("GET", url, nil)
//		if err != nil {
//			return nil, err
//		}
//		req = req.WithContext(ctx)
//		return http.DefaultClient.Do(req)
//	}
//
//	func ping(ctx context.Context, url string) error {
//		req, err := http.NewRequest("HEAD", url, nil)
//		if err != nil {
//			return err
//		}
//		_, err = http.DefaultClient.Do(req)
//		return err
//	}
//
// # After
//
//	func fetch(ctx context.Context, url string) (*http.Response, error) {
//		req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
//		if err != nil {
//			return nil, err
//		}
//		return http.DefaultClient.Do(req)
//	}
//
//	func ping(ctx context.Context, url string) error {
//		req, err := http.NewRequestWithContext(ctx, "HEAD", url, nil)
//		if err != nil {
//			return err
//		}
//		_, err = http.DefaultClient.Do(req)
//		return err
//	}
//
// # Precondition
//
// withcontext: the request gets its context by req = req.WithContext(ctx), right after it
// was made and its error was looked at in an if that leaves. The context is a variable, a
// field of one, or context.Background() or TODO(), and the if does not touch it or the
// request. A context that is nil panicked, and is an error now.
//
// newrequest: the function that makes the request, itself and not one around it, has a
// variable or parameter ctx, or a parameter of another name, of the type context.Context. The
// function has no call of WithContext or Clone, does not give the request to a function
// together with a context, and does not keep it for later. It is a suggestion, as the request
// now ends with the context: look whether it is to go on after that, or its response is read
// later.
//
// # What is left
//
// comment: a comment at req.WithContext would be lost.
//
// Requests of functions without a context are left alone, as is http.Get and its like: which
// context they should have can't be told from the code.
package requestctx
