package model

import "go/types"

// Pooling says which of a function's results is taken from a pool and which of
// its arguments it puts back, by position, the receiver first. -1 is none.
type Pooling struct {
	Takes int
	Puts  int
}

// PoolingOf returns what fn takes from a pool or puts back.
func PoolingOf(fn *types.Func) (Pooling, bool) {
	if fn == nil || fn.Pkg() == nil {
		return Pooling{}, false
	}
	p, ok := pooling[fn.Pkg().Path()][Name(fn)]
	return p, ok
}

var (
	takes = Pooling{Takes: 0, Puts: -1}
	puts0 = Pooling{Takes: -1, Puts: 0}
	puts1 = Pooling{Takes: -1, Puts: 1}
)

// pooling lists object pools by package and function.
//
// Sources: the packages' own documentation, which for each of these says that
// the argument must not be touched after the call. Reference counts (grpc/mem)
// are not listed: giving up one reference does not end the object.
var pooling = map[string]map[string]Pooling{
	"sync": {"Pool.Get": takes, "Pool.Put": puts1},

	"github.com/gofiber/fiber/v2": {
		"AcquireAgent": takes, "ReleaseAgent": puts0,
		"AcquireArgs": takes, "ReleaseArgs": puts0,
		"AcquireClient": takes, "ReleaseClient": puts0,
		"AcquireCookie": takes, "ReleaseCookie": puts0,
		"AcquireFormFile": takes, "ReleaseFormFile": puts0,
		"AcquireRequest": takes, "ReleaseRequest": puts0,
		"AcquireResponse": takes, "ReleaseResponse": puts0,
		"App.AcquireCtx": takes, "App.ReleaseCtx": puts1,
	},
	"github.com/gofiber/fiber/v3": {
		"AcquireBind": takes, "ReleaseBind": puts0,
		"AcquireRedirect": takes, "ReleaseRedirect": puts0,
		"App.AcquireCtx": takes, "App.ReleaseCtx": puts1,
	},
	"github.com/gofiber/fiber/v3/client": {
		"AcquireCookieJar": takes, "ReleaseCookieJar": puts0,
		"AcquireFile": takes, "ReleaseFile": puts0,
		"AcquireRequest": takes, "ReleaseRequest": puts0,
		"AcquireResponse": takes, "ReleaseResponse": puts0,
	},
	"github.com/json-iterator/go": {
		"StreamPool.BorrowStream": takes, "StreamPool.ReturnStream": puts1,
		"IteratorPool.BorrowIterator": takes, "IteratorPool.ReturnIterator": puts1,
	},
	"github.com/oxtoacart/bpool": {
		"BufferPool.Get": takes, "BufferPool.Put": puts1,
		"BytePool.Get": takes, "BytePool.Put": puts1,
		"SizedBufferPool.Get": takes, "SizedBufferPool.Put": puts1,
	},
	"github.com/libp2p/go-buffer-pool": {
		"Get": takes, "Put": puts0,
		"BufferPool.Get": takes, "BufferPool.Put": puts1,
	},
	"github.com/valyala/bytebufferpool": {
		"Get": takes, "Put": puts0,
		"Pool.Get": takes, "Pool.Put": puts1,
	},
	"github.com/valyala/fasthttp": {
		"AcquireArgs": takes, "ReleaseArgs": puts0,
		"AcquireCookie": takes, "ReleaseCookie": puts0,
		"AcquireRequest": takes, "ReleaseRequest": puts0,
		"AcquireResponse": takes, "ReleaseResponse": puts0,
		"AcquireTimer": takes, "ReleaseTimer": puts0,
		"AcquireURI": takes, "ReleaseURI": puts0,
	},
	"github.com/valyala/fastjson": {
		"ArenaPool.Get": takes, "ArenaPool.Put": puts1,
		"ParserPool.Get": takes, "ParserPool.Put": puts1,
		"ScannerPool.Get": takes, "ScannerPool.Put": puts1,
	},
	"go.uber.org/zap/buffer": {"Pool.Get": takes, "Buffer.Free": puts0},
}

// HasPools reports whether the package of the given path has pools that are
// listed here.
func HasPools(path string) bool { return pooling[path] != nil }
