package cryptostd

import "github.com/gomend/gomend/fixers/fix"

// Fixer is cryptostd with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "The standard library's ed25519 and sha3 instead of golang.org/x/crypto's",
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
			Name:    "errors-left",
			Summary: "golang.org/x/crypto/hkdf and pbkdf2 stay: their successors' functions return errors.",
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
