package model

import (
	"go/types"
	"strings"
)

// A RequestContext is a type whose values a web framework hands to handlers and
// takes back into a pool when they return.
type RequestContext struct {
	// Copy is the method that returns a copy which may outlive the handler;
	// empty if there is none.
	Copy string

	// Borrows reports that strings and bytes which its methods return are
	// memory of the request, too, unless the framework is told to copy.
	Borrows bool
}

// RequestContextOf returns what is known of t, a pointer or an interface, as a
// framework's context.
func RequestContextOf(t types.Type) (RequestContext, bool) {
	ptr, isPointer := types.Unalias(t).(*types.Pointer)
	if isPointer {
		t = ptr.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || isPointer == types.IsInterface(named) {
		return RequestContext{}, false
	}
	c, ok := requestContexts[named.Obj().Pkg().Path()+"."+named.Obj().Name()]
	return c, ok
}

// HasRequestContext reports whether the package of the given path declares such
// a type.
func HasRequestContext(path string) bool {
	for name := range requestContexts {
		if pkg := name[:strings.LastIndexByte(name, '.')]; pkg == path {
			return true
		}
	}
	return false
}

// requestContexts lists pooled contexts by type.
//
// Sources: the frameworks' documentation ("must not be used after the handler
// returns", "use the copy in goroutines") and their ServeHTTP, which takes the
// context from a sync.Pool and puts it back.
var requestContexts = map[string]RequestContext{
	"github.com/cloudwego/hertz/pkg/app.RequestContext": {Copy: "Copy"},
	"github.com/gin-gonic/gin.Context":                  {Copy: "Copy"},
	"github.com/gofiber/fiber.Ctx":                      {Borrows: true},
	"github.com/gofiber/fiber/v2.Ctx":                   {Borrows: true},
	"github.com/gofiber/fiber/v3.Ctx":                   {Borrows: true},
	"github.com/gofiber/fiber/v3.DefaultCtx":            {Borrows: true},
	"github.com/kataras/iris/v12/context.Context":       {Copy: "Clone"},
	"github.com/labstack/echo.Context":                  {},
	"github.com/labstack/echo/v4.Context":               {},
	"github.com/labstack/echo/v5.Context":               {},
	"github.com/valyala/fasthttp.RequestCtx":            {Borrows: true},
}
