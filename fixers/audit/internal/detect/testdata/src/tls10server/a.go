package tls10server

import (
	"crypto/tls"
	"net"
	"net/http"
)

var client = &tls.Config{ServerName: "example.com"}

func servers(l net.Listener, certs []tls.Certificate, h http.Handler) {
	http.ListenAndServeTLS(":443", "cert.pem", "key.pem", h) // want `the server has no MinVersion` `know none but those with RSA` `know none but 3DES`
	tls.NewListener(l, &tls.Config{Certificates: certs})     // want `the server has no MinVersion` `know none but those with RSA` `know none but 3DES`
	tls.NewListener(l, &tls.Config{Certificates: certs, MinVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}})
	tls.NewListener(l, &tls.Config{Certificates: certs, MinVersion: tls.VersionTLS13})
	config := &tls.Config{Certificates: certs, MinVersion: tls.VersionTLS12} // want `know none but those with RSA` `know none but 3DES`
	s := &http.Server{TLSConfig: config}
	s.TLSConfig = &tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}} // want `the server has no MinVersion`
	_ = tls.Config{ClientAuth: tls.RequireAnyClientCert}                                         // want `the server has no MinVersion` `know none but those with RSA` `know none but 3DES`
	tls.Dial("tcp", "example.com:443", &tls.Config{InsecureSkipVerify: true})
}
