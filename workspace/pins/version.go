package pins

import (
	"fmt"
	"go/version"
	"strconv"
	"strings"
)

// specPattern is a version of Go as files write it: an exact release, a minor version, or
// the beginning of a range.
const specPattern = `(?:\^|~>?|>=)?[ \t]?(?:go|v)?1\.\d{1,3}(?:\.(?:\d{1,3}|[xX*]))?(?:-?(?:rc|beta)\.?\d{1,2})?`

var specRE = lazy(`^((?:\^|~>?|>=)?)([ \t]?(?:go|v)?)1\.(\d{1,3})(?:\.(\d{1,3}|[xX*]))?((?:-?(?:rc|beta)\.?\d{1,2})?)$`)

// A spec is a version of Go as a file writes it.
type spec struct {
	op     string // "", "^", "~", "~>" or ">="
	prefix string // "", "go" or "v", perhaps after a space
	minor  int    // of Go 1
	patch  int    // -1 if the text has none
	wild   string // "x", "X" or "*" in the place of the patch; "" if there is none
	pre    string // of a release candidate or a beta
}

func parseSpec(text string) (spec, bool) {
	m := specRE().FindStringSubmatch(text)
	if m == nil {
		return spec{}, false
	}
	s := spec{op: m[1], prefix: m[2], patch: -1, pre: m[5]}
	s.minor, _ = strconv.Atoi(m[3])
	if n, err := strconv.Atoi(m[4]); err == nil {
		s.patch = n
	} else {
		s.wild = m[4]
	}
	return s, true
}

// A target is the version that pins are raised to.
type target struct {
	minor, patch int // the patch is 0 if the newest will do
}

// parseTarget parses a version as a go line has it: 1.22, 1.22.0 or 1.22.3.
func parseTarget(to string) (target, error) {
	v := "go" + strings.TrimPrefix(to, "go")
	s, ok := parseSpec(strings.TrimPrefix(v, "go"))
	if !ok || !version.IsValid(v) || s.op != "" || s.wild != "" || s.pre != "" {
		return target{}, fmt.Errorf("%q is no version of Go that pins can be raised to: it has to be as 1.22 or 1.22.3", to)
	}
	return target{s.minor, max(s.patch, 0)}, nil
}

// below reports whether the newest Go that s admits first, or names, is older than t. Where
// the patch is open, it is the newest one.
func (s spec) below(t target) bool {
	switch {
	case s.minor != t.minor:
		return s.minor < t.minor
	case s.pre != "":
		return true
	}
	return s.patch >= 0 && s.patch < t.patch
}

// A form is how a place wants its versions written.
type form int

const (
	// floating takes a minor version for its newest release.
	floating form = iota
	// release takes the names of releases alone.
	release
	// wildcard takes the names of releases, and 1.22.x for the newest of a minor version.
	wildcard
	// named takes the names of releases, and a minor version for its newest release.
	named
)

// raised returns the text for the target: with an operator, a prefix and a wildcard as
// before, and a patch only where the place or the target asks for one, as the newest is
// not known here. The first release of a minor version is 1.20, and 1.21.0 since then: see
// https://go.dev/doc/toolchain#version.
func (s spec) raised(t target, f form) string {
	text := s.op + s.prefix + "1." + strconv.Itoa(t.minor)
	first := ""
	if t.minor >= 21 {
		first = ".0"
	}
	switch {
	case s.wild != "":
		return text + "." + s.wild
	case t.patch > 0 && (s.patch >= 0 || f == release):
		return text + "." + strconv.Itoa(t.patch)
	case s.op != "" && s.patch >= 0:
		return text + ".0" // a range, which is no name of a release
	case f == release, f != floating && s.patch >= 0:
		return text + first
	case f == wildcard && first != "":
		return text + ".x"
	}
	return text
}
