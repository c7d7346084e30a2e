package deadlock

import (
	"encoding/json"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// Locks is a fact about an exported function: what a call of it does to locks
// that the caller can name, those of its arguments and of package variables.
type Locks struct{ sum *summary }

// Locking is a fact about a package with functions that have a [Locks].
type Locking struct {
	// Written are the locks that the package takes for writing as well as
	// for reading.
	Written []access.Class `json:"w,omitempty"`
}

func (*Locks) AFact()   {}
func (*Locking) AFact() {}

// GobEncode encodes the fact as JSON, for drivers that use encoding/gob.
func (l *Locks) GobEncode() ([]byte, error) { return json.Marshal(l.sum) }

// GobDecode decodes what GobEncode encoded.
func (l *Locks) GobDecode(data []byte) error { return json.Unmarshal(data, &l.sum) }

// String describes the fact in tests.
func (l *Locks) String() string {
	var does []string
	for _, a := range l.sum.Acquires {
		does = append(does, a.Lock.Mode.acquire()+" "+a.Lock.Path.String())
	}
	for _, o := range l.sum.Outcomes {
		for _, h := range o.Held {
			does = append(does, "returns with "+h.Path.String())
		}
		for _, r := range o.Owed {
			does = append(does, "releases "+r.Path.String())
		}
	}
	for _, i := range l.sum.Invokes {
		does = append(does, "calls "+i.Func.String())
	}
	return strings.Join(does, ", ")
}

// String describes the fact in tests.
func (*Locking) String() string { return "has functions that lock" }

// concernsLocks reports whether anything in the package can hold a lock: it uses
// package sync, or a package with functions that lock.
func concernsLocks(pass *analysis.Pass) bool {
	for _, imported := range pass.Pkg.Imports() {
		if imported.Path() == "sync" || pass.ImportPackageFact(imported, new(Locking)) {
			return true
		}
	}
	for _, obj := range pass.TypesInfo.Uses { // methods of an embedded lock
		if fn, ok := obj.(*types.Func); ok && isSync(fn) {
			return true
		}
	}
	return false
}

// importSummary returns what the analysis of another package said of fn.
func (p *program) importSummary(fn *types.Func) *summary {
	if sum, ok := p.imported[fn]; ok {
		return sum
	}
	var fact Locks
	var sum *summary
	if p.pass.ImportObjectFact(fn, &fact) {
		sum = fact.sum
	}
	p.imported[fn] = sum
	return sum
}

// exportFacts exports what importers should know of the package's functions.
func (p *program) exportFacts() {
	exported := false
	for _, fn := range p.fns {
		obj, ok := fn.Object().(*types.Func)
		if !ok || !obj.Exported() || fn.Parent() != nil {
			continue
		}
		sum := p.summaries[fn]
		if sum.isEmpty() {
			continue
		}
		if out := sum.portable(p.forgets(fn)); !out.isEmpty() {
			p.pass.ExportObjectFact(obj, &Locks{out})
			exported = true
		}
	}
	if exported {
		p.pass.ExportPackageFact(&Locking{p.writtenToo()})
	}
}

// writtenToo returns the classes of locks that the package takes in both modes.
func (p *program) writtenToo() []access.Class {
	modes := make(map[access.Class][2]bool)
	for _, rec := range p.records {
		if rec == nil {
			continue
		}
		for t := range rec.takes {
			if t.lock.Mode != once && t.lock.Path.Class() != "" {
				m := modes[t.lock.Path.Class()]
				m[t.lock.Mode] = true
				modes[t.lock.Path.Class()] = m
			}
		}
	}
	var both []access.Class
	for class, m := range modes {
		if m[read] && m[write] {
			both = append(both, class)
		}
	}
	slices.Sort(both)
	return both
}

// writtenElsewhere reports whether an imported package takes locks of a class for
// writing too.
func (p *program) writtenElsewhere(class access.Class) bool {
	return slices.ContainsFunc(p.pass.Pkg.Imports(), func(imported *types.Package) bool {
		var fact Locking
		return p.pass.ImportPackageFact(imported, &fact) && slices.Contains(fact.Written, class)
	})
}

// portable returns the part of a summary that means something in another package:
// what begins at parameters and package variables, and depends on nothing else.
// What is left out loses defects and adds none. Locks of the classes that the function
// forgets to release are left out too: that is reported where it does.
func (s *summary) portable(forgets map[access.Class]bool) *summary {
	out := &summary{NoReturn: s.NoReturn}
	for _, a := range s.Acquires {
		if a.Lock.isPortable() && a.When.arePortable() {
			a.Released, a.Place = portablePaths(a.Released), a.Place.portable()
			out.Acquires = append(out.Acquires, a)
		}
	}
	for _, p := range s.Pairs {
		if p.Held.isPortable() && p.Taken.isPortable() && p.When.arePortable() {
			p.Place = p.Place.portable()
			out.Pairs = append(out.Pairs, p)
		}
	}
	for _, i := range s.Invokes {
		if i.Func.Portable() {
			i.Held = portableLocks(i.Held)
			i.Released, i.Place = portablePaths(i.Released), i.Place.portable()
			out.Invokes = append(out.Invokes, i)
		}
	}
	for _, o := range s.Outcomes {
		out.Outcomes = append(out.Outcomes, outcome{
			When: o.When.portable(), Results: o.Results.portable(), Sets: o.Sets.portable(),
			Held: slices.DeleteFunc(portableLocks(o.Held), func(l lock) bool { return forgets[l.Path.Class()] }), Owed: portableLocks(o.Owed),
		})
	}
	out.Assigns = portablePaths(s.Assigns)
	return out
}

// portable returns the place with the way to it through other packages.
func (at place) portable() place {
	in := at.abroad
	if in == nil {
		return at
	}
	way := slices.Concat(at.Path, []string{at.Func}, in.Path)
	return place{Func: in.Func, Line: in.Line, Path: way[:min(len(way), maxPath)]}
}

func (l lock) isPortable() bool { return l.Path.Exact() && l.Path.Portable() }

func portableLocks(locks []lock) []lock {
	return slices.DeleteFunc(slices.Clone(locks), func(l lock) bool { return !l.isPortable() })
}

func portablePaths(paths []access.Path) []access.Path {
	return slices.DeleteFunc(slices.Clone(paths), func(p access.Path) bool { return !p.Portable() })
}

// portable returns the facts that can be encoded. To know less of when a function
// returns in a way makes the way possible more often, which is the safe side.
func (fs facts) portable() facts {
	return slices.DeleteFunc(slices.Clone(fs), func(f fact) bool { return !f.isPortable() })
}

func (fs facts) arePortable() bool { return len(fs) == len(fs.portable()) }

func (f fact) isPortable() bool { return f.Cond.X.isPortable() && f.Cond.Y.isPortable() }

func (x term) isPortable() bool { return x.Path.IsZero() || x.Path.Portable() }
