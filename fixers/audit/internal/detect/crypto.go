package detect

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"go/ast"
	"go/types"
	"math/big"
	"strings"
)

// policies finds certificates whose policies are in the older of two fields.
var policies = setting(func(p *pass) {
	p.literals("crypto/x509.Certificate", func(_ *ast.CompositeLit, fields map[string]ast.Expr) {
		if e := fields["PolicyIdentifiers"]; e != nil && fields["Policies"] == nil {
			p.found(e, "x509usepolicies", "CreateCertificate does not look at PolicyIdentifiers any more: the certificate has no policies, unless Policies is set")
		}
	})
}, "x509usepolicies")

// subjectKey finds certificates of authorities whose key identifier is left to the library,
// unless the key is made there as well: then it is another one each time.
var subjectKey = shipped(func(p *pass) {
	fresh := make(map[*ast.CompositeLit]bool)
	p.bodies(func(body *ast.BlockStmt) {
		makes := false
		inspectBody(body, func(n ast.Node) {
			if call, ok := n.(*ast.CallExpr); ok {
				if f, ok := p.function(call); ok && f.Name() == "GenerateKey" {
					makes = true
				}
			}
		})
		inspectBody(body, func(n ast.Node) {
			if lit, ok := n.(*ast.CompositeLit); ok && makes {
				fresh[lit] = true
			}
		})
	})
	p.literals("crypto/x509.Certificate", func(lit *ast.CompositeLit, fields map[string]ast.Expr) {
		id, ok := fields["IsCA"].(*ast.Ident)
		if ok && p.TypesInfo.Uses[id] == types.Universe.Lookup("true") && fields["SubjectKeyId"] == nil && !fresh[lit] && !p.assignedLater(lit, "SubjectKeyId") {
			p.found(lit, "x509sha256skid", "the certificate's SubjectKeyId is another: it is made with SHA-256 in place of SHA-1")
		}
	})
}, "x509sha256skid")

// LeastBits is the size of the smallest RSA key that is accepted.
const LeastBits = 1024

// smallKeys finds RSA keys that are made, or stand in the source, and are too small; and
// certificates in the source that are not accepted any more.
var smallKeys = setting(func(p *pass) {
	p.calls(func(call *ast.CallExpr, name string) {
		if name != "crypto/rsa.GenerateKey" && name != "crypto/rsa.GenerateMultiPrimeKey" {
			return
		}
		if bits, ok := p.number(call.Args[len(call.Args)-1]); ok && bits < LeastBits {
			p.found(call, "rsa1024min", fmt.Sprintf("the call fails: a key of %d bits is too small", bits))
		}
	})
	p.inspector.Preorder([]ast.Node{(*ast.BasicLit)(nil)}, func(n ast.Node) {
		lit := n.(*ast.BasicLit)
		s, ok := p.text(lit)
		if !ok || !strings.Contains(s, "-----BEGIN ") {
			return
		}
		for block, rest := pem.Decode([]byte(s)); block != nil; block, rest = pem.Decode(rest) {
			if bits := RSABits(block); bits > 0 && bits < LeastBits {
				p.found(lit, "rsa1024min", fmt.Sprintf("signing, verifying and encrypting with this key fails: it has %d bits", bits))
			}
			if block.Type == "CERTIFICATE" && NegativeSerial(block.Bytes) {
				p.found(lit, "x509negativeserial", "parsing this certificate fails: its serial number is negative")
			}
		}
	})
}, "rsa1024min", "x509negativeserial")

// RSABits returns the size of the RSA key in a PEM block, or 0 if it has none.
func RSABits(block *pem.Block) int {
	var modulus *big.Int
	switch block.Type {
	case "RSA PRIVATE KEY":
		modulus = secondInteger(block.Bytes)
	case "RSA PUBLIC KEY":
		var key struct{ N, E *big.Int }
		if _, err := asn1.Unmarshal(block.Bytes, &key); err == nil {
			modulus = key.N
		}
	case "CERTIFICATE", "PUBLIC KEY", "PRIVATE KEY":
		modulus = publicModulus(block)
	}
	if modulus == nil || modulus.Sign() <= 0 {
		return 0
	}
	return modulus.BitLen()
}

// secondInteger returns the second element of a sequence, which is an integer: the modulus of
// an RSA private key.
func secondInteger(der []byte) *big.Int {
	var elements []asn1.RawValue
	if _, err := asn1.Unmarshal(der, &elements); err != nil || len(elements) < 2 {
		return nil
	}
	n := new(big.Int)
	if _, err := asn1.Unmarshal(elements[1].FullBytes, &n); err != nil {
		return nil
	}
	return n
}

func publicModulus(block *pem.Block) *big.Int {
	switch block.Type {
	case "PRIVATE KEY":
		var key struct {
			Version   int
			Algorithm asn1.RawValue
			Key       []byte
		}
		if _, err := asn1.Unmarshal(block.Bytes, &key); err != nil {
			return nil
		}
		return secondIntegerOfRSA(key.Algorithm.FullBytes, key.Key)
	case "PUBLIC KEY":
		return spkiModulus(block.Bytes)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return spkiModulus(cert.RawSubjectPublicKeyInfo)
}

func secondIntegerOfRSA(algorithm, key []byte) *big.Int {
	if !isRSA(algorithm) {
		return nil
	}
	return secondInteger(key)
}

func spkiModulus(der []byte) *big.Int {
	var info struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &info); err != nil || !isRSA(info.Algorithm.FullBytes) {
		return nil
	}
	var key struct{ N, E *big.Int }
	if _, err := asn1.Unmarshal(info.Key.Bytes, &key); err != nil {
		return nil
	}
	return key.N
}

// rsaEncryption is the object identifier of RSA keys (RFC 8017, A.1).
func rsaEncryption() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1} }

func isRSA(algorithm []byte) bool {
	var a struct {
		ID         asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	_, err := asn1.Unmarshal(algorithm, &a)
	return err == nil && a.ID.Equal(rsaEncryption())
}

// NegativeSerial reports whether a certificate, which is in DER, has a negative serial number.
func NegativeSerial(der []byte) bool {
	var cert struct {
		TBS       asn1.RawValue
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(der, &cert); err != nil {
		return false
	}
	var tbs []asn1.RawValue
	if _, err := asn1.Unmarshal(cert.TBS.FullBytes, &tbs); err != nil {
		return false
	}
	for _, element := range tbs { // the version, if any, is explicitly tagged
		if element.Class == asn1.ClassUniversal && element.Tag == asn1.TagInteger {
			return len(element.Bytes) > 0 && element.Bytes[0]&0x80 != 0
		}
	}
	return false
}

// customRand finds crypto functions that are given a random source other than the secure one.
var customRand = setting(func(p *pass) {
	p.calls(func(call *ast.CallExpr, name string) {
		i, ok := randArgument[name]
		if !ok || i >= len(call.Args) {
			return
		}
		t := p.TypesInfo.TypeOf(call.Args[i])
		if t == nil || types.IsInterface(t) || p.isNil(ast.Unparen(call.Args[i])) {
			return
		}
		p.found(call.Args[i], "cryptocustomrand", name+" does not read from this any more, and takes secure random numbers: its results differ each time")
	})
}, "cryptocustomrand")

// randArgument has the index of the random source among the arguments of a function that
// ignores it since Go 1.26.
var randArgument = map[string]int{
	"(crypto/ecdh.Curve).GenerateKey":  0,
	"crypto/dsa.GenerateKey":           1,
	"crypto/ecdsa.GenerateKey":         1,
	"crypto/ecdsa.Sign":                0,
	"crypto/ecdsa.SignASN1":            0,
	"crypto/ed25519.GenerateKey":       0,
	"crypto/rand.Prime":                0,
	"crypto/rsa.EncryptPKCS1v15":       0,
	"crypto/rsa.GenerateKey":           0,
	"crypto/rsa.GenerateMultiPrimeKey": 0,
}
