package govuln

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/reach"
	"github.com/gomend/gomend/workspace"
)

// A Level says how near vulnerable code comes to what runs.
type Level int

// The levels, from the farthest.
const (
	// Required means that a vulnerable module is in the build list, and none of its
	// vulnerable packages is imported, however indirectly.
	Required Level = iota + 1
	// Imported means that a vulnerable package is built in. Whether its vulnerable
	// functions are called is either known not to be so, or not known as the advisory
	// names none.
	Imported
	// Called means that a vulnerable function is called, as far as a call graph can tell.
	Called
)

func (l Level) String() string {
	switch l {
	case Required:
		return "required"
	case Imported:
		return "imported"
	case Called:
		return "called"
	}
	return fmt.Sprintf("Level(%d)", int(l))
}

// MarshalText returns the level's name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (l *Level) UnmarshalText(text []byte) error {
	for _, known := range []Level{Required, Imported, Called} {
		if string(text) == known.String() {
			*l = known
			return nil
		}
	}
	return fmt.Errorf("unknown level %q: use called, imported or required", text)
}

// A Precision is how exactly an advisory names what is vulnerable.
type Precision string

// The precisions.
const (
	BySymbol  Precision = "symbol"  // functions are named
	ByPackage Precision = "package" // packages are named, and no functions in them
	ByModule  Precision = "module"  // nothing but the module is named
)

// A Platform is what code is built for.
type Platform struct{ OS, Arch string }

func (p Platform) String() string { return p.OS + "/" + p.Arch }

// ParsePlatform reads GOOS/GOARCH.
func ParsePlatform(s string) (Platform, error) {
	os, arch, ok := strings.Cut(s, "/")
	if !ok || os == "" || arch == "" || strings.Contains(arch, "/") {
		return Platform{}, fmt.Errorf("%q is no platform: write GOOS/GOARCH, as linux/amd64", s)
	}
	return Platform{os, arch}, nil
}

// A Finding is an advisory that concerns a module of the code base, in a view and on a
// platform.
type Finding struct {
	Advisory *osv.Entry

	// Module is the module of the code base that is concerned.
	Module   *workspace.Module
	View     workspace.View
	Platform Platform

	Level     Level
	Precision Precision

	// Tests tells that only the module's tests bring it in, or come to its functions: what
	// ships has a finding of its own then, if it imports it.
	Tests bool

	// Tools tells that only tools bring it in, which tool lines of the module's go.mod file
	// name. Whether these call it is not looked at.
	Tools bool

	// Dependency is the path of the vulnerable module, [osv.Stdlib] for the standard
	// library, and Version that in use. Of a module that is replaced by another they are
	// that one's.
	Dependency, Version string

	// Fixed is the least later version that the advisory does not concern, or "".
	Fixed string

	// Packages are the vulnerable packages that are imported, sorted. Where the advisory
	// names none, they are those of the module.
	Packages []string

	// Programs are the import paths of the module's main packages that a vulnerable package
	// is linked into, sorted.
	Programs []string

	// Calls are the ways to vulnerable functions, sorted by package and symbol.
	Calls []Call

	symbols []Symbol // the vulnerable functions in packages that are imported
}

// A Kind is what a vulnerability is found in.
type Kind string

// The kinds.
const (
	Shipped Kind = "shipped"
	InTools Kind = "tool"
	InTests Kind = "tests"
)

// Kind returns what the finding is in.
func (f *Finding) Kind() Kind {
	switch {
	case f.Tests:
		return InTests
	case f.Tools:
		return InTools
	}
	return Shipped
}

// Same reports whether two findings are of the same advisory about the same dependency, in the
// same module, view and platform, whatever the versions and the level.
func (f *Finding) Same(g *Finding) bool {
	return f.Advisory.ID == g.Advisory.ID && f.Dependency == g.Dependency && f.Module.Dir == g.Module.Dir &&
		f.View == g.View && f.Platform == g.Platform && f.Kind() == g.Kind()
}

// A Call is a way to a vulnerable function.
type Call struct {
	Package, Symbol string

	// Trace leads from the nearest function of the module to that one.
	Trace []reach.Frame
}

// compareFindings sorts by advisory, dependency, module, view and platform.
func compareFindings(a, b *Finding) int {
	return cmp.Or(
		CompareIDs(a.Advisory.ID, b.Advisory.ID),
		strings.Compare(a.Dependency, b.Dependency),
		strings.Compare(a.Module.Rel, b.Module.Rel),
		strings.Compare(string(a.View), string(b.View)),
		strings.Compare(a.Platform.String(), b.Platform.String()))
}

// CompareIDs sorts the names of advisories by year and number: GO-2024-999 comes before
// GO-2024-1000.
func CompareIDs(a, b string) int {
	as, bs := strings.Split(a, "-"), strings.Split(b, "-")
	for i := range min(len(as), len(bs)) {
		if c := cmp.Or(cmp.Compare(len(as[i]), len(bs[i])), strings.Compare(as[i], bs[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// matches reports whether a package of an advisory is there on a platform.
func (p Platform) matches(pkg *osv.Package) bool {
	return (len(pkg.GOOS) == 0 || slices.Contains(pkg.GOOS, p.OS)) &&
		(len(pkg.GOARCH) == 0 || slices.Contains(pkg.GOARCH, p.Arch))
}
