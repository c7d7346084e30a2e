package xerrors

import "github.com/gomend/gomend/fixers/fix"

// Fixer is xerrors with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "Packages errors and fmt instead of golang.org/x/xerrors",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "unwrap",
			Summary: "xerrors.Unwrap becomes errors.Unwrap.",
			Tier:    fix.Safe,
		},
		{
			Name:         "chain",
			Summary:      "xerrors.Is and As become errors.Is and As.",
			Tier:         fix.Suggestion,
			Precondition: "From Go 1.20 on, errors.Is and As also look into errors that wrap several, as those of errors.Join: what was not found in one will be.",
		},
		{
			Name:         "frame",
			Summary:      "xerrors.New and Errorf become errors.New and fmt.Errorf.",
			Tier:         fix.Suggestion,
			Precondition: "The message is the same, but %+v prints no file and line any more: look for logs that use it.",
		},
		{
			Name:    "left",
			Summary: "Formatters, frames, Opaque, and formats that wrap otherwise than at their end stay.",
			Tier:    fix.Left,
		},
	},
}
