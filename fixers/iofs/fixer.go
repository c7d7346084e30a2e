package iofs

import "github.com/gomend/gomend/fixers/fix"

// Fixer is iofs with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "filepath.WalkDir where filepath.Walk asks for too much",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "walkdir",
			Summary:      "filepath.Walk becomes filepath.WalkDir, its callback's os.FileInfo an os.DirEntry, and Mode becomes Type where only the file's type is asked for.",
			Tier:         fix.Proven,
			Precondition: "The callback returns the error that it is given before anything else, does nothing but return for folders, and asks the info for no more than the name and type.",
		},
		{
			Name:         "walkdir-errors",
			Summary:      "filepath.Walk becomes filepath.WalkDir where a folder that can't be read makes a difference.",
			Tier:         fix.Suggestion,
			Precondition: "WalkDir calls the callback for a folder before it reads it, and again with the error if that fails; Walk calls once, with the error: decide whether the callback may see such a folder twice.",
		},
		{
			Name:    "walkdir-left",
			Summary: "filepath.Walk stays where the callback asks the info for more than name and type, or can't be changed.",
			Tier:    fix.Left,
		},
	},
}
