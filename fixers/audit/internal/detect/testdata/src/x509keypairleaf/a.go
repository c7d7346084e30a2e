package x509keypairleaf

import (
	"crypto/tls"
	"crypto/x509"
)

func parsed(cert tls.Certificate, p *tls.Certificate) {
	if cert.Leaf == nil { // want `is not nil any more`
		cert.Leaf, _ = x509.ParseCertificate(cert.Certificate[0])
	}
	if nil != p.Leaf { // want `is not nil any more`
		println(p.Leaf.Subject.String())
	}
	if cert.Certificate == nil {
		return
	}
}

type tree struct{ Leaf *int }

func others(t tree) bool { return t.Leaf == nil }
