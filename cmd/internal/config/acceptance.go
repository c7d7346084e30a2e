package config

import (
	"slices"
	"time"
)

// Covers reports whether the acceptance is for a module of a path, in the folder dir, which is
// slash-separated and relative to [Config.Dir].
func (a *Acceptance) Covers(path, dir string) bool {
	return len(a.Modules) == 0 || slices.ContainsFunc(a.Modules, func(pattern string) bool { return namesPackage(pattern, path, dir) })
}

// Ends returns when the last day of the acceptance is over, in UTC.
func (a *Acceptance) Ends() time.Time {
	t, err := time.Parse(time.DateOnly, a.Until)
	if err != nil {
		return time.Time{} // the decoder has told
	}
	return t.Add(24*time.Hour - time.Nanosecond)
}

// Any is the advisory of acceptances that go by something else.
const Any = "any"

// Selects reports whether the acceptance says anything but for which modules it is.
func (a *Acceptance) Selects() bool {
	return a.Advisory != Any || len(a.Levels)+len(a.Precision)+len(a.Kinds) > 0 || a.Fixable != "" || a.MaxAge != ""
}

// Age returns the time within which an advisory has to have been published, or 0 for any.
func (a *Acceptance) Age() time.Duration {
	if a.MaxAge == "" {
		return 0
	}
	age, err := ParseAge(a.MaxAge)
	if err != nil {
		return 0 // the decoder has told
	}
	return age
}
