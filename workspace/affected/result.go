package affected

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace"
)

// A Result is what a change can reach.
type Result struct {
	// Packages are the affected packages, sorted by import path, those that are
	// gone included.
	Packages []*Package

	// Modules are the modules with affected packages, sorted by directory.
	Modules []*Module

	// Changed are the files that differ, relative to the root of the code base,
	// with slashes, sorted.
	Changed []string

	// Unconcerned are those of Changed that concern no package as far as can be
	// told, such as READMEs and scripts.
	Unconcerned []string

	// CommentsOnly are those of Changed that are Go files of which only comments
	// differ, where these do not count.
	CommentsOnly []string

	// Sums are module versions whose sums are not what they were.
	Sums []SumChange

	// Stale are packages that no change is known to reach and whose tests may open
	// more than the Record of the options tells: their sources have changed since, or
	// they failed then. What it tells of them counts all the same.
	Stale []string

	// Unrecorded are packages that no change is known to reach and of whose tests the
	// record knows nothing.
	Unrecorded []string

	// Failures are the modules that can't be loaded at the head, and of whose
	// packages nothing is known.
	Failures []workspace.Failure

	// Total is the number of packages at the head, affected or not.
	Total int

	// Base is the commit that the head was compared with, where [Since] chose
	// it.
	Base string
}

// An Effect is what of a package a change can reach.
type Effect int

const (
	// Archive is what the package is built to on this platform. Programs with
	// it in them, and its tests, are affected as well.
	Archive Effect = iota + 1
	// Tests are the results of the package's tests, and nothing else.
	Tests
	// OtherPlatforms is only what other platforms or build tags build of the
	// package or of its tests.
	OtherPlatforms
)

func (e Effect) String() string {
	switch e {
	case Archive:
		return "archive"
	case Tests:
		return "tests"
	case OtherPlatforms:
		return "other platforms"
	}
	return "none"
}

// A Package is a package that a change can reach.
type Package struct {
	ImportPath string

	// Name is the name in the package clause.
	Name string

	// Dir is the directory, relative to the root of the code base, with slashes.
	Dir string

	// Module is the module that the package belongs to: that of the head, unless
	// it is gone.
	Module *workspace.Module

	// Effect is the furthest that the change reaches.
	Effect Effect

	// Elsewhere tells that what other platforms or build tags build of the
	// package is affected although that of this platform is not.
	Elsewhere bool

	// Added and Removed tell that the package is on one side only.
	Added, Removed bool

	// Cause is the first change by which the package is affected.
	Cause Cause

	// Chain are the import paths of the packages from the one that Cause
	// changes to this one, each imported by the next. If Effect is Tests, the
	// last import is one of tests.
	Chain []string

	// Causes are all changes of the package's own, Cause included if it is one.
	Causes []Cause
}

// Main reports whether the package is a program that must be deployed anew: a main
// package whose archive, or anything that is linked to it, is affected on some
// platform.
func (p *Package) Main() bool {
	return p.Name == "main" && !p.Removed && (p.Effect == Archive || p.Elsewhere)
}

// Why tells in one line by what the package is affected.
func (p *Package) Why() string {
	why := p.Cause.String()
	for i := len(p.Chain) - 1; i > 0; i-- {
		switch {
		case i < len(p.Chain)-1:
			why += ", which imports "
		case p.Effect == Tests:
			why += "; the tests of " + p.ImportPath + " import "
		default:
			why += "; " + p.ImportPath + " imports "
		}
		why += p.Chain[i-1]
	}
	return why
}

// A Module is a module with affected packages.
type Module struct {
	*workspace.Module

	// Effect is the furthest that the change reaches in it. Where that is
	// Tests, its next release needs no other content.
	Effect Effect

	// Packages are its affected packages, sorted by import path.
	Packages []*Package
}

// Why returns the affected package of the import path, or nil if the change can't
// reach it.
func (r *Result) Why(importPath string) *Package {
	i := slices.IndexFunc(r.Packages, func(p *Package) bool { return p.ImportPath == importPath })
	if i < 0 {
		return nil
	}
	return r.Packages[i]
}

// Mains returns the programs that must be deployed anew.
func (r *Result) Mains() []*Package {
	return slices.DeleteFunc(slices.Clone(r.Packages), func(p *Package) bool { return !p.Main() })
}

// A Kind is what kind of a change a [Cause] is.
type Kind string

const (
	// File is a file that differs: Subject.
	File Kind = "file"
	// Opened is the same, of a file that tests were seen to open or to ask about.
	Opened Kind = "opened"
	// Listed is a file, Subject, that is new or gone, and that shows in a directory
	// that tests were seen to open or to ask about.
	Listed Kind = "listed"
	// Configured is a file, Subject, that differs and that an [Input] names.
	Configured Kind = "configured"
	// Generator is the same, of a file that a //go:generate line names.
	Generator Kind = "generator"
	// Added is a package that the base does not have: Subject.
	Added Kind = "added"
	// Removed is a package that the head does not have: Subject.
	Removed Kind = "removed"
	// Moved is a package, Subject, in another module or directory than before.
	Moved Kind = "moved"
	// ModuleVersion is another version or replacement of a module: Subject. Base
	// and Head tell which.
	ModuleVersion Kind = "module"
	// Sum is a module version, Subject, with another sum than before.
	Sum Kind = "sum"
	// GoVersion is another language version of a module: Subject.
	GoVersion Kind = "go"
	// Toolchain is another release of Go that builds: Subject is the file that
	// asks for it.
	Toolchain Kind = "toolchain"
	// Godebug is other defaults of GODEBUG settings, by the file Subject.
	Godebug Kind = "godebug"
	// Unknown tells that it can't be told whether Subject, a package, a module
	// or a file, differs. Base and Head are what went wrong on each side.
	Unknown Kind = "unknown"
)

// A Cause is a change by which packages are affected.
type Cause struct {
	Kind    Kind
	Subject string
	// Base and Head are what Subject was and is, for the kinds that say so.
	Base, Head string
	// Reason is that of the [Input], of one that is Configured.
	Reason string
}

func (c Cause) String() string {
	switch c.Kind {
	case File:
		return c.Subject + " differs"
	case Opened:
		return c.Subject + " differs, which its tests were seen to open"
	case Listed:
		return c.Subject + " is new or gone, in a directory that its tests were seen to open"
	case Configured:
		why := c.Subject + " differs, which is configured as an input"
		if c.Reason != "" {
			why += ": " + c.Reason
		}
		return why
	case Generator:
		return c.Subject + " differs, which a //go:generate line names"
	case Added:
		return "package " + c.Subject + " is new"
	case Removed:
		return "package " + c.Subject + " is gone"
	case Moved:
		return fmt.Sprintf("package %s has moved from %s to %s", c.Subject, c.Base, c.Head)
	case ModuleVersion:
		return fmt.Sprintf("module %s was %s and is %s", c.Subject, c.Base, c.Head)
	case Sum:
		return "the sum of " + c.Subject + " is not what it was"
	case GoVersion:
		return fmt.Sprintf("module %s was Go %s and is Go %s", c.Subject, c.Base, c.Head)
	case Toolchain:
		return fmt.Sprintf("%s asked for %s and asks for %s", c.Subject, c.Base, c.Head)
	case Godebug:
		return fmt.Sprintf("%s sets other GODEBUG defaults", c.Subject)
	}
	var msgs []string
	if c.Base != "" {
		msgs = append(msgs, "at the base: "+c.Base)
	}
	if c.Head != "" {
		msgs = append(msgs, c.Head)
	}
	return "it can't be told whether " + c.Subject + " differs: " + strings.Join(msgs, "; ")
}

// result puts together what was found.
func (c *comparison) result() *Result {
	r := &Result{
		Changed:     c.changed,
		Unconcerned: c.unowned, CommentsOnly: c.comments,
		Sums:       c.sums,
		Stale:      c.stale,
		Unrecorded: c.unrecorded,
		Failures:   c.head.selection.Failures,
		Total:      len(c.head.packages),
	}
	byDir := make(map[string]*Module)
	for _, p := range c.pairs {
		out := p.result()
		if out == nil {
			continue
		}
		r.Packages = append(r.Packages, out)
		if m := c.head.modules[out.Module.Rel]; m != nil {
			out.Module = m
		}
		m := byDir[out.Module.Rel]
		if m == nil {
			m = &Module{Module: out.Module, Effect: out.Effect}
			byDir[out.Module.Rel] = m
			r.Modules = append(r.Modules, m)
		}
		m.Effect = min(m.Effect, out.Effect)
		m.Packages = append(m.Packages, out)
	}
	slices.SortFunc(r.Modules, func(a, b *Module) int { return strings.Compare(a.Rel, b.Rel) })
	return r
}

// result returns the package as affected, or nil if it is not.
func (p *pair) result() *Package {
	s := state(slices.IndexFunc(p.reached[:], func(by *step) bool { return by != nil }))
	if s < 0 {
		return nil
	}
	q := p.either()
	out := &Package{
		ImportPath: p.path,
		Name:       q.Name,
		Dir:        q.rel,
		Module:     q.Module,
		Effect:     Effect(min(s, archiveElsewhere)) + Archive,
		Elsewhere:  s != archive && p.reached[archiveElsewhere] != nil,
		Added:      p.base == nil && p.has(Added),
		Removed:    p.head == nil && p.has(Removed),
	}
	for _, causes := range p.causes {
		for _, cause := range causes {
			if !slices.Contains(out.Causes, cause) {
				out.Causes = append(out.Causes, cause)
			}
		}
	}
	n := &p.node
	for {
		out.Chain = append(out.Chain, n.path)
		by := n.reached[s]
		if by.from == nil {
			out.Cause = n.cause(s)
			break
		}
		n, s = by.from, by.fromState
	}
	slices.Reverse(out.Chain)
	return out
}

// cause returns the first cause of a state that tells what differs, if any does.
func (n *node) cause(s state) Cause {
	for _, cause := range n.causes[s] {
		if cause.Kind != Unknown {
			return cause
		}
	}
	return n.causes[s][0]
}

func (p *pair) has(kind Kind) bool {
	return slices.ContainsFunc(p.causes[archive], func(c Cause) bool { return c.Kind == kind })
}
