package expstd

import "github.com/gomend/gomend/fixers/fix"

// Fixer is expstd with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "The standard library's slices, maps and cmp instead of golang.org/x/exp",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "slices",
			Summary: "An import of golang.org/x/exp/slices becomes one of slices.",
			Tier:    fix.Safe,
		},
		{
			Name:    "maps",
			Summary: "An import of golang.org/x/exp/maps becomes one of maps, and maps.Clear the built-in clear.",
			Tier:    fix.Safe,
		},
		{
			Name:    "ordered",
			Summary: "constraints.Ordered becomes cmp.Ordered.",
			Tier:    fix.Safe,
		},
		{
			Name:         "less",
			Summary:      "The less function that SortFunc and its like took until July 2023 becomes one that compares.",
			Tier:         fix.Proven,
			Precondition: "Each return statement of the function literal compares integers or strings, the result of a comparison with 0, or times by Before.",
		},
		{
			Name:         "keys",
			Summary:      "maps.Keys and maps.Values, which are iterators in the standard library, are collected to slices.",
			Since:        collects,
			Tier:         fix.Proven,
			Precondition: "Nothing tells the nil slice that is collected of an empty map from an empty one.",
		},
		{
			Name:         "keys-nil",
			Summary:      "maps.Keys and maps.Values are collected to slices that are returned or kept.",
			Since:        collects,
			Tier:         fix.Suggestion,
			Precondition: "Of an empty map the slice was empty and will be nil: look for comparisons with nil, encoding as JSON (null instead of []) and reflect.DeepEqual.",
		},
		{
			Name:         "nan",
			Summary:      "An import of golang.org/x/exp/slices becomes one of slices where floating-point numbers, or elements of a type parameter, are ordered.",
			Tier:         fix.Suggestion,
			Precondition: "NaN sorts before all numbers in the standard library, and sorted anywhere in golang.org/x/exp until July 2023: look whether there can be any.",
		},
		{
			Name:         "tail",
			Summary:      "An import of golang.org/x/exp/slices becomes one of slices where elements are cut off.",
			Tier:         fix.Suggestion,
			Precondition: "From Go 1.22 on, Delete, DeleteFunc, Compact, CompactFunc and Replace clear the elements between the new and the old length, which this version of golang.org/x/exp does not: look for other slices of the same array.",
		},
		{
			Name:    "left",
			Summary: "An import of slices or maps stays where one of its uses has no counterpart.",
			Tier:    fix.Left,
		},
		{
			Name:    "constraints-left",
			Summary: "Integer, Signed, Unsigned, Float and Complex have no counterpart.",
			Tier:    fix.Left,
		},
		{
			Name:    "slog-left",
			Summary: "golang.org/x/exp/slog stays: its loggers are of other types, and its default logger is another one.",
			Tier:    fix.Left,
		},
	},
}
