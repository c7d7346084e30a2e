package quotedint

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "numbers that %q prints as characters by a conversion that says so",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "fits",
			Summary: `fmt.Sprintf("%q", n) becomes fmt.Sprintf("%q", rune(n)), where n has at most 32 bits.`,
			Tier:    fix.Safe,
		},
		{
			Name:         "wide",
			Summary:      `fmt.Sprintf("%q", n) becomes fmt.Sprintf("%q", rune(n)), where n can be larger than any character.`,
			Tier:         fix.Proven,
			Precondition: "Only numbers of more than 32 bits, which are no characters, come out otherwise.",
		},
	},
}
