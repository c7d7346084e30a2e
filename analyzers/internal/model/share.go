package model

import (
	"go/types"
	"slices"
	"strings"
)

// Share is how a result of a function is tied to one of its arguments.
type Share int

const (
	Copies Share = iota // it is not
	Shares              // it is memory that belongs to what the argument is
	Views               // its methods read or write what the argument is
	Holds               // it contains the argument
	Equals              // it is the argument
)

// A Sharing ties a function's result to an argument, both by position, the
// receiver first.
type Sharing struct {
	Result, Arg int
	Share       Share
}

// SharingOf returns how fn's results are tied to its arguments, and whether
// that is known.
func SharingOf(fn *types.Func) ([]Sharing, bool) {
	if fn == nil || fn.Pkg() == nil {
		return nil, false
	}
	name := Name(fn)
	if s, ok := lookUpSharing(fn.Pkg().Path(), name); ok {
		return s, true
	}
	if s, ok := appends(fn); ok {
		return s, true
	}
	return nil, IsStd(fn.Pkg().Path()) && !refers(fn.Signature().Results())
}

// appends knows functions that append to a slice by the convention of their
// name and type: AppendInt(dst []byte, …) []byte.
func appends(fn *types.Func) ([]Sharing, bool) {
	sig := fn.Signature()
	if !strings.HasPrefix(strings.ToLower(fn.Name()), "append") || sig.Results().Len() == 0 {
		return nil, false
	}
	result := sig.Results().At(0).Type()
	if _, ok := result.Underlying().(*types.Slice); !ok {
		return nil, false
	}
	shift := 0
	if sig.Recv() != nil {
		shift = 1
	}
	for i := range sig.Params().Len() {
		if types.Identical(sig.Params().At(i).Type(), result) {
			return []Sharing{{0, i + shift, Equals}}, true
		}
	}
	return nil, false
}

// refers reports whether one of the results can refer to other memory. Errors
// are taken not to.
func refers(results *types.Tuple) bool {
	for v := range results.Variables() {
		switch t := v.Type().Underlying().(type) {
		case *types.Basic:
		case *types.Interface:
			if !types.Identical(v.Type(), types.Universe.Lookup("error").Type()) {
				return true
			}
		case *types.Struct:
			if t.NumFields() > 0 {
				return true
			}
		default:
			return true
		}
	}
	return false
}

// Borrows reports whether fn neither keeps nor gives away its arguments once it
// has returned, but for what its results hold.
func Borrows(fn *types.Func) bool {
	if fn == nil {
		return false
	}
	if fn.Pkg() == nil {
		return true // error.Error
	}
	path, name := fn.Pkg().Path(), Name(fn)
	if keeps[path][name] {
		return false
	}
	if _, ok := lookUpSharing(path, name); ok {
		return true
	}
	if IsStd(path) {
		return !refers(fn.Signature().Results()) || path == "fmt" || path == "bytes" || path == "strings"
	}
	return conventional[fn.Name()] && fn.Signature().Recv() != nil
}

// conventional are methods whose contract, set by package io and kept by who
// implements it, is not to retain the argument.
var conventional = map[string]bool{
	"Read": true, "ReadAt": true, "ReadFrom": true, "ReadByte": true, "ReadFull": true,
	"Write": true, "WriteAt": true, "WriteByte": true, "WriteRune": true, "WriteString": true, "WriteTo": true,
	"Len": true, "Cap": true, "Reset": true, "Grow": true, "Truncate": true, "String": true, "Error": true,
}

// keeps lists functions of the standard library that keep an argument although
// no result holds it.
var keeps = map[string]map[string]bool{
	"container/heap": {"Push": true},
	"container/list": {"List.PushBack": true, "List.PushFront": true, "List.InsertAfter": true, "List.InsertBefore": true},
	"container/ring": {"Ring.Link": true},
	"context":        {"WithValue": true},
	"sync":           {"Map.Store": true, "Map.LoadOrStore": true, "Map.Swap": true, "Map.CompareAndSwap": true},
	"sync/atomic": {
		"Value.Store": true, "Value.Swap": true, "Value.CompareAndSwap": true,
		"Pointer.Store": true, "Pointer.Swap": true, "Pointer.CompareAndSwap": true,
		"StorePointer": true, "SwapPointer": true, "CompareAndSwapPointer": true,
	},
	"reflect":   {"Value.Set": true},
	"net/rpc":   {"Client.Go": true},
	"os/exec":   {"Cmd.Start": true},
	"os/signal": {"Notify": true},
}

// Owns reports whether the memory behind a field of a well-known type belongs to
// the struct and is used again by whoever gets the struct from a pool next.
func Owns(field *types.Var) bool {
	return field.Pkg() != nil && owned[field.Pkg().Path()+"."+field.Name()]
}

var owned = map[string]bool{
	"github.com/gin-gonic/gin.Errors":     true,
	"github.com/gin-gonic/gin.Params":     true,
	"github.com/gin-gonic/gin.Writer":     true,
	"github.com/valyala/bytebufferpool.B": true,
}

func lookUpSharing(path, name string) ([]Sharing, bool) {
	method := name[strings.IndexByte(name, '.')+1:]
	for _, row := range sharing[path] {
		if names := strings.Fields(row.names); slices.Contains(names, name) || slices.Contains(names, "."+method) {
			return row.ties, true
		}
	}
	return nil, false
}

// A sharingRow gives several functions of a package the same ties.
type sharingRow struct {
	ties  []Sharing
	names string // separated by space; ".Name" is a method of whatever type
}

var (
	copies   = []Sharing{}
	shares   = []Sharing{{0, 0, Shares}}
	views    = []Sharing{{0, 0, Views}}
	views1   = []Sharing{{0, 1, Views}}
	viewsAll = []Sharing{{0, 0, Views}, {0, 1, Views}}
	equals   = []Sharing{{0, 0, Equals}}
	cuts     = []Sharing{{0, 0, Shares}, {1, 0, Shares}}
)

// sharing lists functions of the standard library and of well-known modules
// whose results are tied to an argument, and some that look so and copy.
//
// Sources: the packages' own documentation ("the slice is valid only until the
// next buffer modification", "references to returned value must not be kept").
// What the row of a third-party package leaves out is not known.
var sharing = map[string][]sharingRow{
	"bufio": {
		{views, "NewReader NewReaderSize NewScanner NewWriter NewWriterSize"},
		{viewsAll, "NewReadWriter"},
		{shares, "Reader.Peek Reader.ReadLine Reader.ReadSlice Scanner.Bytes Writer.AvailableBuffer"},
	},
	"bytes": {
		{shares, "Buffer.AvailableBuffer Buffer.Bytes Buffer.Next Buffer.Peek Fields FieldsFunc Lines Split SplitAfter SplitAfterN SplitN " +
			"Trim TrimFunc TrimLeft TrimLeftFunc TrimPrefix TrimRight TrimRightFunc TrimSpace TrimSuffix CutPrefix CutSuffix"},
		{cuts, "Cut"},
		{views, "NewBuffer NewReader"},
		{copies, "Buffer.ReadBytes Clone Join Map Repeat Replace ReplaceAll Runes Title ToLower ToTitle ToUpper ToValidUTF8"},
	},
	"compress/bzip2": {{views, "NewReader"}},
	"compress/flate": {{views, "NewReader NewReaderDict NewWriter NewWriterDict"}},
	"compress/gzip":  {{views, "NewReader NewWriter NewWriterLevel"}},
	"compress/lzw":   {{views, "NewReader NewWriter"}},
	"compress/zlib":  {{views, "NewReader NewReaderDict NewWriter NewWriterLevel NewWriterLevelDict"}},
	"context": {
		{views, "WithCancel WithCancelCause WithDeadline WithDeadlineCause WithTimeout WithTimeoutCause WithoutCancel"},
		{[]Sharing{{0, 0, Views}, {0, 2, Holds}}, "WithValue"},
	},
	"encoding/base32": {{views1, "NewDecoder NewEncoder"}},
	"encoding/base64": {{views1, "NewDecoder NewEncoder"}},
	"encoding/csv":    {{views, "NewReader NewWriter"}},
	"encoding/gob":    {{views, "NewDecoder NewEncoder"}},
	"encoding/hex":    {{views, "Dumper NewDecoder NewEncoder"}},
	"encoding/json":   {{views, "NewDecoder NewEncoder"}, {copies, "Marshal MarshalIndent"}},
	"encoding/xml":    {{views, "NewDecoder NewEncoder"}, {copies, "Marshal MarshalIndent"}},
	"io": {
		{views, "LimitReader MultiReader MultiWriter NewOffsetWriter NewSectionReader NopCloser"},
		{viewsAll, "TeeReader"},
		{copies, "ReadAll"},
	},
	"net/http": {
		{[]Sharing{{0, 2, Holds}}, "NewRequest"},
		{[]Sharing{{0, 3, Holds}}, "NewRequestWithContext"},
	},
	"slices": {
		{equals, "Clip Compact CompactFunc Delete DeleteFunc Grow Insert Replace"},
		{copies, "Clone Concat Repeat"},
	},
	"strings": {
		{shares, "Fields FieldsFunc Lines Split SplitAfter SplitAfterN SplitN " +
			"Trim TrimFunc TrimLeft TrimLeftFunc TrimPrefix TrimRight TrimRightFunc TrimSpace TrimSuffix CutPrefix CutSuffix"},
		{cuts, "Cut"},
		{views, "NewReader"},
		{copies, "Clone"},
	},

	"github.com/gofiber/fiber":          fiberContext,
	"github.com/gofiber/fiber/v2":       fiberContext,
	"github.com/gofiber/fiber/v3":       fiberContext,
	"github.com/gofiber/utils":          fiberUtils,
	"github.com/gofiber/utils/v2":       fiberUtils,
	"github.com/gofiber/fiber/v2/utils": fiberUtils,

	"github.com/json-iterator/go": {{shares, "Stream.Buffer"}},
	"github.com/labstack/echo":    echoContext,
	"github.com/labstack/echo/v4": echoContext,
	"github.com/labstack/echo/v5": echoContext,
	"github.com/valyala/bytebufferpool": {
		{shares, "ByteBuffer.Bytes"},
		{copies, "ByteBuffer.String"},
	},
	"github.com/valyala/fasthttp": {
		{shares, "Args.Peek Args.PeekBytes Args.QueryString " +
			"Cookie.Cookie Cookie.Domain Cookie.Key Cookie.Path Cookie.Value " +
			"Request.Body Request.Host Request.RequestURI Request.URI Request.PostArgs " +
			"RequestHeader.ContentType RequestHeader.Cookie RequestHeader.CookieBytes RequestHeader.Header RequestHeader.Host " +
			"RequestHeader.Method RequestHeader.Peek RequestHeader.PeekBytes RequestHeader.Protocol RequestHeader.RawHeaders " +
			"RequestHeader.Referer RequestHeader.RequestURI RequestHeader.UserAgent " +
			"RequestCtx.FormValue RequestCtx.Host RequestCtx.Method RequestCtx.Path RequestCtx.PostArgs RequestCtx.PostBody " +
			"RequestCtx.QueryArgs RequestCtx.Referer RequestCtx.RequestBodyStream RequestCtx.RequestURI RequestCtx.URI RequestCtx.UserAgent " +
			"Response.Body ResponseHeader.ContentEncoding ResponseHeader.ContentType ResponseHeader.Header ResponseHeader.Peek " +
			"ResponseHeader.PeekBytes ResponseHeader.PeekCookie ResponseHeader.Server ResponseHeader.StatusMessage " +
			"URI.FullURI URI.Hash URI.Host URI.LastPathSegment URI.Password URI.Path URI.PathOriginal URI.QueryArgs " +
			"URI.QueryString URI.RequestURI URI.Scheme URI.Username"},
		{copies, "Args.String Cookie.String Request.String RequestHeader.String Response.String ResponseHeader.String URI.String"},
	},
	"github.com/valyala/fastjson": {
		{shares, "Parser.Parse Parser.ParseBytes Value.Get Value.GetArray Value.GetObject Value.GetStringBytes Value.Object Value.Array"},
	},
	"go.uber.org/zap/buffer": {{shares, "Buffer.Bytes"}, {copies, "Buffer.String"}},
}

// In fiber, "any of the returned value is only valid within the handler" unless
// Config.Immutable is set. Methods that format, parse or look up what the
// application itself set are left out.
var fiberContext = []sharingRow{
	{shares, ".BaseURL .Body .BodyRaw .Context .Cookies .FormValue .FullURL .Get .GetReqHeaders .Host .Hostname .OriginalURL .Params " +
		".Path .Protocol .Queries .Query .Referer .Request .RequestCtx .Response .UserAgent"},
}

// Of what an echo.Context returns, the response belongs to it; the request and
// its strings come from net/http.
var echoContext = []sharingRow{{shares, "Context.Response"}}

var fiberUtils = []sharingRow{
	{shares, "GetBytes GetString Trim TrimLeft TrimRight TrimSpace UnsafeBytes UnsafeString"},
	{copies, "CopyBytes CopyString ImmutableString SafeBytes SafeString ToLower ToUpper"},
}
