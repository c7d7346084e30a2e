package govuln

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/internal/unpack"
)

// Evidence is the functions that a profile of a running program has seen on stacks.
type Evidence struct {
	samples map[string]int // by function, closures counted to what they stand in
}

// A Sighting is a vulnerable function that has run.
type Sighting struct {
	Package, Symbol string
	Samples         int // how many distinct stacks of the profile it is on
}

// maxProfile is the size of a profile up to which it is read, unpacked, in bytes.
const maxProfile = 1 << 30

// ReadEvidence reads a profile as pprof writes it
// (https://github.com/google/pprof/blob/main/proto/profile.proto), compressed or not. An error
// is one of the format; a profile without names of functions is one, too, as it says nothing.
func ReadEvidence(r io.Reader) (*Evidence, error) {
	data, err := unpack.All(r, maxProfile)
	if err != nil {
		return nil, err
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("it is no profile: %w", err)
	}
	e := &Evidence{samples: make(map[string]int)}
	names := 0
	closure := regexp.MustCompile(`(\.func\d+|\.gowrap\d+|-range\d+|-fm|\.deferwrap\d+|\.\d+)+$`)
	for _, s := range p.Sample {
		seen := make(map[string]bool)
		for _, l := range s.Location {
			for _, line := range l.Line { // what is inlined has lines of its own
				if line.Function == nil || line.Function.Name == "" {
					continue
				}
				names++
				seen[closure.ReplaceAllString(withoutTypeArguments(line.Function.Name), "")] = true
			}
		}
		for name := range seen {
			e.samples[name]++
		}
	}
	if names == 0 {
		return nil, errors.New("it names no functions: symbolize it first, as by \"go tool pprof -proto PROGRAM PROFILE\"")
	}
	return e, nil
}

// Of returns the vulnerable functions of a finding that have run, sorted: those that the
// advisory names in packages that are built in, whether or not a call graph knows of a way to
// them.
func (e *Evidence) Of(f *Finding) []Sighting {
	var all []Sighting
	note := func(pkg, symbol string) {
		n := 0
		for _, name := range symbolNames(pkg, symbol) {
			n += e.samples[name]
		}
		seen := func(s Sighting) bool { return s.Package == pkg && s.Symbol == symbol }
		if n > 0 && !slices.ContainsFunc(all, seen) {
			all = append(all, Sighting{pkg, symbol, n})
		}
	}
	for _, c := range f.Calls {
		note(c.Package, c.Symbol)
	}
	for _, s := range f.symbols {
		note(s.Package, s.Name)
	}
	slices.SortFunc(all, func(a, b Sighting) int {
		if c := strings.Compare(a.Package, b.Package); c != 0 {
			return c
		}
		return strings.Compare(a.Symbol, b.Symbol)
	})
	return all
}

// symbolNames returns how the compiler names a function, or a method of a type or a pointer
// to it. A dot in the last element of the path is written as %2e.
func symbolNames(pkg, symbol string) []string {
	i := strings.LastIndex(pkg, "/") + 1
	prefix := pkg[:i] + strings.ReplaceAll(pkg[i:], ".", "%2e")
	var names []string
	for _, p := range []string{prefix, pkg} { // what other tools make of profiles may have the dot
		if receiver, method, ok := strings.Cut(symbol, "."); ok {
			names = append(names, p+"."+receiver+"."+method, p+".(*"+receiver+")."+method)
		} else {
			names = append(names, p+"."+symbol)
		}
		if !strings.Contains(pkg[i:], ".") {
			break
		}
	}
	return names
}
