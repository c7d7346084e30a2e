package rsa1024min

import (
	"crypto/rand"
	"crypto/rsa"
)

const bits = 512

func keys(n int) {
	rsa.GenerateKey(rand.Reader, bits) // want `a key of 512 bits is too small`
	rsa.GenerateKey(rand.Reader, 2048)
	rsa.GenerateKey(rand.Reader, n)
}
