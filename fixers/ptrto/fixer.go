package ptrto

import "github.com/gomend/gomend/fixers/fix"

// Fixer is ptrto with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "reflect.PointerTo and reflect.Pointer under their new names",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "ptrto",
			Summary: "reflect.PtrTo becomes reflect.PointerTo.",
			Tier:    fix.Safe,
		},
		{
			Name:    "ptr",
			Summary: "The kind reflect.Ptr becomes reflect.Pointer.",
			Tier:    fix.Safe,
		},
		{
			Name:    "left",
			Summary: "Uses of a dot import stay.",
			Tier:    fix.Left,
		},
	},
}
