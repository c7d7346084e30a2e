package testenv

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "T.TempDir, T.Setenv and T.Chdir for what tests clean up by hand",
	Since:    "go1.15",
	Kinds: []fix.Kind{
		{
			Name:         "tempdir",
			Summary:      "A temporary folder that a test makes and removes becomes T.TempDir.",
			Tier:         fix.Proven,
			Precondition: "The folder is removed at the end of the function, its error fails the test, and the file has no Chmod and no unix socket.",
		},
		{
			Name:         "tempdirname",
			Summary:      "The same where the folder's name or the permissions in it could matter.",
			Tier:         fix.Suggestion,
			Precondition: "Look whether a unix socket's path becomes too long, or a folder can't be removed.",
		},
		{
			Name:         "setenv",
			Summary:      "os.Setenv with a deferred restore becomes T.Setenv.",
			Since:        "go1.17",
			Tier:         fix.Suggestion,
			Precondition: "No later test needs the variable to be empty, or unset, rather than as it was.",
		},
		{
			Name:         "chdir",
			Summary:      "os.Chdir with a deferred restore becomes T.Chdir.",
			Since:        "go1.24",
			Tier:         fix.Suggestion,
			Precondition: "Nothing that the test starts minds that PWD is set too.",
		},
		{
			Name:    "parallel",
			Summary: "A test that may be parallel keeps changing the environment of the whole process.",
			Since:   "go1.17",
			Tier:    fix.Left,
		},
		{
			Name:    "kept",
			Summary: "A temporary folder stays where its error is used later, or a comment would be lost.",
			Tier:    fix.Left,
		},
	},
}
