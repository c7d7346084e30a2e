package detect

import (
	"go/ast"
	"go/token"
	"go/types"
)

// tlsConfigs finds TLS servers that leave the choice of versions and ciphers to the library.
// Clients do so as well, all of them: that is no place in the code.
var tlsConfigs = shipped(func(p *pass) {
	if !p.imports("crypto/tls", "net/http") {
		return
	}
	servers := p.serverConfigs()
	p.literals("crypto/tls.Config", func(lit *ast.CompositeLit, fields map[string]ast.Expr) {
		if !servers[lit] && !serves(fields) || p.assignedLater(lit, "MinVersion") {
			return
		}
		p.server(lit, fields)
	})
	p.calls(func(call *ast.CallExpr, name string) {
		switch name {
		case "net/http.ListenAndServeTLS", "net/http.ServeTLS": // have no configuration
			p.server(call, nil)
		}
	})
}, "tls10server", "tls3des", "tlsrsakex")

// serves reports whether a configuration has what only servers have.
func serves(fields map[string]ast.Expr) bool {
	for _, name := range []string{"ClientAuth", "ClientCAs", "GetCertificate", "GetConfigForClient"} {
		if fields[name] != nil {
			return true
		}
	}
	return false
}

// server reports what changes about a server with the fields of a configuration.
func (p *pass) server(n ast.Node, fields map[string]ast.Expr) {
	if fields["MinVersion"] == nil {
		p.found(n, "tls10server", "the server has no MinVersion: it refuses clients that know no more than TLS 1.1")
	}
	if fields["CipherSuites"] == nil && !p.only13(fields["MinVersion"]) {
		p.found(n, "tlsrsakex", "the server has no CipherSuites: it refuses clients that know none but those with RSA key exchange")
		p.found(n, "tls3des", "the server has no CipherSuites: it refuses clients that know none but 3DES ones")
	}
}

// only13 reports whether a MinVersion is TLS 1.3, whose cipher suites are others.
func (p *pass) only13(e ast.Expr) bool {
	if e == nil {
		return false
	}
	v, ok := p.number(e)
	return ok && v >= 0x0304
}

// serverConfigs returns the literals that servers are given: as an argument, or as the field
// of an http.Server, themselves or by the variable that they are the value of.
func (p *pass) serverConfigs() map[*ast.CompositeLit]bool {
	found := make(map[*ast.CompositeLit]bool)
	values := make(map[types.Object]*ast.CompositeLit)
	p.inspector.Preorder([]ast.Node{(*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil)}, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if len(n.Rhs) == len(n.Lhs) {
					if lit := literal(n.Rhs[i]); lit != nil {
						values[p.variable(lhs)] = lit
					}
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if len(n.Values) == len(n.Names) {
					if lit := literal(n.Values[i]); lit != nil {
						values[p.TypesInfo.Defs[name]] = lit
					}
				}
			}
		}
	})
	given := func(e ast.Expr) {
		if lit := literal(e); lit != nil {
			found[lit] = true
		} else if v := p.variable(e); v != nil && values[v] != nil {
			found[values[v]] = true
		}
	}
	p.calls(func(call *ast.CallExpr, name string) {
		switch name {
		case "crypto/tls.Listen", "crypto/tls.NewListener", "crypto/tls.Server":
			given(call.Args[len(call.Args)-1])
		}
	})
	p.literals("net/http.Server", func(_ *ast.CompositeLit, fields map[string]ast.Expr) {
		if e := fields["TLSConfig"]; e != nil {
			given(e)
		}
	})
	p.inspector.Preorder([]ast.Node{(*ast.AssignStmt)(nil)}, func(n ast.Node) {
		assign := n.(*ast.AssignStmt)
		for i, lhs := range assign.Lhs {
			sel, ok := lhs.(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "TLSConfig" && typeName(p.TypesInfo.TypeOf(sel.X)) == "net/http.Server" && len(assign.Rhs) == len(assign.Lhs) {
				given(assign.Rhs[i])
			}
		}
	})
	return found
}

// literal returns the composite literal that an expression is, or is a pointer to.
func literal(e ast.Expr) *ast.CompositeLit {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = ast.Unparen(u.X)
	}
	lit, _ := e.(*ast.CompositeLit)
	return lit
}

// assignedLater reports whether a field of some value of the literal's type is assigned in
// the package: which value that is, is not followed.
func (p *pass) assignedLater(lit *ast.CompositeLit, field string) bool {
	typ := typeName(p.TypesInfo.TypeOf(lit))
	found := false
	p.inspector.Preorder([]ast.Node{(*ast.AssignStmt)(nil)}, func(n ast.Node) {
		for _, lhs := range n.(*ast.AssignStmt).Lhs {
			if sel, ok := lhs.(*ast.SelectorExpr); ok && sel.Sel.Name == field && typeName(p.TypesInfo.TypeOf(sel.X)) == typ {
				found = true
			}
		}
	})
	return found
}

// keyPairLeaf finds code that goes by whether a certificate has been parsed already.
var keyPairLeaf = setting(func(p *pass) {
	if !p.imports("crypto/tls") {
		return
	}
	p.inspector.Preorder([]ast.Node{(*ast.BinaryExpr)(nil)}, func(n ast.Node) {
		b := n.(*ast.BinaryExpr)
		if b.Op != token.EQL && b.Op != token.NEQ {
			return
		}
		for x, y := range map[ast.Expr]ast.Expr{b.X: b.Y, b.Y: b.X} {
			sel, ok := ast.Unparen(x).(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "Leaf" && typeName(p.TypesInfo.TypeOf(sel.X)) == "crypto/tls.Certificate" && p.isNil(ast.Unparen(y)) {
				p.found(b, "x509keypairleaf", "the Leaf of a certificate from tls.X509KeyPair or LoadX509KeyPair is not nil any more")
			}
		}
	})
}, "x509keypairleaf")

// keyingMaterial finds exports of keying material.
var keyingMaterial = setting(func(p *pass) {
	p.calls(func(call *ast.CallExpr, name string) {
		if name == "(*crypto/tls.ConnectionState).ExportKeyingMaterial" {
			p.found(call, "tlsunsafeekm", "this fails on a connection with neither TLS 1.3 nor Extended Master Secret")
		}
	})
}, "tlsunsafeekm")
