package sortfunc

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "slices.SortFunc for sort.Slice",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "slice",
			Summary:      "sort.Slice becomes slices.SortFunc with a function that compares two elements.",
			Tier:         fix.Proven,
			Precondition: "The function only reads the two elements, and each return statement compares the same of both, by integers, strings or times.",
		},
		{
			Name:         "stable",
			Summary:      "sort.SliceStable becomes slices.SortStableFunc with a function that compares two elements.",
			Tier:         fix.Proven,
			Precondition: "The function only reads the two elements, and each return statement compares the same of both, by integers, strings or times.",
		},
		{
			Name:         "float",
			Summary:      "sort.Slice and SliceStable become slices.SortFunc and SortStableFunc where floating-point numbers are compared.",
			Tier:         fix.Suggestion,
			Precondition: "NaN sorts before all numbers from now on, and made the order arbitrary before: look whether there can be any.",
		},
		{
			Name:    "large",
			Summary: "sort.Slice stays for elements of more than 128 bytes, which slices.SortFunc copies for each comparison.",
			Tier:    fix.Left,
		},
	},
}
