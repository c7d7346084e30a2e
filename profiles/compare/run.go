package compare

import (
	"fmt"
	"path"
	"strings"

	"github.com/google/pprof/profile"
)

// A Dimension is what rows are.
type Dimension string

// The dimensions.
const (
	// Owner is the functions of one's own, with what they have others do.
	Owner Dimension = "owner"
	// Function is all functions, by their names without the numbers of closures and the
	// shapes of type arguments; ExactFunction is by the names as the profile has them.
	Function      Dimension = "function"
	ExactFunction Dimension = "exact-function"
	File          Dimension = "file"
	Line          Dimension = "line"
	Package       Dimension = "package"
	Module        Dimension = "module"
	Label         Dimension = "label"
)

// Dimensions returns all dimensions.
func Dimensions() []Dimension {
	return []Dimension{Owner, Function, ExactFunction, File, Line, Package, Module, Label}
}

// Options say how to fold profiles.
type Options struct {
	// SampleType names the type of samples, as "cpu" or "alloc_space"; that which the profile
	// names as its default if empty, or else its last.
	SampleType string

	// By is what rows are; [Owner] if empty. LabelKey names the label where they are labels.
	By       Dimension
	LabelKey string

	// Modules are the paths of the code base's own modules. Where it is empty, as for a
	// profile of which no code is at hand, all that is outside of the standard library is
	// one's own.
	Modules []string
}

// A Cell is the value of a row: Flat is what it has spent itself, and Cum with what it has
// called.
type Cell struct{ Flat, Cum int64 }

// A Run is a profile that was folded.
type Run struct {
	Name string // of the file

	// Type and Unit are those of the samples, as "cpu" and "nanoseconds".
	Type, Unit string

	// Total is the sum of all samples.
	Total int64

	// Iterations is how often what was profiled has run; 0 if that is not known.
	Iterations int64

	// Rows are the values by the names of rows.
	Rows map[string]Cell

	files map[string]string // of rows that are functions

	// names are those of rows, by the numbers that the calls among functions are of, and in
	// functions is one that each row has, or "".
	names, functions []string
	calls            map[call]bool

	options Options
}

// A call is of a row by the nearest other one, or by none where there is no other.
type call struct{ caller, called int32 }

// Fold folds a profile.
func Fold(name string, p *profile.Profile, o *Options) (*Run, error) {
	index, err := sampleType(p, o.SampleType)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	r := &Run{Name: name, Type: p.SampleType[index].Type, Unit: p.SampleType[index].Unit, Iterations: iterationsOf(p), Rows: make(map[string]Cell), files: make(map[string]string)}
	f := &folder{o: o, index: make(map[string]int32), frames: make(map[frame]int32), locations: make(map[*profile.Location][]int32, len(p.Location))}
	if f.o.By == "" {
		by := *o
		by.By = Owner
		f.o = &by
	}
	functions := f.o.By == Owner || f.o.By == Function
	if functions {
		f.calls = make(map[call]bool)
	}
	for i, s := range p.Sample {
		if v := s.Value[index]; v != 0 {
			r.Total += v
			f.sample(s, v, int32(i+1))
		}
	}
	for i, name := range f.names {
		r.Rows[name] = f.cells[i]
	}
	if functions {
		for at, n := range f.frames {
			if n != none {
				r.files[f.names[n]] = at.function.Filename
			}
		}
	}
	r.names, r.functions, r.calls, r.options = f.names, f.functions, f.calls, *f.o
	return r, nil
}

// A folder folds one profile.
type folder struct {
	o *Options

	names     []string // of rows
	functions []string // one that each row has, or ""
	cells     []Cell
	seen      []int32 // the last sample that a row was on, as recursion counts once
	index     map[string]int32

	calls   map[call]bool // nil where they are not wanted
	callers []int32       // the last that was noted of a row, which it mostly is again

	frames    map[frame]int32               // the row of a frame
	locations map[*profile.Location][]int32 // the rows of the frames of a location
}

// none stands for the row of a frame that belongs to who has called it.
const none int32 = -1

// unknown stands for the caller of a row that none was seen of.
const unknown int32 = -2

// A frame is a line of a location.
type frame struct {
	function *profile.Function
	line     int64
}

// number returns the number of a row.
func (f *folder) number(name string) int32 {
	n, ok := f.index[name]
	if !ok {
		n = int32(len(f.names))
		f.index[name] = n
		f.names, f.cells, f.seen = append(f.names, name), append(f.cells, Cell{}), append(f.seen, 0)
		f.functions, f.callers = append(f.functions, ""), append(f.callers, unknown)
	}
	return n
}

// rowsOf returns the rows of a location's frames.
func (f *folder) rowsOf(l *profile.Location) []int32 {
	rows, ok := f.locations[l]
	if ok {
		return rows
	}
	for _, line := range l.Line {
		if line.Function != nil {
			rows = append(rows, f.row(frame{line.Function, line.Line}))
		}
	}
	f.locations[l] = rows
	return rows
}

// sample adds a sample, which has a number from 1 on.
func (f *folder) sample(s *profile.Sample, v int64, number int32) {
	if f.o.By == Label {
		rows := s.Label[f.o.LabelKey]
		if len(rows) == 0 {
			rows = []string{"(none)"}
		}
		for _, row := range rows {
			n := f.number(row)
			f.cells[n].Flat += v
			f.cells[n].Cum += v
		}
		return
	}
	spent := false // whether a row has got what was spent
	last := none   // the row below
	for _, l := range s.Location {
		for _, n := range f.rowsOf(l) {
			if n == none {
				continue
			}
			if !spent {
				f.cells[n].Flat += v
				spent = true
			}
			if f.seen[n] != number {
				f.seen[n] = number
				f.cells[n].Cum += v
			}
			f.called(last, n)
			last = n
		}
	}
	f.called(last, none)
	if !spent {
		n := f.number(outside(s))
		f.cells[n].Flat += v
		f.cells[n].Cum += v
	}
}

// called notes who calls a row, if not the row itself.
func (f *folder) called(n, caller int32) {
	if f.calls == nil || n == none || n == caller || f.callers[n] == caller {
		return
	}
	f.callers[n] = caller
	f.calls[call{caller, n}] = true
}

// outside names the row of a sample that nothing of one's own is on: by the package of its leaf.
func outside(s *profile.Sample) string {
	for _, l := range s.Location {
		for _, line := range l.Line {
			if line.Function != nil {
				return "(outside: " + PackageOf(line.Function.Name) + ")"
			}
		}
	}
	return "(unknown)"
}

// row returns the row of a frame, or none.
func (f *folder) row(at frame) int32 {
	if f.o.By != Line {
		at.line = 0 // which makes no difference
	}
	n, ok := f.frames[at]
	if !ok {
		n = none
		if name := f.name(at); name != "" {
			n = f.number(name)
			f.functions[n] = at.function.Name
		}
		f.frames[at] = n
	}
	return n
}

// name returns the name of a frame's row, or "" if it belongs to who has called it.
func (f *folder) name(at frame) string {
	fn := at.function
	switch f.o.By {
	case ExactFunction:
		return fn.Name
	case Function:
		return stableName(fn.Name)
	case File:
		return fn.Filename
	case Line:
		return fmt.Sprintf("%s:%d", fn.Filename, at.line)
	}
	pkg := PackageOf(fn.Name)
	switch f.o.By {
	case Package:
		return pkg
	case Module:
		return f.o.module(pkg)
	}
	if !f.own(pkg) || path.Base(fn.Filename) == testMain {
		return ""
	}
	return stableName(fn.Name)
}

// testMain is the file that "go test" makes, with the package main of test binaries.
const testMain = "_testmain.go"

// own reports whether a package is of the code base.
func (f *folder) own(pkg string) bool {
	if len(f.o.Modules) == 0 {
		return pkg != "" && !isStandard(pkg)
	}
	return pkg == "main" || f.o.longest(pkg) != ""
}

// longest returns the module of the code base that a package is in, or "".
func (o *Options) longest(pkg string) string {
	pkg = strings.TrimSuffix(pkg, "_test") // the external tests of a package
	best := ""
	for _, m := range o.Modules {
		if (pkg == m || strings.HasPrefix(pkg, m+"/")) && len(m) > len(best) {
			best = m
		}
	}
	return best
}

// module returns a module of the code base, or where a package of another comes from, as far as
// its path tells.
func (o *Options) module(pkg string) string {
	if m := o.longest(pkg); m != "" {
		return m
	}
	switch elements := strings.Split(pkg, "/"); {
	case pkg == "":
		return "(unknown)"
	case pkg == "main":
		return "main"
	case isStandard(pkg):
		return "std"
	case len(elements) > 3:
		return path.Join(elements[:3]...)
	}
	return pkg
}

// isStandard reports whether a package is of the standard library, whose paths have no dot in
// the first element.
func isStandard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return pkg != "main" && !strings.Contains(first, ".")
}
