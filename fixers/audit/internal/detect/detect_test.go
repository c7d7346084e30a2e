package detect_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
	"golang.org/x/tools/go/analysis/passes/inspect"

	"github.com/gomend/gomend/fixers/audit/internal/detect"
)

// Each detector has a package of its name in testdata/src, with what it finds and, more of
// it, with what it does not. All detectors look at all packages: loading them is what takes
// time.
func TestDetectors(t *testing.T) {
	var names []string
	categories := make(map[string]bool)
	for _, d := range detect.All() {
		names = append(names, d.Analyzer.Name)
		for _, c := range d.Changes {
			categories[c.Name] = true
		}
	}
	all := &analysis.Analyzer{
		Name:     "detectors",
		Doc:      "run all detectors",
		Requires: []*analysis.Analyzer{inspect.Analyzer},
		Run: func(p *analysis.Pass) (any, error) {
			for _, d := range detect.All() {
				if _, err := d.Analyzer.Run(p); err != nil {
					return nil, err
				}
			}
			return nil, nil
		},
	}
	for _, r := range analysistest.Run(t, analysistest.TestData(), all, names...) {
		for _, found := range r.Diagnostics {
			if !categories[found.Category] {
				t.Errorf("%q is of the change %q, which no detector has", found.Message, found.Category)
			}
		}
	}
}

// The sizes of keys are told in all forms in which they are written.
func TestRSABits(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key, err := rsa.GenerateKey(rand.Reader, 512)
	if err != nil {
		t.Fatal(err)
	}
	must := func(der []byte, err error) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	cert := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		der  []byte
		want int
	}{
		{"RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key), 512},
		{"RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey), 512},
		{"PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key)), 512},
		{"PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&key.PublicKey)), 512},
		{"CERTIFICATE", cert, 512},
		{"PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(curve)), 0},
		{"PUBLIC KEY", must(x509.MarshalPKIXPublicKey(&curve.PublicKey)), 0},
		{"CERTIFICATE", []byte("no certificate"), 0},
		{"OPENSSH PRIVATE KEY", nil, 0},
	} {
		if got := detect.RSABits(&pem.Block{Type: test.name, Bytes: test.der}); got != test.want {
			t.Errorf("%s: got %d bits, want %d", test.name, got, test.want)
		}
	}
	if detect.NegativeSerial(cert) {
		t.Error("the serial number 1 is negative")
	}
	// The first integer of the certificate is its serial number: of one byte, here 0xff.
	i := bytes.Index(cert, []byte{asn1.TagInteger, 1, 1, 0x30})
	if i < 0 {
		t.Fatal("the certificate has no serial number")
	}
	cert[i+2] = 0xff
	if !detect.NegativeSerial(cert) {
		t.Error("the serial number -1 is not negative")
	}
}

func FuzzPEM(f *testing.F) {
	f.Add("CERTIFICATE", []byte{0x30, 3, 0x30, 1, 2})
	f.Add("RSA PRIVATE KEY", []byte{0x30, 6, 2, 1, 0, 2, 1, 3})
	f.Add("PUBLIC KEY", []byte{0x30, 0})
	f.Fuzz(func(t *testing.T, name string, der []byte) {
		if bits := detect.RSABits(&pem.Block{Type: name, Bytes: der}); bits < 0 || bits > 8*len(der) {
			t.Errorf("%d bits in %d bytes", bits, len(der))
		}
		detect.NegativeSerial(der)
	})
}

func TestChanges(t *testing.T) {
	seen := make(map[string]bool)
	for _, d := range detect.All() {
		for _, c := range d.Changes {
			if seen[c.Name] {
				t.Errorf("%s has two detectors", c.Name)
			}
			seen[c.Name] = true
			if (c.Toolchain == 0) != (c.Source == "") {
				t.Errorf("%s: a change of the toolchain has a version and a source, and a setting has neither", c.Name)
			}
		}
	}
}
