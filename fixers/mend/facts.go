package mend

import (
	"go/types"
	"reflect"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/objectpath"
)

// facts are what analyzers know of packages and of what these declare. They are kept by
// names, so that they hold for whatever types.Package stands for a package.
type facts struct {
	mu      sync.RWMutex
	all     map[factKey]analysis.Fact
	since   map[factKey]string // the version of Go that what can be inlined needs
	changed map[string]int     // by import path: the generation of its newest kind of fact
	now     int
}

// A factKey names a fact: that of a package has no object.
type factKey struct {
	path   string
	object objectpath.Path
	kind   reflect.Type
}

func newFacts() *facts {
	return &facts{all: make(map[factKey]analysis.Fact), since: make(map[factKey]string), changed: make(map[string]int)}
}

// set notes a fact. It counts as a change if there was none of its kind.
func (f *facts) set(path string, object objectpath.Path, fact analysis.Fact) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := factKey{path, object, reflect.TypeOf(fact)}
	if _, known := f.all[key]; !known {
		f.now++
		f.changed[path] = f.now
	}
	f.all[key] = fact
}

// get copies a fact to the one that fact points to.
func (f *facts) get(path string, object objectpath.Path, fact analysis.Fact) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	known, ok := f.all[factKey{path, object, reflect.TypeOf(fact)}]
	if ok {
		reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
	}
	return ok
}

// setSince notes which version of Go is needed where an object is inlined.
func (f *facts) setSince(path string, object objectpath.Path, since string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.since[factKey{path: path, object: object}] = since
}

// sinceOf returns that version, or "".
func (f *facts) sinceOf(path string, object objectpath.Path) string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.since[factKey{path: path, object: object}]
}

// generation returns a number that grows as facts are added.
func (f *facts) generation() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.now
}

// changedSince returns the packages with facts that were added since a generation, with
// the generation in which the last one was.
func (f *facts) changedSince(generation int) map[string]int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	changed := make(map[string]int)
	for path, at := range f.changed {
		if at > generation {
			changed[path] = at
		}
	}
	return changed
}

// pathOf returns the name of an object that has one outside of its package.
func pathOf(obj types.Object) (objectpath.Path, bool) {
	if obj == nil || obj.Pkg() == nil {
		return "", false
	}
	path, err := objectpath.For(obj)
	return path, err == nil
}
