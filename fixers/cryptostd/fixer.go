package cryptostd

import "github.com/gomend/gomend/fixers/fix"

// Fixer is cryptostd with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "The standard library's ed25519, sha3, hkdf and pbkdf2 instead of golang.org/x/crypto's",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "ed25519",
			Summary: "An import of golang.org/x/crypto/ed25519 becomes one of crypto/ed25519.",
			Tier:    fix.Safe,
		},
		{
			Name:         "sha3",
			Summary:      "An import of golang.org/x/crypto/sha3 becomes one of crypto/sha3.",
			Since:        newer,
			Tier:         fix.Proven,
			Precondition: "The file computes sums and uses hashes by the methods of hash.Hash alone, where no variable's type comes of them that something else is assigned to.",
		},
		{
			Name:         "hkdf",
			Summary:      "An import of golang.org/x/crypto/hkdf becomes one of crypto/hkdf, whose Key is what was read from a reader, and whose Extract returns an error.",
			Since:        newer,
			Tier:         fix.Suggestion,
			Precondition: "The keys are the same. In FIPS 140-only mode, secrets of less than 14 bytes and hashes other than SHA-2 and SHA-3 are errors, which panicked or were let through, depending on the version of x/crypto.",
		},
		{
			Name:         "pbkdf2",
			Summary:      "An import of golang.org/x/crypto/pbkdf2 becomes one of crypto/pbkdf2, whose Key returns an error, which is returned.",
			Since:        newer,
			Tier:         fix.Suggestion,
			Precondition: "The keys are the same. A length of zero is an error, and so are, in FIPS 140-only mode, keys of less than 14 bytes, salts of less than 16, and hashes other than SHA-2 and SHA-3: these panicked or were let through, depending on the version of x/crypto. The password becomes a string, which can't be wiped from memory.",
		},
		{
			Name:    "errors-left",
			Summary: "An import of golang.org/x/crypto/hkdf or pbkdf2 stays where the error of one of its uses has no place to go.",
			Since:   newer,
			Tier:    fix.Left,
		},
		{
			Name:    "left",
			Summary: "Imports stay where the types are others than the standard library's.",
			Tier:    fix.Left,
		},
	},
}
