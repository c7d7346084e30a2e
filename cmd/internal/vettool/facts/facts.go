// Package facts carries analysis facts from package to package.
//
// A package's facts are written to a file beside its other build results and
// read when the packages that import it are analysed. What is written is a
// function of the facts alone, in sorted order, so that an edit which changes no
// fact leaves the file as it was and the importers' cached results valid.
//
// A file holds the facts of its own package and those facts of other packages
// that an importer can need without importing those packages itself: facts of
// the types, methods and fields that can be reached from the package's exported
// API. Writing all that was imported instead would make the cache grow with the
// square of the program; reading only one's own would lose p.New().Run(), where
// Run is declared two packages down. Package facts are read from direct imports
// alone, as in x/tools.
//
// Facts are decoded when an analyzer asks for them: most are never looked at.
// They are encoded by encoding/json (a gob stream costs more to set up than a
// package's facts to read, and its package more to initialise than the rest of
// a vet tool), or by GobEncode and GobDecode if the fact type has them. A fact
// type's exported fields must therefore survive encoding/json.
package facts

import (
	"errors"
	"fmt"
	"go/types"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/objectpath"
)

// A Schema is the set of fact types that may occur in files.
type Schema struct {
	byName map[string]reflect.Type // pointer types
	names  map[reflect.Type]string
}

// NewSchema returns the schema of the analyzers' fact types and of those of all
// analyzers that they require.
func NewSchema(analyzers []*analysis.Analyzer) Schema {
	s := Schema{byName: make(map[string]reflect.Type), names: make(map[reflect.Type]string)}
	seen := make(map[*analysis.Analyzer]bool)
	var add func(a *analysis.Analyzer)
	add = func(a *analysis.Analyzer) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, f := range a.FactTypes {
			t := reflect.TypeOf(f)
			name := t.Elem().PkgPath() + "." + t.Elem().Name()
			s.byName[name] = t
			s.names[t] = name
		}
		for _, req := range a.Requires {
			add(req)
		}
	}
	for _, a := range analyzers {
		add(a)
	}
	return s
}

// A Set holds the facts known while one package is analysed: imported ones and
// those exported by its analyzers. Its methods may be called concurrently.
type Set struct {
	schema Schema
	pkg    *types.Package

	mu       sync.Mutex
	own      map[ownKey]analysis.Fact
	imported map[string]*foreign // by package path
	err      error               // first failure to decode
}

// An ownKey identifies a fact of the current package; obj is nil for a fact of
// the package itself.
type ownKey struct {
	obj types.Object
	t   reflect.Type
}

// foreign are the facts known of another package.
type foreign struct {
	sections []section
	pkg      *types.Package
	objects  map[types.Object][]*entry // nil until resolved
	pkgFacts []*entry
}

// An entry is an imported fact, decoded once it is asked for.
type entry struct {
	path objectpath.Path // "" for a package fact
	t    reflect.Type
	data []byte
	fact analysis.Fact // nil until decoded
}

// NewSet returns the facts at the start of the analysis of pkg, given the files
// of its direct imports by package path. Files of zero length are packages that
// were not analysed. All packages that pkg's imports mention must be complete
// as far as they are mentioned: pkg has been type-checked.
func NewSet(schema Schema, pkg *types.Package, files map[string][]byte) (*Set, error) {
	s := &Set{
		schema:   schema,
		pkg:      pkg,
		own:      make(map[ownKey]analysis.Fact),
		imported: make(map[string]*foreign),
	}
	for _, importPath := range slices.Sorted(maps.Keys(files)) {
		sections, err := decodeSections(files[importPath])
		if err != nil {
			return nil, fmt.Errorf("facts of package %s: %w", importPath, err)
		}
		for _, sec := range sections {
			// A direct import's own file holds all that is known of it.
			if _, direct := files[sec.pkgPath]; direct && sec.pkgPath != importPath {
				continue
			}
			f := s.imported[sec.pkgPath]
			if f == nil {
				f = new(foreign)
				s.imported[sec.pkgPath] = f
			}
			f.sections = append(f.sections, sec)
		}
	}
	return s, nil
}

// Err returns the first error met while decoding a fact. A fact that can't be
// decoded is taken as absent, so results are not to be trusted if there is one.
func (s *Set) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// ExportObjectFact implements the function of that name of [analysis.Pass]. An
// instantiated function, method or field stands for its generic origin.
func (s *Set) ExportObjectFact(obj types.Object, fact analysis.Fact) {
	obj = origin(obj)
	if obj.Pkg() != s.pkg {
		panic(fmt.Sprintf("package %s exports fact %T about %s, which belongs to another package", s.pkg.Path(), fact, obj))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own[ownKey{obj, reflect.TypeOf(fact)}] = fact
}

// ExportPackageFact implements the function of that name of [analysis.Pass].
func (s *Set) ExportPackageFact(fact analysis.Fact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.own[ownKey{nil, reflect.TypeOf(fact)}] = fact
}

// ImportObjectFact implements the function of that name of [analysis.Pass]. An
// instantiated function, method or field stands for its generic origin.
func (s *Set) ImportObjectFact(obj types.Object, ptr analysis.Fact) bool {
	if obj == nil {
		panic("ImportObjectFact of a nil object")
	}
	obj = origin(obj)
	s.mu.Lock()
	defer s.mu.Unlock()
	if obj.Pkg() == s.pkg {
		return assign(ptr, s.own[ownKey{obj, reflect.TypeOf(ptr)}])
	}
	if obj.Pkg() == nil {
		return false // universe
	}
	f := s.imported[obj.Pkg().Path()]
	if f == nil {
		return false
	}
	f.resolve(s.schema, obj.Pkg())
	return assign(ptr, s.find(f.objects[obj], reflect.TypeOf(ptr)))
}

// ImportPackageFact implements the function of that name of [analysis.Pass].
func (s *Set) ImportPackageFact(pkg *types.Package, ptr analysis.Fact) bool {
	if pkg == nil {
		panic("ImportPackageFact of a nil package")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if pkg == s.pkg {
		return assign(ptr, s.own[ownKey{nil, reflect.TypeOf(ptr)}])
	}
	f := s.imported[pkg.Path()]
	if f == nil {
		return false
	}
	f.resolve(s.schema, pkg)
	return assign(ptr, s.find(f.pkgFacts, reflect.TypeOf(ptr)))
}

// AllObjectFacts returns the facts of the given types about objects, the
// current package's and imported ones, in an unspecified order.
func (s *Set) AllObjectFacts(wanted map[reflect.Type]bool) []analysis.ObjectFact {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []analysis.ObjectFact
	for k, fact := range s.own {
		if k.obj != nil && wanted[k.t] {
			all = append(all, analysis.ObjectFact{Object: k.obj, Fact: fact})
		}
	}
	s.eachForeign(func(f *foreign) {
		for obj, entries := range f.objects {
			for _, e := range entries {
				if wanted[e.t] && s.decode(e) {
					all = append(all, analysis.ObjectFact{Object: obj, Fact: e.fact})
				}
			}
		}
	})
	return all
}

// AllPackageFacts returns the facts of the given types about the current
// package and its direct imports, in an unspecified order.
func (s *Set) AllPackageFacts(wanted map[reflect.Type]bool) []analysis.PackageFact {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []analysis.PackageFact
	for k, fact := range s.own {
		if k.obj == nil && wanted[k.t] {
			all = append(all, analysis.PackageFact{Package: s.pkg, Fact: fact})
		}
	}
	s.eachForeign(func(f *foreign) {
		for _, e := range f.pkgFacts {
			if wanted[e.t] && s.decode(e) {
				all = append(all, analysis.PackageFact{Package: f.pkg, Fact: e.fact})
			}
		}
	})
	return all
}

// eachForeign calls visit for each package of which facts are known and which
// the current package can refer to.
func (s *Set) eachForeign(visit func(*foreign)) {
	seen := map[*types.Package]bool{s.pkg: true}
	var walk func(pkg *types.Package)
	walk = func(pkg *types.Package) {
		if seen[pkg] {
			return
		}
		seen[pkg] = true
		if f := s.imported[pkg.Path()]; f != nil {
			f.resolve(s.schema, pkg)
			visit(f)
		}
		for _, imp := range pkg.Imports() {
			walk(imp)
		}
	}
	for _, imp := range s.pkg.Imports() {
		walk(imp)
	}
}

// find returns the decoded fact of type t among the entries, or nil.
func (s *Set) find(entries []*entry, t reflect.Type) analysis.Fact {
	for _, e := range entries {
		if e.t == t && s.decode(e) {
			return e.fact
		}
	}
	return nil
}

// decode reports whether the entry's fact is there, decoding it if need be.
func (s *Set) decode(e *entry) bool {
	if e.fact != nil {
		return true
	}
	fact, err := decodeFact(e.t, e.data)
	if err != nil {
		s.err = errors.Join(s.err, fmt.Errorf("fact %s about %s: %w", e.t, e.path, err))
		return false
	}
	e.fact = fact
	return true
}

// resolve finds the objects that the sections' paths denote in pkg. A path that
// denotes nothing is that of an object that the current package can't refer to.
func (f *foreign) resolve(schema Schema, pkg *types.Package) {
	if f.objects != nil {
		return
	}
	f.pkg = pkg
	f.objects = make(map[types.Object][]*entry)
	for _, sec := range f.sections {
		for _, e := range sec.entries(schema) {
			if e.path == "" {
				f.pkgFacts = append(f.pkgFacts, e)
				continue
			}
			obj, err := objectpath.Object(pkg, e.path)
			if err != nil || slices.ContainsFunc(f.objects[obj], func(o *entry) bool { return o.t == e.t }) {
				continue
			}
			f.objects[obj] = append(f.objects[obj], e)
		}
	}
}

// assign stores the fact, if it is not nil, in the variable that ptr points to.
func assign(ptr, fact analysis.Fact) bool {
	if fact == nil {
		return false
	}
	reflect.ValueOf(ptr).Elem().Set(reflect.ValueOf(fact).Elem())
	return true
}

// origin returns the generic object of which obj is an instance, or obj.
func origin(obj types.Object) types.Object {
	switch obj := obj.(type) {
	case *types.Func:
		return obj.Origin()
	case *types.Var:
		return obj.Origin()
	}
	return obj
}

// Encode returns the contents of the current package's file.
func (s *Set) Encode() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own, err := s.ownSection()
	if err != nil {
		return nil, err
	}
	sections := []section{own}
	reached := s.reachable()
	for _, pkg := range slices.SortedFunc(maps.Keys(reached), comparePackages) {
		f := s.imported[pkg.Path()]
		f.resolve(s.schema, pkg)
		var entries []*entry
		for obj, es := range f.objects {
			if reached[pkg][obj] {
				entries = append(entries, es...)
			}
		}
		sections = append(sections, newSection(pkg.Path(), s.schema, entries))
	}
	return encodeSections(sections), nil
}

func comparePackages(a, b *types.Package) int { return strings.Compare(a.Path(), b.Path()) }

// ownSection encodes the current package's facts. Objects that have no path
// can't be referred to by importers: facts about them stay here.
func (s *Set) ownSection() (section, error) {
	var entries []*entry
	var paths objectpath.Encoder
	for k, fact := range s.own {
		e := &entry{t: k.t}
		if k.obj != nil {
			path, err := paths.For(k.obj)
			if err != nil {
				continue
			}
			e.path = path
		}
		if _, ok := s.schema.names[k.t]; !ok {
			return section{}, fmt.Errorf("fact %s is not among any analyzer's FactTypes", k.t)
		}
		data, err := encodeFact(fact)
		if err != nil {
			return section{}, fmt.Errorf("package %s: fact %s about %s can't be encoded: %w", s.pkg.Path(), k.t, k.obj, err)
		}
		e.data = data
		entries = append(entries, e)
	}
	return newSection(s.pkg.Path(), s.schema, entries), nil
}
