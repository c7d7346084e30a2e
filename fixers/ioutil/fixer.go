package ioutil

import "github.com/gomend/gomend/fixers/fix"

// Fixer is ioutil with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "io/ioutil's functions under their new names",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "move",
			Summary: "Discard, NopCloser, ReadAll, ReadFile, WriteFile, TempFile and TempDir become what they have been since Go 1.16: members of io and os.",
			Tier:    fix.Safe,
		},
		{
			Name:         "readdir",
			Summary:      "ioutil.ReadDir becomes os.ReadDir, and Mode becomes Type where only the file's type is asked for.",
			Tier:         fix.Proven,
			Precondition: "Nothing asks an entry for more than its name and type, no entry and no slice of them leaves the function, and none is used after an error.",
		},
		{
			Name:         "readdir-partial",
			Summary:      "ioutil.ReadDir becomes os.ReadDir where nothing looks at the error before the entries are used.",
			Tier:         fix.Suggestion,
			Precondition: "os.ReadDir returns the entries that it read before an error, ioutil.ReadDir none: decide whether a part of a folder is as good as nothing here.",
		},
		{
			Name:         "readdir-info",
			Summary:      "ioutil.ReadDir becomes os.ReadDir and a loop that asks each entry for its Info.",
			Tier:         fix.Suggestion,
			Precondition: "The program does what it did before; it gains only if the loop is merged with the one that uses the entries, which then has to handle an entry that is gone (fs.ErrNotExist).",
		},
		{
			Name:    "readdir-left",
			Summary: "ioutil.ReadDir stays where its []os.FileInfo is needed.",
			Tier:    fix.Left,
		},
		{
			Name:    "left",
			Summary: "Uses of a dot import, and ioutil.Discard where it is set or its address taken, stay.",
			Tier:    fix.Left,
		},
	},
}
