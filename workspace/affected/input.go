package affected

import "slices"

// An Input tells that packages depend on files in a way that is not seen in them.
type Input struct {
	// Files reports whether a file is one: it is named relative to the root of the
	// code base, with slashes. Nil is none.
	Files func(name string) bool

	// Packages reports whether a package depends on them; its directory is relative
	// to the root as well. Nil means every package.
	Packages func(importPath, dir string) bool

	// Effect is what the files have an effect on; [Archive] if zero.
	Effect Effect

	// Reason is how they depend on them, for who reads what is affected.
	Reason string
}

// concerns reports whether a package depends on the files, on either side.
func (in *Input) concerns(p *pair) bool {
	return in.Packages == nil || slices.ContainsFunc(p.sides(), func(q *pkg) bool { return in.Packages(p.path, q.rel) })
}

// state returns what the input marks.
func (in *Input) state() state {
	switch in.Effect {
	case Tests:
		return tests
	case OtherPlatforms:
		return archiveElsewhere
	}
	return archive
}
