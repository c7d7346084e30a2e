package detect

import (
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"strings"
	"sync"
)

// mux finds patterns of a ServeMux that mean something else since methods and wildcards.
var mux = setting(func(p *pass) {
	if !p.imports("net/http") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		switch name {
		case "net/http.Handle", "net/http.HandleFunc", "(*net/http.ServeMux).Handle", "(*net/http.ServeMux).HandleFunc":
		default:
			return
		}
		if pattern, ok := p.text(call.Args[0]); ok {
			if text := patternChange(pattern); text != "" {
				p.found(call.Args[0], "httpmuxgo121", text)
			}
		}
	})
}, "httpmuxgo121")

// patternChange says what changes about a pattern, if anything does.
func patternChange(pattern string) string {
	i := strings.IndexByte(pattern, '/')
	switch {
	case pattern == "": // panics in all versions
		return ""
	case strings.ContainsAny(pattern, " \t"):
		return "the pattern has a space: what is before it is a method, where it was a part of the path"
	case i < 0:
		return "the pattern has no slash: registering it panics"
	case strings.ContainsAny(pattern, "{}"):
		return "braces in the pattern are wildcards, or make registering it panic, where they were a part of the path"
	case strings.Contains(pattern, "%"):
		return "the pattern is unescaped, and matches the path that the escapes stand for"
	case clean(pattern[i:]) != pattern[i:]:
		return "the pattern's path is not clean: registering it panics, where it matched nothing"
	}
	return ""
}

// clean returns a path as a ServeMux has it.
func clean(p string) string {
	c := path.Clean(p)
	if strings.HasSuffix(p, "/") && c != "/" {
		c += "/"
	}
	return c
}

// keptHeaders finds headers that are set before ServeContent and its like, which take them
// away when they answer with an error.
var keptHeaders = setting(func(p *pass) {
	if !p.imports("net/http") {
		return
	}
	p.bodies(func(body *ast.BlockStmt) {
		var set []*ast.CallExpr
		inspectBody(body, func(n ast.Node) {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return
			}
			if p.setsServedHeader(call) {
				set = append(set, call)
				return
			}
			switch p.callee(call) {
			case "net/http.ServeContent", "net/http.ServeFile", "net/http.ServeFileFS":
			default:
				return
			}
			w := p.variable(call.Args[0])
			for _, s := range set {
				if w != nil && p.mentions(s.Fun, w) {
					name, _ := p.text(s.Args[0])
					p.found(s, "httpservecontentkeepheaders", name+" is not sent with an error that "+p.shortCallee(call)+" answers with, as 404 or 416")
				}
			}
			set = nil
		})
	})
}, "httpservecontentkeepheaders")

func (p *pass) callee(call *ast.CallExpr) string {
	if f, ok := p.function(call); ok {
		return f.FullName()
	}
	return ""
}

func (p *pass) shortCallee(call *ast.CallExpr) string {
	if f, ok := p.function(call); ok {
		return f.Pkg().Name() + "." + f.Name()
	}
	return ""
}

// setsServedHeader reports whether a call sets one of the headers that errors of ServeContent
// lack: w.Header().Set("Etag", …).
func (p *pass) setsServedHeader(call *ast.CallExpr) bool {
	if name := p.callee(call); name != "(net/http.Header).Set" && name != "(net/http.Header).Add" {
		return false
	}
	name, _ := p.text(call.Args[0])
	switch strings.ToLower(name) {
	case "cache-control", "content-encoding", "etag", "last-modified":
		return true
	}
	return false
}

// contentLength finds messages in the source whose Content-Length header is empty.
var contentLength = setting(func(p *pass) {
	if !p.imports("net/http") {
		return
	}
	p.inspector.Preorder([]ast.Node{(*ast.BasicLit)(nil)}, func(n ast.Node) {
		lit := n.(*ast.BasicLit)
		if s, ok := p.text(lit); ok && emptyLength().MatchString(s) {
			p.found(lit, "httplaxcontentlength", "net/http refuses a message whose Content-Length header is empty, as this one's is")
		}
	})
}, "httplaxcontentlength")

var emptyLength = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|\n)Content-Length:[ \t]*\r\n`)
})

// colons finds URLs whose host has colons outside of brackets: in the source, or made of an
// IP address, which may be one of version 6.
var colons = setting(func(p *pass) {
	p.calls(func(call *ast.CallExpr, name string) {
		arg, ok := urlArgument[name]
		if !ok || arg >= len(call.Args) {
			return
		}
		e := ast.Unparen(call.Args[arg])
		if s, ok := p.text(e); ok {
			if m := hostColons().FindString(s); m != "" {
				p.found(e, "urlstrictcolons", name+" refuses the URL: its host has a colon outside of brackets")
			}
			return
		}
		if ip := p.addressHost(e); ip != nil {
			p.found(ip, "urlstrictcolons", name+" refuses the URL if this is an IPv6 address: it has to be in brackets, as net.JoinHostPort puts it")
		}
	})
}, "urlstrictcolons")

// urlArgument has the index of the URL among the arguments of a function that parses it.
var urlArgument = map[string]int{
	"net/http.Get": 0, "net/http.Head": 0, "net/http.NewRequest": 1, "net/http.NewRequestWithContext": 2,
	"net/http.Post": 0, "net/http.PostForm": 0,
	"(*net/http.Client).Get": 0, "(*net/http.Client).Head": 0, "(*net/http.Client).Post": 0, "(*net/http.Client).PostForm": 0,
	"net/url.Parse": 0, "net/url.ParseRequestURI": 0,
}

// hostColons matches a URL whose host, but for the last colon and the port, has a colon.
var hostColons = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^https?://([^/?#@]*@)?[^/?#@\[\]]*:[^/?#@\[\]]*:`)
})

// addressHost returns the part of a URL that is an IP address and stands where its host does:
// of "http://" + ip.String() + …, or of fmt.Sprintf("http://%s…", ip).
func (p *pass) addressHost(e ast.Expr) ast.Expr {
	if call, ok := e.(*ast.CallExpr); ok && p.callee(call) == "fmt.Sprintf" && len(call.Args) > 1 {
		format, _ := p.text(call.Args[0])
		rest, ok := cutScheme(format)
		if ok && (strings.HasPrefix(rest, "%s") || strings.HasPrefix(rest, "%v")) && p.isAddress(call.Args[1]) {
			return call.Args[1]
		}
		return nil
	}
	var parts []ast.Expr
	var split func(e ast.Expr)
	split = func(e ast.Expr) {
		if b, ok := ast.Unparen(e).(*ast.BinaryExpr); ok {
			split(b.X)
			split(b.Y)
			return
		}
		parts = append(parts, e)
	}
	split(e)
	if len(parts) < 2 {
		return nil
	}
	scheme, _ := p.text(parts[0])
	if rest, ok := cutScheme(scheme); ok && rest == "" && p.isAddress(parts[1]) {
		return parts[1]
	}
	return nil
}

func cutScheme(s string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(s, "http://"); ok {
		return rest, true
	}
	return strings.CutPrefix(s, "https://")
}

// isAddress reports whether an expression is an IP address, or its text.
func (p *pass) isAddress(e ast.Expr) bool {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "String" {
			e = sel.X
		}
	}
	switch typeName(p.TypesInfo.TypeOf(e)) {
	case "net.IP", "net/netip.Addr", "net.IPAddr":
		return true
	}
	return false
}

func (p *pass) function(call *ast.CallExpr) (*types.Func, bool) {
	var id *ast.Ident
	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	default:
		return nil, false
	}
	f, ok := p.TypesInfo.Uses[id].(*types.Func)
	return f, ok && f.Pkg() != nil
}
