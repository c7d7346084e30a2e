package printfconst

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    `texts in the place of a format after "%s"`,
	Since:    "go1.24",
	Kinds: []fix.Kind{
		{
			Name:         "percentfree",
			Summary:      `fmt.Errorf(text) becomes fmt.Errorf("%s", text), where the text can't hold a %.`,
			Tier:         fix.Proven,
			Precondition: "The text consists of constants without a %, numbers and variables that are given only such texts.",
		},
		{
			Name:         "text",
			Summary:      `fmt.Errorf(text) becomes fmt.Errorf("%s", text), where a % in the text would have been mangled.`,
			Tier:         fix.Proven,
			Precondition: "No constant part of the text has a %: the output changes only where it was mangled.",
		},
		{
			Name:         "format",
			Summary:      `fmt.Errorf(format) becomes fmt.Errorf("%s", format), where the name says that it is a format.`,
			Tier:         fix.Suggestion,
			Precondition: "Nobody gives a text in which each % is doubled: look at where it comes from.",
		},
		{
			Name:    "verbs",
			Summary: "A text with a constant part that has a % stays.",
			Tier:    fix.Left,
		},
	},
}
