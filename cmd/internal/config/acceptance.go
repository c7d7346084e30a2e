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
