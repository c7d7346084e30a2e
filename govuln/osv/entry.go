// Package osv has the format of advisories in the Go vulnerability database: the part of
// the Open Source Vulnerability format that the database uses
// (https://go.dev/security/vuln/database#schema, https://ossf.github.io/osv-schema), and the
// arithmetic of the versions in it.
package osv

import (
	"slices"
	"time"
)

// Paths that stand in advisories for what is no module.
const (
	// Stdlib is the standard library.
	Stdlib = "stdlib"
	// Toolchain is the go command and what it runs.
	Toolchain = "toolchain"
)

// An Entry is an advisory.
type Entry struct {
	SchemaVersion string `json:"schema_version,omitempty"`
	// ID is the database's name for it, such as GO-2021-0113.
	ID        string    `json:"id"`
	Modified  time.Time `json:"modified,omitzero"`
	Published time.Time `json:"published,omitzero"`
	// Withdrawn is when the advisory was taken back, or nil.
	Withdrawn *time.Time `json:"withdrawn,omitempty"`
	// Aliases are the names that other databases have for it.
	Aliases          []string          `json:"aliases,omitempty"`
	Related          []string          `json:"related,omitempty"`
	Summary          string            `json:"summary,omitempty"`
	Details          string            `json:"details,omitempty"`
	Affected         []Affected        `json:"affected"`
	References       []Reference       `json:"references,omitempty"`
	Credits          []Credit          `json:"credits,omitempty"`
	DatabaseSpecific *DatabaseSpecific `json:"database_specific,omitempty"`
}

// An Affected is a module that an advisory concerns, with the versions and the code of it.
type Affected struct {
	Module            Module            `json:"package"`
	Ranges            []Range           `json:"ranges,omitempty"`
	EcosystemSpecific EcosystemSpecific `json:"ecosystem_specific,omitzero"`
}

// A Module names a module; the format calls it a package.
type Module struct {
	// Path is the module's path, [Stdlib] or [Toolchain].
	Path string `json:"name"`
	// Ecosystem is "Go".
	Ecosystem string `json:"ecosystem"`
}

// A Range is versions that an advisory concerns.
type Range struct {
	// Type is [Semver] in what the go command can make use of.
	Type string `json:"type"`
	// Events are the versions at which the trouble begins and ends.
	Events []Event `json:"events"`
}

// Semver is the type of ranges of semantic versions.
const Semver = "SEMVER"

// An Event is a version at which a module becomes vulnerable, or is no longer. Versions
// have no "v"; "0" comes before all others.
type Event struct {
	Introduced string `json:"introduced,omitempty"`
	Fixed      string `json:"fixed,omitempty"`
}

// An EcosystemSpecific says what code of a module is vulnerable.
type EcosystemSpecific struct {
	// Packages are the vulnerable ones. If there are none, nothing is known of that: any
	// package may be.
	Packages []Package `json:"imports,omitempty"`
	// CustomRanges are versions that no semantic version can tell, as where a module is
	// fixed but has no release with it.
	CustomRanges []Range `json:"custom_ranges,omitempty"`
}

// A Package is one with vulnerable code.
type Package struct {
	Path string `json:"path,omitempty"`
	// GOOS and GOARCH are the platforms that the advisory concerns; all if empty.
	GOOS   []string `json:"goos,omitempty"`
	GOARCH []string `json:"goarch,omitempty"`
	// Symbols are the vulnerable functions, and methods as Type.Method. If there are none,
	// nothing is known of that: any function may be.
	Symbols []string `json:"symbols,omitempty"`
}

// A Reference is a link.
type Reference struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

// A Credit names who found or mended what the advisory tells of.
type Credit struct {
	Name string `json:"name"`
}

// A DatabaseSpecific is what the Go vulnerability database adds.
type DatabaseSpecific struct {
	URL string `json:"url,omitempty"`
	// ReviewStatus is [Reviewed], or UNREVIEWED for what was taken over from elsewhere
	// unseen.
	ReviewStatus string `json:"review_status,omitempty"`
}

// Reviewed is the review status of an advisory that the Go security team has looked at.
const Reviewed = "REVIEWED"

// Reviewed reports whether the database's keepers have looked at the advisory. Only these
// have symbols, as a rule.
func (e *Entry) Reviewed() bool {
	return e.DatabaseSpecific != nil && e.DatabaseSpecific.ReviewStatus == Reviewed
}

// Named reports whether a name is the entry's ID or one of its aliases.
func (e *Entry) Named(name string) bool { return e.ID == name || slices.Contains(e.Aliases, name) }

// URL is where people can read the advisory: what the database says, or else the first
// reference.
func (e *Entry) URL() string {
	if e.DatabaseSpecific != nil && e.DatabaseSpecific.URL != "" {
		return e.DatabaseSpecific.URL
	}
	for _, r := range e.References {
		return r.URL
	}
	return ""
}
