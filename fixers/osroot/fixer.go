package osroot

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "os.OpenInRoot for files that a request names",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "open",
			Summary:      "os.Open of a name from a request, joined to a folder, becomes os.OpenInRoot.",
			Tier:         fix.Suggestion,
			Precondition: "Files outside of the folder are not opened any more, nor through symbolic links that leave it or are absolute; empty names and names with a slash in front are errors.",
		},
	},
}
