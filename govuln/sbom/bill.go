// Package sbom makes bills of materials: which modules a program, a module or a workspace is
// really built from, for a platform and in a view, as CycloneDX documents
// (https://cyclonedx.org/docs/1.6/json).
//
// The bill lists the modules that provide packages to what is built, and not what go.mod files
// mention. The same code makes the same document, to the byte. [Verify] holds a bill against
// the program that was built, and [Compare] against another one.
package sbom

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"

	"github.com/gomend/gomend/govuln"
	"github.com/gomend/gomend/workspace"
)

// A Scope is what a bill is of.
type Scope string

// The scopes.
const (
	Program   Scope = "program"   // a main package
	Module    Scope = "module"    // all packages of a module
	Workspace Scope = "workspace" // all modules of the code base
)

// A Bill is what something is built from.
type Bill struct {
	Scope   Scope
	Product *Component

	View     workspace.View
	Platform govuln.Platform
	Go       string   // the release of the standard library, as "go1.26.1"
	Tags     []string // build tags, sorted
	Cgo      bool

	// Time is when the code was committed, or what SOURCE_DATE_EPOCH says; it may be zero.
	Time time.Time

	// Components are the modules, without the product, sorted by path and version.
	Components []*Component

	// Gomend is the version that has made the bill.
	Gomend string
}

// A Component is a module, or the product of a bill.
type Component struct {
	// Path is the module's path, or the main package's import path of a program's bill. The
	// standard library's is [osv.Stdlib].
	Path string

	// Version is the module's, as "v1.2.3"; "" if none is known. The code base's own
	// modules have that which the go command stamps them with: a tag, or a pseudo-version
	// by the commit, with "+dirty" if files differ from it.
	Version string

	// Module is the path of the product's module; that of others is Path.
	Module string

	// Sum is the hash of the module's content, as in go.sum, or "".
	Sum string

	// Own tells that it is a module of the code base.
	Own bool

	// Replaces is what the code imports it as, where a replace line puts it in that one's
	// place; Directory tells that it is a directory that nobody knows the version of.
	Replaces  *module.Version
	Directory bool

	// Packages are the import paths of those that are built in, sorted.
	Packages []string

	// Uses are the modules whose packages it imports, sorted.
	Uses []*Component
}

func compareComponents(a, b *Component) int {
	return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Version, b.Version), strings.Compare(a.replaced(), b.replaced()))
}

func (c *Component) replaced() string {
	if c.Replaces == nil {
		return ""
	}
	return c.Replaces.String()
}

// A Change is a module that differs between two bills.
type Change struct {
	Path     string
	From, To string // versions; "" where it is not there
}

// Compare returns the modules that differ from one bill to another, sorted by path. Of the
// code base's own modules it tells only if they come or go: their versions differ with each
// commit.
func Compare(base, head *Bill) []Change {
	before, after := base.versions(), head.versions()
	var all []Change
	for path, from := range before {
		if to, there := after[path]; !there || from != to {
			all = append(all, Change{path, from, to})
		}
	}
	for path, to := range after {
		if _, there := before[path]; !there {
			all = append(all, Change{path, "", to})
		}
	}
	slices.SortFunc(all, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// unversioned stands for a version that is not known, or that says nothing.
const unversioned = "(devel)"

// versions returns the versions by path; several of a module are joined.
func (b *Bill) versions() map[string]string {
	all := make(map[string]string)
	for _, c := range b.Components {
		version := cmp.Or(c.Version, unversioned)
		if c.Own {
			version = unversioned
		}
		if c.Replaces != nil && c.Replaces.Path != c.Path {
			version += " in the place of " + c.Replaces.Path
		}
		if other, ok := all[c.Path]; ok && other != version {
			version = other + ", " + version
		}
		all[c.Path] = version
	}
	return all
}
