package osv

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/mod/semver"
)

// Contains reports whether the advisory concerns a version of the module, as "v1.2.3". A
// module without ranges of semantic versions is concerned as a whole.
func (a *Affected) Contains(version string) bool {
	semvers := false
	for _, r := range a.Ranges {
		if r.Type == Semver {
			semvers = true
			if r.Contains(version) {
				return true
			}
		}
	}
	return !semvers
}

// Contains reports whether a version, as "v1.2.3", lies in the range. One of another type
// than [Semver] has none. The version at which the trouble begins belongs to it, and that at
// which it ends does not.
func (r *Range) Contains(version string) bool {
	if r.Type != Semver {
		return false
	}
	if len(r.Events) == 0 {
		return true
	}
	inside := false
	for _, e := range r.sorted() {
		switch {
		case !inside && e.Introduced != "":
			inside = compareVersions(version, e.Introduced) >= 0
		case inside && e.Fixed != "":
			inside = compareVersions(version, e.Fixed) < 0
		}
	}
	return inside
}

// sorted returns the events by their versions.
func (r *Range) sorted() []Event {
	events := slices.Clone(r.Events)
	slices.SortStableFunc(events, func(a, b Event) int {
		return compareVersions(cmp.Or(a.Fixed, a.Introduced), cmp.Or(b.Fixed, b.Introduced))
	})
	return events
}

// Fix returns the least version after the given one that is concerned by none of what the
// entry has on the module, as "v1.2.3", or "" if there is none.
func (e *Entry) Fix(module, version string) string {
	var fixes []string
	for _, a := range e.Affected {
		if a.Module.Path != module {
			continue
		}
		for _, r := range a.Ranges {
			if r.Type != Semver {
				continue
			}
			for _, event := range r.Events {
				if event.Fixed != "" && compareVersions(version, event.Fixed) < 0 {
					fixes = append(fixes, canonical(event.Fixed))
				}
			}
		}
	}
	slices.SortFunc(fixes, compareVersions)
	for _, fix := range fixes {
		if !e.Concerns(module, fix) {
			return fix
		}
	}
	return ""
}

// Unconcerned returns the least version of a module, from one on, that none of the entries
// concerns, or "" if there is none.
func Unconcerned(module, version string, entries []*Entry) string {
	for version != "" {
		i := slices.IndexFunc(entries, func(e *Entry) bool { return e.Concerns(module, version) })
		if i < 0 {
			break
		}
		version = entries[i].Fix(module, version)
	}
	return version
}

// Concerns reports whether the entry concerns a version of a module on any platform.
func (e *Entry) Concerns(module, version string) bool {
	return slices.ContainsFunc(e.Affected, func(a Affected) bool {
		return a.Module.Path == module && a.Contains(version)
	})
}

// LatestFix returns the last version that mends the module in the ranges, without "v", or
// "" where a later one is vulnerable again or there is none. Indexes of databases have it.
func (a *Affected) LatestFix() string {
	latest := ""
	for _, r := range a.Ranges {
		if r.Type != Semver || len(r.Events) == 0 {
			continue
		}
		events := r.sorted()
		last := events[len(events)-1]
		if last.Fixed == "" {
			return "" // it is introduced again
		}
		if latest == "" || compareVersions(latest, last.Fixed) < 0 {
			latest = last.Fixed
		}
	}
	return latest
}

// Less reports whether a version comes before another, as "v1.2.3"; "" comes first.
func Less(v, w string) bool { return semver.Compare(v, w) < 0 }

// compareVersions compares versions with "v", "go" or neither; "0" comes first.
func compareVersions(v, w string) int {
	switch {
	case v == w:
		return 0
	case v == "0":
		return -1
	case w == "0":
		return 1
	}
	return semver.Compare(canonical(v), canonical(w))
}

func canonical(version string) string {
	return "v" + strings.TrimPrefix(strings.TrimPrefix(version, "v"), "go")
}

// OfGo returns the semantic version of a Go release, as "v1.22.0" of "go1.22" and
// "v1.23.0-rc.1" of "go1.23rc1", or "" if it is none. What follows a space, or a hyphen as
// in "go1.26.1-custom", is left aside.
func OfGo(release string) string {
	release, _, _ = strings.Cut(release, " ")
	release, _, _ = strings.Cut(release, "-")
	numbers, ok := strings.CutPrefix(release, "go")
	if !ok {
		return ""
	}
	pre := ""
	for _, kind := range []string{"beta", "rc"} {
		if before, n, ok := strings.Cut(numbers, kind); ok {
			numbers, pre = before, "-"+kind+"."+n
		}
	}
	for strings.Count(numbers, ".") < 2 {
		numbers += ".0"
	}
	if v := "v" + numbers + pre; semver.IsValid(v) {
		return v
	}
	return ""
}

// ToGo returns the Go release of a semantic version, as [OfGo] has it: "go1.22.3". From
// Go 1.21 on the first release of a version ends in ".0".
func ToGo(version string) string {
	numbers, pre, _ := strings.Cut(strings.TrimPrefix(version, "v"), "-")
	if trimmed, ok := strings.CutSuffix(numbers, ".0"); ok && (pre != "" || semver.Compare(version, "v1.21.0") < 0) {
		numbers = trimmed
	}
	return "go" + numbers + strings.ReplaceAll(pre, ".", "")
}
