package timelayout

import "github.com/gomend/gomend/fixers/fix"

// Fixer is timelayout with what its users need to know about it.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "time.DateTime, DateOnly and TimeOnly for layouts",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:    "layout",
			Summary: `The layouts "2006-01-02 15:04:05", "2006-01-02" and "15:04:05" become time.DateTime, time.DateOnly and time.TimeOnly.`,
			Tier:    fix.Safe,
		},
	},
}
