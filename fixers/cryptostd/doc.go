// Package cryptostd replaces packages of golang.org/x/crypto by those that the standard
// library has taken over from it.
//
// crypto/ed25519 came with Go 1.13 (https://go.dev/doc/go1.13#crypto/ed25519), and
// golang.org/x/crypto/ed25519 has been a list of other names for it since then. crypto/sha3
// came with Go 1.24 (https://go.dev/doc/go1.24#crypto-sha3). What the standard library has
// is kept up with the toolchain, and is what a FIPS 140-3 build replaces.
//
// # Before
//
//	import (
//		"io"
//
//		"golang.org/x/crypto/ed25519"
//		"golang.org/x/crypto/sha3"
//	)
//
//	func sign(key ed25519.PrivateKey, message io.Reader) ([]byte, error) {
//		h := sha3.New256()
//		if _, err := io.Copy(h, message); err != nil {
//			return nil, err
//		}
//		return ed25519.Sign(key, h.Sum(nil)), nil
//	}
//
// # After
//
//	import (
//		"crypto/ed25519"
//		"crypto/sha3"
//		"io"
//	)
//
//	func sign(key ed25519.PrivateKey, message io.Reader) ([]byte, error) {
//		h := sha3.New256()
//		if _, err := io.Copy(h, message); err != nil {
//			return nil, err
//		}
//		return ed25519.Sign(key, h.Sum(nil)), nil
//	}
//
// # Precondition
//
// ed25519: none. The types, constants and functions are the same.
//
// sha3, from Go 1.24 on: the hashes are the same, but of the type *sha3.SHA3, no longer of
// hash.Hash. So the file uses Sum224 to Sum512, and New224 to New512 only where the result
// is an argument for an interface with methods, or has its methods Write, Sum, Reset, Size
// and BlockSize called, itself or in a variable that it declares.
//
// # What is left
//
// left: a file's import of sha3 with a use that has no counterpart. Hashes that are
// returned, stored in fields or made by function values, as for hmac.New; the Keccak of
// before the standard, which Ethereum uses; SHAKE. And an ed25519 of before 2019, whose
// types are its own.
//
// errors-left, from Go 1.24 on: golang.org/x/crypto/hkdf and pbkdf2. The functions of
// crypto/hkdf and crypto/pbkdf2 return errors, and the first returns keys for readers.
package cryptostd
