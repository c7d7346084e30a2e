package errorsjoin

import "github.com/gomend/gomend/fixers/fix"

// Fixer is the codemod with its kinds.
var Fixer = &fix.Fixer{
	Analyzer: Analyzer,
	Title:    "errors.Join and several %w for what libraries and messages joined",
	Since:    since,
	Kinds: []fix.Kind{
		{
			Name:         "multierr",
			Summary:      "Append and Combine of go.uber.org/multierr become errors.Join.",
			Tier:         fix.Suggestion,
			Precondition: "The message has a line for each error instead of \"; \" between them, and a single error is wrapped instead of returned itself: look for messages that are compared, and for errors that are compared with ==.",
		},
		{
			Name:         "multierror",
			Summary:      "Append of github.com/hashicorp/go-multierror becomes errors.Join, and ErrorOrNil goes.",
			Tier:         fix.Suggestion,
			Precondition: "The message has a line for each error, without the count and the bullets before them: look for messages that are compared or shown, and for callers in other packages that look for a *multierror.Error.",
		},
		{
			Name:         "wrap",
			Summary:      "A message of several errors by fmt.Errorf wraps them, too.",
			Tier:         fix.Suggestion,
			Precondition: "errors.Is and As find these errors from now on: decide whether callers may rely on that.",
		},
		{
			Name:    "left",
			Summary: "Uses of either library stay in packages that use more of it.",
			Tier:    fix.Left,
		},
	},
}
