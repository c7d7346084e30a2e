// Package cryptostd replaces packages of golang.org/x/crypto by those that the standard
// library has taken over from it.
//
// crypto/ed25519 came with Go 1.13 (https://go.dev/doc/go1.13#crypto/ed25519), and
// golang.org/x/crypto/ed25519 has been a list of other names for it since then. crypto/sha3
// came with Go 1.24 (https://go.dev/doc/go1.24#crypto-sha3), and so did crypto/hkdf and
// crypto/pbkdf2 (https://go.dev/doc/go1.24#crypto-hkdf). What the standard library has is
// kept up with the toolchain, and is what a FIPS 140-3 build replaces.
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
// A key of a password:
//
//	import (
//		"crypto/sha256"
//
//		"golang.org/x/crypto/pbkdf2"
//	)
//
//	func keyOf(password string, salt []byte) ([]byte, error) {
//		return pbkdf2.Key([]byte(password), salt, 600000, 32, sha256.New), nil
//	}
//
// A key that is read:
//
//	import (
//		"crypto/sha256"
//		"io"
//
//		"golang.org/x/crypto/hkdf"
//	)
//
//	func sessionKey(secret, salt []byte) ([]byte, error) {
//		r := hkdf.New(sha256.New, secret, salt, []byte("session"))
//		key := make([]byte, 32)
//		if _, err := io.ReadFull(r, key); err != nil {
//			return nil, err
//		}
//		return key, nil
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
// A key of a password:
//
//	import (
//		"crypto/pbkdf2"
//		"crypto/sha256"
//	)
//
//	func keyOf(password string, salt []byte) ([]byte, error) {
//		return pbkdf2.Key(sha256.New, password, salt, 600000, 32)
//	}
//
// A key that is read:
//
//	import (
//		"crypto/hkdf"
//		"crypto/sha256"
//	)
//
//	func sessionKey(secret, salt []byte) ([]byte, error) {
//		key, err := hkdf.Key(sha256.New, secret, salt, "session", 32)
//		if err != nil {
//			return nil, err
//		}
//		return key, nil
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
// pbkdf2, a suggestion from Go 1.24 on: each call in the file is returned beside a nil
// error, or assigned to a variable in a function whose last result is an error, which is
// returned from there. The keys are the same. A key of no length is an error now, and in FIPS
// 140-only mode so are short keys, short salts and other hashes than SHA-2 and SHA-3:
// golang.org/x/crypto panics for them where it calls the standard library, and lets them
// through where it does not yet. The password is a string, and strings can't be wiped.
//
// hkdf, a suggestion from Go 1.24 on: each reader in the file is read once, by io.ReadFull,
// into a slice that is made in the statement before, and its error is looked at by an if
// statement that leaves. Extract is as Key of pbkdf2. The keys are the same, and a key that
// is too long is an error as before. In FIPS 140-only mode, short secrets and other hashes
// are errors now.
//
// # What is left
//
// left: a file's import of sha3 with a use that has no counterpart. Hashes that are
// returned, stored in fields or made by function values, as for hmac.New; the Keccak of
// before the standard, which Ethereum uses; SHAKE. And an ed25519 of before 2019, whose
// types are its own.
//
// errors-left, from Go 1.24 on: a file's import of hkdf or pbkdf2 where the error of one of
// its calls has no place to go, as in a function that returns a key alone; where HKDF's
// reader is more than a way to one key; and where arguments would change their order though
// several of them are calls.
package cryptostd
