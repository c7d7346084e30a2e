package godebugs

import "strconv"

// meanings returns what each setting with a change of its default is about, by the release
// notes and doc/godebug.md of the toolchain.
func meanings() map[string]Meaning {
	godebug := func(minor int) string { return "https://go.dev/doc/godebug#go-1" + strconv.Itoa(minor) }
	note := func(minor int, anchor string) string {
		return "https://go.dev/doc/go1." + strconv.Itoa(minor) + "#" + anchor
	}
	return map[string]Meaning{
		"asynctimerchan": {
			Text:    "the channels of timers hold no value: their len and cap are 0, and nothing from before a Stop or Reset is received after it",
			Source:  note(23, "timer-changes"),
			Routine: true,
		},
		"containermaxprocs": {
			Text:   "GOMAXPROCS goes by the CPU limit of the container, where it is lower than the number of CPUs",
			Source: note(25, "container-aware-gomaxprocs"),
		},
		"cryptocustomrand": {
			Text:   "functions that make keys or signatures ignore the random source that they are given, and use a secure one",
			Source: note(26, "cryptopkgcrypto"),
		},
		"decoratemappings": {
			Text:   "the memory of the Go runtime has names in /proc/self/maps",
			Source: godebug(25),
		},
		"gotestjsonbuildtext": {
			Text:   "go test -json tells failures to build as JSON events of their own",
			Source: godebug(24),
		},
		"gotypesalias": {
			Text:   "go/types has a type of its own for aliases, *types.Alias, where it had the type that the alias stands for",
			Source: note(23, "go/types"),
		},
		"httpcookiemaxnum": {
			Text:   "a request or response with more than 3000 cookies is refused",
			Source: godebug(26),
			Weak:   "a client can make the server parse any number of cookies",
		},
		"httplaxcontentlength": {
			Text:   "a request or response with an empty Content-Length header is refused",
			Source: godebug(22),
		},
		"httpmuxgo121": {
			Text:   "patterns of a ServeMux may begin with a method and have wildcards in braces; both they and paths are unescaped segment by segment",
			Source: note(22, "enhanced_routing_patterns"),
		},
		"httpservecontentkeepheaders": {
			Text:   "ServeContent, ServeFile and ServeFS take Cache-Control, Content-Encoding, Etag and Last-Modified from the header when they answer with an error",
			Source: note(23, "nethttppkgnethttp"),
		},
		"httpservecontentmaxranges": {
			// Old should be 0, no limit; the table of Go 1.27 says 1.
			Text:   "ServeContent serves up to 200 ranges of one request; with an older go line, a Go 1.27 toolchain allows one",
			Source: godebug(26),
		},
		"multipathtcp": {
			Text:    "listeners on Linux accept Multipath TCP",
			Source:  note(24, "netpkgnet"),
			Routine: true,
		},
		"netedns0": {
			Text:    "DNS requests tell that larger answers are accepted (EDNS0), which some modems do not like",
			Source:  note(19, "net"),
			Routine: true,
		},
		"panicnil": {
			Text:   "panic(nil) panics with a *runtime.PanicNilError: recover does not return nil for it",
			Source: note(21, "language"),
		},
		"randseednop": {
			Text:   "rand.Seed does nothing: the global generator of math/rand is seeded at random",
			Source: note(24, "mathrandpkgmathrand"),
		},
		"rsa1024min": {
			Text:   "RSA keys of less than 1024 bits are refused",
			Source: note(24, "cryptorsapkgcryptorsa"),
			Weak:   "RSA keys of less than 1024 bits are made, and accepted",
		},
		"tls10server": {
			Text:   "TLS servers without MinVersion refuse clients that know no more than TLS 1.1",
			Source: note(22, "crypto/tls"),
			Weak:   "TLS servers without MinVersion accept TLS 1.0 and 1.1",
		},
		"tls3des": {
			Text:   "3DES cipher suites are not offered, unless Config.CipherSuites has them",
			Source: note(23, "cryptotlspkgcryptotls"),
			Weak:   "3DES cipher suites are offered",
		},
		"tlsmlkem": {
			Text:   "TLS connections offer the key exchange X25519MLKEM768; its first message does not fit into one packet, at which some middleboxes fail",
			Source: note(24, "cryptotlspkgcryptotls"),
			Weak:   "TLS connections offer no key exchange that is safe from quantum computers",
		},
		"tlsrsakex": {
			Text:   "cipher suites with RSA key exchange are not offered, unless Config.CipherSuites has them",
			Source: note(22, "crypto/tls"),
			Weak:   "cipher suites with RSA key exchange, without forward secrecy, are offered",
		},
		"tlssecpmlkem": {
			Text:   "TLS connections offer the key exchanges SecP256r1MLKEM768 and SecP384r1MLKEM1024",
			Source: note(26, "cryptotlspkgcryptotls"),
		},
		"tlssha1": {
			Text:   "SHA-1 signatures are refused in TLS 1.2 handshakes",
			Source: note(25, "cryptotlspkgcryptotls"),
			Weak:   "SHA-1 signatures are accepted in TLS 1.2 handshakes",
		},
		"tlsunsafeekm": {
			Text:   "ConnectionState.ExportKeyingMaterial fails on connections with neither TLS 1.3 nor Extended Master Secret",
			Source: note(22, "crypto/tls"),
			Weak:   "keying material is exported from connections on which it is not unique",
		},
		"tracebacklabels": {
			Text:   "tracebacks show the labels of goroutines",
			Source: godebug(27),
		},
		"updatemaxprocs": {
			Text:   "GOMAXPROCS follows changes of the CPU limit while the program runs",
			Source: note(25, "container-aware-gomaxprocs"),
		},
		"urlmaxqueryparams": {
			Text:   "a query with more than 10000 parameters is refused",
			Source: godebug(26),
			Weak:   "a client can make the server parse any number of query parameters",
			WeakIn: "net/http",
		},
		"urlstrictcolons": {
			Text:   "url.Parse refuses an http or https URL whose host has colons outside of brackets, as http://::1/",
			Source: note(26, "neturlpkgneturl"),
		},
		"winreadlinkvolume": {
			Text:   "on Windows, os.Readlink does not turn volumes into drive letters",
			Source: note(23, "ospkgos"),
		},
		"winsymlink": {
			Text:   "on Windows, mount points are no symbolic links any more for os.Lstat, and other reparse points are irregular files",
			Source: note(23, "ospkgos"),
		},
		"x509keypairleaf": {
			Text:    "tls.X509KeyPair and LoadX509KeyPair fill Certificate.Leaf",
			Source:  note(23, "cryptotlspkgcryptotls"),
			Routine: true,
		},
		"x509negativeserial": {
			Text:   "certificates with a negative serial number are refused",
			Source: note(23, "cryptox509pkgcryptox509"),
		},
		"x509rsacrt": {
			Text:   "ParsePKCS1PrivateKey and ParsePKCS8PrivateKey check the CRT values of RSA keys, and refuse keys with wrong ones",
			Source: godebug(24),
		},
		"x509sha256skid": {
			Text:   "CreateCertificate fills a missing SubjectKeyId with a SHA-256 hash",
			Source: note(25, "cryptox509pkgcryptox509"),
		},
		"x509sslcertoverrideplatform": {
			Text:   "SSL_CERT_FILE and SSL_CERT_DIR replace the platform's certificates on Windows and macOS, too",
			Source: godebug(27),
		},
		"x509usepolicies": {
			Text:    "CreateCertificate takes policies from Certificate.Policies, and ignores PolicyIdentifiers",
			Source:  note(24, "cryptox509pkgcryptox509"),
			Routine: true,
		},
	}
}
