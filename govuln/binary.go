package govuln

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	govulncheck "golang.org/x/vuln/scan"

	"github.com/gomend/gomend/govuln/osv"
	"github.com/gomend/gomend/govuln/vulndb"
)

// A Binary is a program that was built, and what is known of it.
type Binary struct {
	File string // its name

	// Path is the import path of its main package, Module that of its main module and
	// Version the module's version, if it is stamped.
	Path, Module, Version string

	Go       string // the release that built it
	Platform Platform

	// Stripped tells that it has no symbols. Then it is not known which packages and
	// functions it has: no finding is of level Called.
	Stripped bool

	// Findings are sorted by advisory and dependency.
	Findings []*BinaryFinding

	// Unknown are the modules in it with advisories of which it is not known which version
	// they are, as a directory was built in their place: [osv.Stdlib] where no release of
	// Go has built it.
	Unknown []string

	// Elsewhere are advisories that concern versions in it, on other platforms alone,
	// sorted by ID.
	Elsewhere []*osv.Entry
}

// A BinaryFinding is an advisory that concerns a program.
type BinaryFinding struct {
	Advisory            *osv.Entry
	Level               Level // Called if a vulnerable function is in the program
	Precision           Precision
	Dependency, Version string // as in [Finding]
	Fixed               string
	Packages            []string // the vulnerable ones in the program, sorted
	Symbols             []Symbol // the vulnerable ones in the program, sorted
}

// A Symbol is a function, or a method as Type.Method, of a package.
type Symbol struct{ Package, Name string }

// ScanBinary looks at a program: which modules, packages and functions are in it, as the
// linker has left them. What is in it may never run, and what runs by reflection is seen.
// An error names the file.
func ScanBinary(ctx context.Context, file string, databases []*vulndb.Database) (*Binary, error) {
	x, err := extract(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	b := &Binary{
		File: file, Path: x.Path, Go: x.GoVersion, Platform: Platform{x.GOOS, x.GOARCH},
		Stripped: len(x.PkgSymbols) == 0,
	}
	if x.Main != nil {
		b.Module, b.Version = x.Main.Path, x.Main.Version
	}
	a := &advisories{databases: databases, now: time.Now(), byModule: make(map[string][]*osv.Entry)}
	for _, d := range x.dependencies() {
		if d.local || d.name == osv.Stdlib && d.version == "" {
			if entries, err := a.of(ctx, d.name); err != nil {
				return nil, err
			} else if len(entries) > 0 {
				b.Unknown = append(b.Unknown, d.name)
			}
			continue
		}
		here, elsewhere, err := a.matches(ctx, d, b.Platform)
		if err != nil {
			return nil, err
		}
		b.Elsewhere = append(b.Elsewhere, elsewhere...)
		for _, m := range here {
			b.Findings = append(b.Findings, x.finding(m))
		}
	}
	slices.SortStableFunc(b.Findings, func(a, b *BinaryFinding) int { return CompareIDs(a.Advisory.ID, b.Advisory.ID) })
	slices.SortFunc(b.Elsewhere, func(a, b *osv.Entry) int { return CompareIDs(a.ID, b.ID) })
	return b, nil
}

// An extracted program is what govulncheck reads from one.
type extracted struct {
	Path         string
	Main         *listedModule
	Modules      []*listedModule
	PkgSymbols   []struct{ Pkg, Name string }
	GoVersion    string
	GOOS, GOARCH string
	symbols      map[string]map[string]bool // by package
	nodes        map[string]*node           // the packages
}

// extract has govulncheck read a program.
func extract(ctx context.Context, file string) (*extracted, error) {
	if info, err := os.Stat(file); err != nil {
		return nil, errors.Unwrap(err)
	} else if info.IsDir() {
		return nil, errors.New("it is a directory, not a program")
	}
	cmd := govulncheck.Command(ctx, "-mode=extract", file)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Start()
	if err == nil {
		err = cmd.Wait()
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return nil, errors.New("it is no program that Go has built")
	}
	return decodeExtracted(&out)
}

// decodeExtracted reads what govulncheck writes of a program: a header, and all there is. One
// that ends early is an error.
func decodeExtracted(r io.Reader) (*extracted, error) {
	dec := json.NewDecoder(r)
	var header struct{ Name string }
	x := &extracted{symbols: make(map[string]map[string]bool), nodes: make(map[string]*node)}
	if err := dec.Decode(&header); err != nil || header.Name != "govulncheck-extract" {
		return nil, errors.New("what govulncheck reads of it can't be understood")
	}
	if err := dec.Decode(x); err != nil {
		return nil, fmt.Errorf("what govulncheck reads of it ends early: %w", err)
	}
	for _, s := range x.PkgSymbols {
		path := s.Pkg
		if path == "main" && x.Path != "" {
			path = x.Path
		}
		if x.symbols[path] == nil {
			x.symbols[path] = make(map[string]bool)
		}
		x.symbols[path][withoutTypeArguments(s.Name)] = true
	}
	return x, nil
}

// withoutTypeArguments returns the name of a generic function or method of an instance of it.
func withoutTypeArguments(name string) string {
	before, rest, ok := strings.Cut(name, "[")
	if !ok {
		return name
	}
	return before + rest[strings.LastIndex(rest, "]")+1:]
}

// dependencies returns the modules in the program, the main module and the standard library
// among them.
func (x *extracted) dependencies() []*dependency {
	all := []*dependency{{path: osv.Stdlib, name: osv.Stdlib, version: osv.OfGo(x.GoVersion)}}
	for _, m := range append([]*listedModule{x.Main}, x.Modules...) {
		if m == nil {
			continue
		}
		d := m.toDependency()
		if d.version == "(devel)" { // which nobody knows
			d.version, d.local = "", m.Replace != nil
		}
		all = append(all, d)
	}
	for path := range x.symbols {
		x.nodes[path] = &node{path: path, dependency: moduleOf(path, all)}
	}
	return all
}

// moduleOf returns the module that a package comes from: that with the longest path which the
// package's begins with, or else the standard library, which is the first.
func moduleOf(path string, all []*dependency) *dependency {
	best := all[0]
	for _, d := range all[1:] {
		if path == d.name || strings.HasPrefix(path, d.name+"/") {
			if best.name == osv.Stdlib || len(d.name) > len(best.name) {
				best = d
			}
		}
	}
	return best
}

// finding returns how near a match comes.
func (x *extracted) finding(m *match) *BinaryFinding {
	f := &BinaryFinding{
		Advisory: m.entry, Level: Required, Precision: m.precision, Dependency: m.dependency.path, Version: m.dependency.version,
		Fixed: m.entry.Fix(m.dependency.path, m.dependency.version),
	}
	if len(x.symbols) == 0 {
		f.Level = Imported // the module is in the program, and more is not known
		return f
	}
	f.Packages = m.imported(x.nodes)
	for _, path := range f.Packages {
		f.Level = max(f.Level, Imported)
		for _, name := range m.symbols(path) {
			if x.symbols[path][name] {
				f.Level = Called
				f.Symbols = append(f.Symbols, Symbol{path, name})
			}
		}
	}
	return f
}

// A Difference is an advisory that a program and its code do not agree on.
type Difference struct {
	Advisory          *osv.Entry
	Dependency        string
	InCode, InProgram Level // 0 where nothing is found
	CodeVersion       string
	ProgramVersion    string
}

// Why says what the difference comes from, as far as it can be told.
func (d *Difference) Why() string {
	switch {
	case d.InCode != 0 && d.InProgram != 0 && d.CodeVersion != d.ProgramVersion:
		return "the program was built with another version"
	case d.InCode == 0:
		return "the program was built from something else"
	case d.InProgram == 0:
		return "the program was not built from it"
	case d.InProgram == Called:
		return "the function is in the program, and no call in the code leads to it: it may run by reflection, or not at all"
	case d.InCode == Called:
		return "the linker has left the function out, or the compiler has put it into others: it can still run there"
	}
	return "a package is linked into the one and not into the other"
}

// CompareWithCode returns on what a program and the code of its main package do not agree,
// sorted by advisory. The code has to have been scanned for the platform that the program is
// of, in one view. What only the program's build list has is left aside.
func (b *Binary) CompareWithCode(code *Result) []Difference {
	type key struct{ advisory, dependency string }
	all := make(map[key]*Difference)
	at := func(e *osv.Entry, dependency string) *Difference {
		k := key{e.ID, dependency}
		if all[k] == nil {
			all[k] = &Difference{Advisory: e, Dependency: dependency}
		}
		return all[k]
	}
	for _, f := range code.Findings {
		if f.Kind() == Shipped && f.Level > Required {
			d := at(f.Advisory, f.Dependency)
			d.InCode, d.CodeVersion = max(d.InCode, f.Level), f.Version
		}
	}
	for _, f := range b.Findings {
		if f.Level > Required {
			d := at(f.Advisory, f.Dependency)
			d.InProgram, d.ProgramVersion = f.Level, f.Version
		}
	}
	var differ []Difference
	for _, d := range all {
		if d.InCode != d.InProgram || d.CodeVersion != d.ProgramVersion {
			differ = append(differ, *d)
		}
	}
	slices.SortFunc(differ, func(a, b Difference) int {
		return cmp.Or(CompareIDs(a.Advisory.ID, b.Advisory.ID), strings.Compare(a.Dependency, b.Dependency))
	})
	return differ
}
