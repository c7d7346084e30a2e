// Package pooledctx finds contexts of web frameworks that are used after their
// handler has returned.
//
// # The incident
//
// A handler answers at once and leaves the slow part to a goroutine: an e-mail, an
// audit record. The goroutine asks the request's context for the user's id. Under
// load the audit log begins to name the wrong users, and now and then a response
// carries a header of another one, or the process dies of a concurrent map write
// in the framework.
//
// Gin, echo, fiber, fasthttp, hertz and iris keep their contexts in a sync.Pool.
// When the handler returns, its context goes to the next request. The goroutine
// reads that one's, and writes to it.
//
// # What it costs in production
//
// Data of different users mix, which is an incident to report and not only a bug;
// it takes two requests at the same time, so neither tests nor one's own machine
// show it. Fiber and fasthttp go further: the strings and bytes that their contexts
// return are the connection's buffer, which the next request overwrites.
//
// # What is reported
//
// The context that a function gets as a parameter is followed along the paths of
// the function (handlers, middlewares and what they call alike), through variables,
// structs, function literals, method values and contexts made from it
// (context.WithTimeout(c, …)), to the function's end.
//
// goroutine (high confidence): a goroutine that was started with it may still run:
// by a go statement, WaitGroup.Go, errgroup, time.AfterFunc, a pool of workers such
// as ants, or a function of the package that starts what it gets. Waiting in
// between is taken to be for that goroutine (a receive, a Wait), but not if it is
// for a timer or for a context's Done: giving up is the defect then.
//
// Wrong:
//
//	func handler(c *gin.Context) {
//		go func() {
//			audit(c.Param("user"))
//		}()
//		c.JSON(202, nil)
//	}
//
//	func audit(user string) {}
//
// Right:
//
//	func handler(c *gin.Context) {
//		go func(c *gin.Context) {
//			audit(c.Param("user"))
//		}(c.Copy())
//		c.JSON(202, nil)
//	}
//
//	func audit(user string) {}
//
// That is the suggested fix where there is a Copy. With echo and fiber, take what
// is needed out of the context before:
//
// Wrong:
//
//	func handler(c echo.Context) error {
//		go func() {
//			audit(c.Param("user"))
//		}()
//		return c.JSON(202, nil)
//	}
//
//	func audit(user string) {}
//
// Right:
//
//	func handler(c echo.Context) error {
//		user := c.Param("user")
//		go func() {
//			audit(user)
//		}()
//		return c.JSON(202, nil)
//	}
//
//	func audit(user string) {}
//
// sent (high): it, or a struct that holds it, was sent on a channel and nothing was
// waited for after.
//
// stored (medium): a package variable, a variable around the handler, or a map in
// one of those keeps it. A map that the function also deletes from is not reported.
//
// borrowed (medium): a string or bytes that fiber or fasthttp lend get to a
// goroutine, a channel, or such a variable or map without being copied. Conversion
// copies (string(c.Body())), and so do strings.Clone, bytes.Clone and fiber's
// utils.CopyString; trimming and cutting do not.
//
// Wrong:
//
//	func handler(c *fiber.Ctx) error {
//		user := c.Params("user")
//		go audit(user)
//		return c.SendStatus(202)
//	}
//
//	func audit(user string) {}
//
// Right:
//
//	func handler(c *fiber.Ctx) error {
//		user := strings.Clone(c.Params("user"))
//		go audit(user)
//		return c.SendStatus(202)
//	}
//
//	func audit(user string) {}
//
// field (low): a field of another object was set to it and still is at the end.
// That is right if the object lives for this request only, which is not known.
//
// # What is not reported, and why
//
//   - Functions that get, or return, something to wait with (a channel, a
//     WaitGroup, an errgroup, a function): their callers may wait.
//   - What is passed to code that is not known: a function of another module, an
//     interface method.
//   - A field that is cleared again, in a deferred call too.
//   - What the context refers to but does not own: gin's and echo's strings and
//     their *http.Request come from net/http. The request's own context outlives
//     the handler, but is canceled then: context.WithoutCancel keeps its values.
//   - Strings and bytes of fiber in a package that sets Config.Immutable, with
//     which fiber copies them. A package of handlers cannot see what another
//     package that makes the App sets: there, the finding may be wrong.
//   - Strings and bytes of fiber that are stored in a field of an object from
//     outside. Request structs are filled like that.
//   - Test files, and the frameworks themselves.
package pooledctx
