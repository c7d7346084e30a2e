package cryptocustomrand

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"io"
	mathrand "math/rand"
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func keys(r io.Reader) {
	rsa.GenerateKey(rand.Reader, 2048)
	rsa.GenerateKey(r, 2048)
	rsa.GenerateKey(zeros{}, 2048) // want `does not read from this any more`
	ed25519.GenerateKey(nil)
	ed25519.GenerateKey(bytes.NewReader(make([]byte, 32)))                  // want `does not read from this any more`
	ecdsa.GenerateKey(elliptic.P256(), mathrand.New(mathrand.NewSource(1))) // want `does not read from this any more`
	rand.Read(nil)
}
