package affected

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// attribute marks the packages that each changed file concerns by itself.
func (c *comparison) attribute() error {
	for _, s := range c.sides() {
		if err := c.findEmbedders(s); err != nil {
			return err
		}
	}
	generators, err := c.generators()
	if err != nil {
		return err
	}
	openers := c.openers()
	for _, rel := range c.changed {
		concerns := c.isModuleFile(rel) || isSumFile(rel) || c.inDependency(rel) || c.inFailure(rel)
		for _, attribute := range []func(string) bool{
			c.attributeSource, c.attributeNative, c.attributeEmbedded, c.attributeTestdata, c.attributeProfile, c.attributeInputs,
		} {
			concerns = attribute(rel) || concerns
		}
		concerns = c.attributeConsulted(openers, rel) || concerns
		for _, p := range generators[rel] {
			p.mark(archive, Cause{Kind: Generator, Subject: rel})
			concerns = true
		}
		switch {
		case concerns:
		case c.onlyComments(rel):
			c.comments = append(c.comments, rel)
		default:
			c.unowned = append(c.unowned, rel)
		}
	}
	return nil
}

// inDependency reports whether a file is of a package in the tree that is not of the
// code base, such as a vendored one.
func (c *comparison) inDependency(rel string) bool {
	if c.depDirs[path.Dir(rel)] && strings.HasSuffix(rel, ".go") {
		return true
	}
	for _, n := range c.deps {
		if slices.Contains(n.causes[archive], Cause{Kind: File, Subject: rel}) {
			return true
		}
	}
	return false
}

// inFailure reports whether a file is in a module that can't be loaded: what it
// concerns is not known.
func (c *comparison) inFailure(rel string) bool {
	for _, s := range c.sides() {
		if m := s.modules[s.moduleOf(path.Dir(rel))]; m != nil && s.failure(m.Path, m.Rel) != nil {
			return true
		}
	}
	return false
}

// attributeSource marks the packages of a Go file.
func (c *comparison) attributeSource(rel string) bool {
	if !c.differ[rel].content || c.onlyComments(rel) {
		return false
	}
	found := false
	dir, name := path.Dir(rel), path.Base(rel)
	for _, s := range c.sides() {
		p := s.byDir[dir]
		if p == nil || !strings.HasSuffix(name, ".go") || hidden(name) || !c.on(s, rel) {
			continue
		}
		r := p.files[name]
		if r == 0 {
			// The go command can't make anything of it.
			r = source
			if isTest(name) {
				r = test
			}
		}
		if f, err := c.ignoredFile(s, rel); r == leftOut && err == nil && f.alone {
			continue
		}
		p.pair.mark(stateOf(name, r), Cause{Kind: File, Subject: rel})
		found = true
	}
	return found
}

// onlyComments reports whether of a Go file nothing but comments differs, and these
// do not count. Those of tests do: they tell what examples print.
func (c *comparison) onlyComments(rel string) bool {
	if c.options.Comments || isTest(rel) || !strings.HasSuffix(rel, ".go") {
		return false
	}
	b, err1 := c.base.read(rel)
	h, err2 := c.head.read(rel)
	return err1 == nil && err2 == nil && b.exists && h.exists && sameCode(b.data, h.data)
}

// on reports whether a file is on a side.
func (c *comparison) on(s *snapshot, rel string) bool {
	f, err := s.read(rel)
	return err == nil && f.exists
}

// stateOf returns what of its package a file of the role is.
func stateOf(name string, r role) state {
	switch {
	case r == test:
		return tests
	case r == leftOut && isTest(name):
		return testsElsewhere
	case r == leftOut:
		return archiveElsewhere
	}
	return archive
}

// attributeEmbedded marks the packages that embed a file.
func (c *comparison) attributeEmbedded(rel string) bool {
	found := false
	for _, s := range c.sides() {
		if !c.differ[rel].content || !c.on(s, rel) {
			continue
		}
		for _, e := range s.embedders {
			if e.matches(rel) {
				e.pkg.pair.mark(stateOf(e.file, e.pkg.files[e.file]), Cause{Kind: File, Subject: rel})
				found = true
			}
		}
	}
	return found
}

// attributeTestdata marks the packages of a file in a testdata directory.
func (c *comparison) attributeTestdata(rel string) bool {
	found := false
	for _, s := range c.sides() {
		for _, p := range s.testers(rel) {
			p.pair.mark(tests, Cause{Kind: File, Subject: rel})
			found = true
		}
	}
	return found
}

// attributeProfile marks the main package for which a file is the profile that the
// compiler optimises by (go help build, -pgo).
func (c *comparison) attributeProfile(rel string) bool {
	if path.Base(rel) != "default.pgo" {
		return false
	}
	found := false
	for _, s := range c.sides() {
		if p := s.byDir[path.Dir(rel)]; p != nil && p.Name == "main" {
			p.pair.mark(archive, Cause{Kind: File, Subject: rel})
			found = true
		}
	}
	return found
}

// attributeInputs marks the packages that the options name for a file.
func (c *comparison) attributeInputs(rel string) bool {
	found := false
	for i := range c.options.Inputs {
		in := &c.options.Inputs[i]
		if in.Files == nil || !in.Files(rel) {
			continue
		}
		found = true
		for _, p := range c.pairs {
			if in.concerns(p) {
				p.mark(in.state(), Cause{Kind: Configured, Subject: rel, Reason: in.Reason})
			}
		}
	}
	return found
}

// added reports whether a file is on one side only.
func (c *comparison) added(rel string) bool { return c.on(c.base, rel) != c.on(c.head, rel) }

// nativeExtensions are those of the files beside Go ones that the go command builds
// (go/build, Context.Import).
var nativeExtensions = []string{
	".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx", ".f", ".F", ".for", ".f90",
	".s", ".S", ".sx", ".swig", ".swigcxx", ".syso",
}

// attributeNative marks the package of a file in C, assembly and the like.
func (c *comparison) attributeNative(rel string) bool {
	if !c.differ[rel].content || !slices.Contains(nativeExtensions, path.Ext(rel)) || hidden(path.Base(rel)) {
		return false
	}
	found := false
	for _, s := range c.sides() {
		p := s.nativeOwner(rel)
		if p == nil || !c.on(s, rel) {
			continue
		}
		which := archive
		if !c.build.builds(s, rel) {
			which = archiveElsewhere
		}
		p.pair.mark(which, Cause{Kind: File, Subject: rel})
		found = true
	}
	return found
}

// nativeOwner returns the package that is built from a file in C and the like: that
// of its directory, or of one above it that uses cgo and may include it.
func (s *snapshot) nativeOwner(rel string) *pkg {
	dir := path.Dir(rel)
	if strings.Contains("/"+rel, "/testdata/") {
		return nil
	}
	p := s.nearest(dir)
	if p == nil || p.rel != dir && len(p.CgoFiles) == 0 {
		return nil
	}
	return p
}

// generators returns the packages of //go:generate lines that name a changed file,
// or a package to run in whose directory it is, by file.
func (c *comparison) generators() (map[string][]*pair, error) {
	found := make(map[string][]*pair)
	if !c.options.Generators {
		return found, nil
	}
	s := c.head
	for _, p := range s.packages {
		for name := range p.files {
			f, err := s.read(path.Join(p.rel, name))
			if err != nil {
				return nil, err
			}
			for _, d := range directives(f.data, "generate") {
				for _, rel := range c.changed {
					if rel != path.Join(p.rel, name) && s.generates(p, d.Args, rel) && !slices.Contains(found[rel], p.pair) {
						found[rel] = append(found[rel], p.pair)
					}
				}
			}
		}
	}
	return found, nil
}

// generates reports whether the command of a //go:generate line names a file.
func (s *snapshot) generates(p *pkg, command, rel string) bool {
	words := strings.FieldsFunc(command, func(r rune) bool { return strings.ContainsRune(" \t\"'=,", r) })
	for i, w := range words {
		named := path.Join(p.rel, filepath.ToSlash(w))
		if named == rel {
			return true
		}
		if ok, err := path.Match(named, rel); err == nil && ok {
			return true
		}
		if i == 0 || !slices.Contains(words[:i], "run") {
			continue
		}
		dir := path.Dir(rel)
		if q := s.byDir[dir]; q != nil && strings.HasSuffix(rel, ".go") && !isTest(rel) && (named == dir && w != "." || w == q.ImportPath) {
			return true
		}
	}
	return false
}
