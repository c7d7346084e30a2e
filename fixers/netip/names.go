package netip

// functions are the package-level functions of inet.af/netaddr that have the same parameters
// and results in net/netip, but for the types' names, by their names there.
var functions = map[string]string{
	"FromStdIPRaw":          "AddrFromSlice",
	"IPFrom4":               "AddrFrom4",
	"IPPortFrom":            "AddrPortFrom",
	"IPv6LinkLocalAllNodes": "IPv6LinkLocalAllNodes",
	"IPv6Raw":               "AddrFrom16",
	"IPv6Unspecified":       "IPv6Unspecified",
	"MustParseIP":           "MustParseAddr",
	"MustParseIPPort":       "MustParseAddrPort",
	"MustParseIPPrefix":     "MustParsePrefix",
	"ParseIP":               "ParseAddr",
	"ParseIPPort":           "ParseAddrPort",
	"ParseIPPrefix":         "ParsePrefix",
}

// typeNames are the types, by their names in net/netip.
var typeNames = map[string]string{
	"IP":       "Addr",
	"IPPort":   "AddrPort",
	"IPPrefix": "Prefix",
}

// methods are the methods with the same parameters and results, by their types, with their
// names in net/netip.
var methods = map[string]map[string]string{
	"IP": {
		"AppendTo":                  "AppendTo",
		"As16":                      "As16",
		"As4":                       "As4",
		"Compare":                   "Compare",
		"Is4":                       "Is4",
		"Is4in6":                    "Is4In6",
		"Is6":                       "Is6",
		"IsGlobalUnicast":           "IsGlobalUnicast",
		"IsInterfaceLocalMulticast": "IsInterfaceLocalMulticast",
		"IsLinkLocalMulticast":      "IsLinkLocalMulticast",
		"IsLinkLocalUnicast":        "IsLinkLocalUnicast",
		"IsLoopback":                "IsLoopback",
		"IsMulticast":               "IsMulticast",
		"IsPrivate":                 "IsPrivate",
		"IsUnspecified":             "IsUnspecified",
		"IsValid":                   "IsValid",
		"Less":                      "Less",
		"MarshalBinary":             "MarshalBinary",
		"MarshalText":               "MarshalText",
		"Next":                      "Next",
		"Prior":                     "Prev",
		"String":                    "String",
		"StringExpanded":            "StringExpanded",
		"UnmarshalBinary":           "UnmarshalBinary",
		"UnmarshalText":             "UnmarshalText",
		"Unmap":                     "Unmap",
		"WithZone":                  "WithZone",
		"Zone":                      "Zone",
	},
	"IPPort": {
		"AppendTo":      "AppendTo",
		"IP":            "Addr",
		"IsValid":       "IsValid",
		"MarshalText":   "MarshalText",
		"Port":          "Port",
		"String":        "String",
		"UnmarshalText": "UnmarshalText",
		"Valid":         "IsValid",
	},
	"IPPrefix": {
		"AppendTo":      "AppendTo",
		"Contains":      "Contains",
		"IP":            "Addr",
		"IsSingleIP":    "IsSingleIP",
		"IsValid":       "IsValid",
		"MarshalText":   "MarshalText",
		"Masked":        "Masked",
		"Overlaps":      "Overlaps",
		"String":        "String",
		"UnmarshalText": "UnmarshalText",
		"Valid":         "IsValid",
	},
}
