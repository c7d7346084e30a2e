package x509sha256skid

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
)

var (
	authority = x509.Certificate{IsCA: true} // want `SubjectKeyId is another`
	own       = x509.Certificate{IsCA: true, SubjectKeyId: []byte{1}}
	leaf      = x509.Certificate{}
	not       = x509.Certificate{IsCA: false}
)

func fresh() *x509.Certificate {
	ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &x509.Certificate{IsCA: true}
}
