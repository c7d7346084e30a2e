package audit

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/fixers/audit/internal/detect"
	"github.com/gomend/gomend/workspace"
)

// noSHA1 is the minor version of the toolchain whose crypto/x509 refuses certificates that are
// signed with SHA-1; see its release notes.
const (
	noSHA1       = 18
	noSHA1Source = "https://go.dev/doc/go1.18#sha1"
)

// largestFixture is the size from which on a file is no key or certificate.
const largestFixture = 1 << 16

// fixtures finds keys and certificates beside the code of a unit, in its packages' folders and
// their testdata, that are not accepted any more.
func (a *audit) fixtures(u *unit) {
	for _, p := range u.Packages {
		dirs := []string{p.Dir}
		testdata := filepath.Join(p.Dir, "testdata")
		filepath.WalkDir(testdata, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				dirs = append(dirs, path)
			}
			return nil // what can't be read is no fixture
		})
		for _, dir := range dirs {
			entries, err := os.ReadDir(dir)
			if err != nil {
				continue
			}
			for _, e := range entries {
				switch strings.ToLower(filepath.Ext(e.Name())) {
				case ".cer", ".cert", ".crt", ".key", ".pem":
					if info, err := e.Info(); err == nil && info.Mode().IsRegular() && info.Size() <= largestFixture {
						a.fixture(u, p, filepath.Join(dir, e.Name()))
					}
				}
			}
		}
	}
}

// fixture looks at the blocks of a PEM file.
func (a *audit) fixture(u *unit, p *workspace.Package, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		return
	}
	whole := data
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		at := len(whole) - len(rest) // the end of the block
		begin := bytes.LastIndex(whole[:at], []byte("-----BEGIN "))
		line := 1 + bytes.Count(whole[:max(begin, 0)], []byte("\n"))
		for _, f := range a.weakBlock(u, block) {
			f.Pos = token.Position{Filename: name, Line: line}
			f.Evidence, f.Sure = Pattern, true
			f.Module, f.Package = p.Module.Name(), p.ImportPath
			f.Test = strings.Contains(filepath.ToSlash(name), "/testdata/")
			a.found = append(a.found, f)
		}
	}
}

// weakBlock returns what is not accepted any more about a key or certificate.
func (a *audit) weakBlock(u *unit, block *pem.Block) []Finding {
	var all []Finding
	add := func(setting, text string) {
		if slices.ContainsFunc(u.moves, func(s godebugs.Setting) bool { return s.Name == setting }) {
			s := a.setting(setting)
			all = append(all, Finding{Cause: setting, Trigger: Godebug, Text: text, Source: s.Source, Keep: a.keep(s)})
		}
	}
	if bits := detect.RSABits(block); bits > 0 && bits < detect.LeastBits {
		add("rsa1024min", fmt.Sprintf("signing, verifying and encrypting with this key fails: it has %d bits", bits))
	}
	if block.Type != "CERTIFICATE" {
		return all
	}
	if detect.NegativeSerial(block.Bytes) {
		add("x509negativeserial", "parsing this certificate fails: its serial number is negative")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil || godebugs.Minor(u.line.version) >= noSHA1 || a.to < noSHA1 {
		return all
	}
	// Nobody checks the signature of a certificate that is signed by itself.
	sha1 := cert.SignatureAlgorithm == x509.SHA1WithRSA || cert.SignatureAlgorithm == x509.ECDSAWithSHA1
	if sha1 && !bytes.Equal(cert.RawIssuer, cert.RawSubject) {
		all = append(all, Finding{
			Cause: "sha1certificate", Trigger: Toolchain, Source: noSHA1Source,
			Text: "verifying this certificate fails: it is signed with SHA-1", Keep: "sign it again with SHA-256",
		})
	}
	return all
}
