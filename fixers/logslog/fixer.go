package logslog

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "log/slog for messages of package log, in files that use both",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "info",
			Summary:      `log.Println("stopped") becomes slog.Info("stopped").`,
			Tier:         fix.Suggestion,
			Precondition: "Nobody reads the line in its old format, or asks package log for another destination, and Info is the message's level.",
		},
		{
			Name:         "error",
			Summary:      `log.Printf("serving failed: %v", err) becomes slog.Error("serving failed", "err", err).`,
			Tier:         fix.Suggestion,
			Precondition: "Nobody reads the line in its old format, or asks package log for another destination, and Error is the message's level.",
		},
	},
}
