package muxpattern

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "methods in the patterns of http.ServeMux",
	Since:    "go1.22",
	Kinds: []fix.Kind{
		{
			Name:         "method",
			Summary:      "A handler's check of its method becomes a part of its pattern.",
			Tier:         fix.Suggestion,
			Precondition: "Nobody needs the old text of the answer 405, HEAD may do what GET does, and the programs that use this have the line go 1.22.",
		},
		{
			Name:    "subtree",
			Summary: "A handler of a subtree keeps its check, as its pattern could conflict with others.",
			Tier:    fix.Left,
		},
		{
			Name:    "status",
			Summary: "A check that answers with another status than 405 stays.",
			Tier:    fix.Left,
		},
		{
			Name:    "shared",
			Summary: "A function that is used elsewhere too keeps its check.",
			Tier:    fix.Left,
		},
		{
			Name:    "comment",
			Summary: "A check with a comment stays.",
			Tier:    fix.Left,
		},
	},
}
