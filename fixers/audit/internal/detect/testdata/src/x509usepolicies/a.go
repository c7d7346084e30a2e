package x509usepolicies

import (
	"crypto/x509"
	"encoding/asn1"
)

var (
	old   = x509.Certificate{PolicyIdentifiers: []asn1.ObjectIdentifier{{1, 2}}} // want `does not look at PolicyIdentifiers`
	both  = x509.Certificate{PolicyIdentifiers: []asn1.ObjectIdentifier{{1, 2}}, Policies: nil}
	other = x509.Certificate{}
)
