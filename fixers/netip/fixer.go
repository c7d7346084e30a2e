package netip

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "net/netip for the archived inet.af/netaddr",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "package",
			Summary:      "The files of a package use net/netip instead of inet.af/netaddr.",
			Tier:         fix.Suggestion,
			Precondition: "Leading zeros are errors when addresses and prefixes are parsed, IPv4 addresses in IPv6 are written with dots, and what is not valid has other texts: look for texts that are stored or compared.",
		},
		{
			Name:    "left",
			Summary: "Packages stay that use what net/netip does not have, or has with other types.",
			Tier:    fix.Left,
		},
	},
}
