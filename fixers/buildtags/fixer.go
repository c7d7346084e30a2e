package buildtags

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "build constraints as //go:build lines, without the Go versions that go.mod demands",
	Since:    "go1.17",
	Kinds: []fix.Kind{
		{
			Name:         "gobuild",
			Summary:      "// +build lines become one //go:build line without the Go versions that the go line implies.",
			Tier:         fix.Proven,
			Precondition: "The new line is true of the same sets of tags, given the module's Go version.",
		},
		{
			Name:         "plusbuild",
			Summary:      "// +build lines beside a //go:build line are removed.",
			Since:        "go1.18",
			Tier:         fix.Proven,
			Precondition: "The // +build lines say what the //go:build line says.",
		},
		{
			Name:         "gotag",
			Summary:      "A //go:build line loses the Go versions that the module's go line implies.",
			Since:        "go1.21",
			Tier:         fix.Proven,
			Precondition: "No loop of the file changes: none has variables that can outlive a turn, or the language of the file stays on its side of Go 1.22.",
		},
		{
			Name:         "unpin",
			Summary:      "A file that its //go:build line held back at the language of Go 1.21 gets that of its module.",
			Since:        "go1.22",
			Tier:         fix.Suggestion,
			Precondition: "Loops whose variables are captured by closures or pointers get a new variable at each turn: look at them.",
		},
		{
			Name:    "dead",
			Summary: "A file that no Go version from the go line on builds is told.",
			Tier:    fix.Left,
		},
		{
			Name:    "mismatch",
			Summary: "// +build lines that contradict the //go:build line are told.",
			Since:   "go1.18",
			Tier:    fix.Left,
		},
		{
			Name:    "newer",
			Summary: "A // +build line that demands a Go version of other loops than the module's stays.",
			Tier:    fix.Left,
		},
		{
			Name:    "notgo",
			Summary: "The // +build lines of files that are not Go are told.",
			Tier:    fix.Left,
		},
	},
}
