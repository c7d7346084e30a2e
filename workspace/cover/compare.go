package cover

import (
	"cmp"
	"slices"
	"strings"
)

// A Comparison is what a change did to the coverage of a code base.
type Comparison struct {
	// Revision is the commit that the head was compared with, where [Since] chose it.
	Revision string

	// Base and Head are what was compared.
	Base, Head *Coverage

	// Change counts the change's own statements: those at the head in lines that are new or
	// changed. Statements of packages that are unknown are not among them.
	Change Count

	// Uncovered are the parts of the change that are not covered, sorted by file and line.
	Uncovered []Part

	// Regressions are statements that the change did not touch, and that were covered
	// before and are not any more, sorted by file and line.
	Regressions []Regression

	// Flaky are those of which this was so at first, and not when the tests were run once
	// more.
	Flaky []Regression

	// Before and After count the statements of the packages that are known, or not there,
	// on both sides.
	Before, After Count

	// Packages are those of both sides, sorted by import path.
	Packages []PackageChange
}

// A Verdict is whether coverage dropped.
type Verdict string

const (
	// Held means that it did not drop.
	Held Verdict = "held"
	// Dropped means that it did, in what is known at least.
	Dropped Verdict = "dropped"
	// Undecided means that it did not in what is known, and that not everything is.
	Undecided Verdict = "undecided"
)

// Verdict returns whether coverage dropped: whether there are Regressions, or more uncovered
// statements than before.
func (c *Comparison) Verdict() Verdict {
	switch {
	case len(c.Regressions) > 0 || c.After.Uncovered() > c.Before.Uncovered():
		return Dropped
	case len(c.Unknown()) > 0:
		return Undecided
	}
	return Held
}

// Unknown returns the packages that are unknown on either side.
func (c *Comparison) Unknown() []PackageChange {
	var unknown []PackageChange
	for i := range c.Packages {
		if c.Packages[i].State == Unknown {
			unknown = append(unknown, c.Packages[i])
		}
	}
	return unknown
}

// A Part is statements of a file that follow each other.
type Part struct {
	Package string // its import path
	Path    string // of the file, as in [File]
	// Function is the function that they are in; empty if none is.
	Function string
	// Line and EndLine are where they begin and end.
	Line, EndLine int
	// Statements is how many they are.
	Statements int
}

// A Regression is statements of a block that lost coverage.
type Regression struct {
	Part
	// Block is the block at the head that they are in. Not all of its statements need have
	// lost coverage: others may be new.
	Block Block
	// WasPath and WasLine are where they began at the base.
	WasPath string
	WasLine int
}

// A State is what became of a package.
type State string

const (
	// Kept is a package that is known on both sides.
	Kept State = "kept"
	// Added is one that was not there.
	Added State = "added"
	// Removed is one that is not there any more.
	Removed State = "removed"
	// Unknown is one that is unknown on a side.
	Unknown State = "unknown"
)

// A PackageChange is what became of a package and its coverage.
type PackageChange struct {
	ImportPath string
	Module     string
	State      State

	// Why says why the package is unknown, and on which side.
	Why string

	// Base and Head count the package's statements. They are zero on a side where it is
	// unknown, or not there.
	Base, Head Count

	// Functions are those of which the count differs, sorted by name. There are none of an
	// unknown package.
	Functions []FunctionChange
}

// A FunctionChange is what became of the coverage of a function. Functions of one package
// that have the same name, as init may, count together.
type FunctionChange struct {
	Name string
	// Path and Line are where it is at the head, or was at the base if it is gone.
	Path string
	Line int
	// Base and Head count its statements. One that is new or gone, and would count nothing
	// on the other side, has a Total of 0 there.
	Base, Head Count
}

// Compare tells what a change from base to head did to coverage. Both sides need the
// contents of their files, see [Read]. Renamed tells of files which file of the base they
// were, by the Path of both; files of the same Name need not be in it.
//
// A statement is unchanged if its lines are, in the function that they were in. It may have
// moved with its function, within the package or to another. Of an if or for statement, only
// what is in front of the brace counts, so that what is in it is judged by itself.
func Compare(base, head *Coverage, renamed map[string]string) *Comparison {
	c := &comparer{Comparison: &Comparison{Base: base, Head: head}}
	c.packages()
	c.trace(renamed)
	c.statements()
	return c.Comparison
}

// A comparer compares two coverages.
type comparer struct {
	*Comparison
	files []*tracedFile // of the head
}

// packages pairs the packages of both sides and compares their counts.
func (c *comparer) packages() {
	paths := make(map[string]bool)
	for _, side := range []*Coverage{c.Base, c.Head} {
		for _, p := range side.Packages {
			paths[p.ImportPath] = true
		}
	}
	base, head := byPath(c.Base), byPath(c.Head)
	for path := range paths {
		change := c.packageChange(base[path], head[path])
		if change.State != Unknown {
			c.Before.add(change.Base)
			c.After.add(change.Head)
			change.Functions = functionChanges(base[path], head[path])
		}
		c.Packages = append(c.Packages, change)
	}
	slices.SortFunc(c.Packages, func(a, b PackageChange) int { return strings.Compare(a.ImportPath, b.ImportPath) })
}

func byPath(c *Coverage) map[string]*Package {
	byPath := make(map[string]*Package, len(c.Packages))
	for _, p := range c.Packages {
		byPath[p.ImportPath] = p
	}
	return byPath
}

// packageChange tells what became of a package, of which one side may be nil.
func (c *comparer) packageChange(base, head *Package) PackageChange {
	change := PackageChange{State: Kept}
	if base != nil {
		change.ImportPath, change.Module, change.Base = base.ImportPath, base.Module, base.Count()
	}
	if head != nil {
		change.ImportPath, change.Module, change.Head = head.ImportPath, head.Module, head.Count()
	}
	switch before, after := c.Base.whyUnknown(base, change.Module), c.Head.whyUnknown(head, change.Module); {
	case after != "":
		change.State, change.Why = Unknown, "at the head, "+after
	case before != "" && head != nil:
		change.State, change.Why = Unknown, "at the base, "+before
	case base == nil:
		change.State = Added
	case head == nil:
		change.State = Removed
	}
	return change
}

// whyUnknown says why a package of the module is unknown. It is not there if it is nil,
// unless its module is unknown.
func (c *Coverage) whyUnknown(p *Package, module string) string {
	if p != nil {
		return cmp.Or(p.Unknown, p.withoutSource())
	}
	for _, m := range c.Modules {
		if m.Path == module && m.Unknown != "" {
			return "its module can't be loaded: " + m.Unknown
		}
	}
	return ""
}

// withoutSource says of which file the source is missing, without which nothing can be
// compared.
func (p *Package) withoutSource() string {
	for _, f := range p.Files {
		if f.Source == nil {
			return "the source of " + f.Path + " is not known"
		}
	}
	return ""
}

func functionChanges(base, head *Package) []FunctionChange {
	byName := make(map[string]*FunctionChange)
	count := func(p *Package, on func(*FunctionChange) *Count) {
		if p == nil {
			return
		}
		here := make(map[string]bool)
		for _, f := range p.Files {
			for _, fn := range f.Functions {
				change := byName[fn.Name]
				if change == nil {
					change = &FunctionChange{Name: fn.Name}
					byName[fn.Name] = change
				}
				if !here[fn.Name] {
					here[fn.Name] = true
					change.Path, change.Line = f.Path, fn.Line
				}
				on(change).add(fn.Count)
			}
		}
	}
	count(base, func(f *FunctionChange) *Count { return &f.Base })
	count(head, func(f *FunctionChange) *Count { return &f.Head })
	var changes []FunctionChange
	for _, change := range byName {
		if change.Base != change.Head {
			changes = append(changes, *change)
		}
	}
	slices.SortFunc(changes, func(a, b FunctionChange) int { return strings.Compare(a.Name, b.Name) })
	return changes
}

// statements finds the change's own statements, and those that lost coverage.
func (c *comparer) statements() {
	unknown := make(map[string]bool)
	for _, p := range c.Packages {
		unknown[p.ImportPath] = p.State == Unknown
	}
	for _, f := range c.files {
		if unknown[f.pkg.ImportPath] {
			continue
		}
		for i := range f.file.statements {
			c.statement(f, &f.file.statements[i])
		}
	}
}

func (c *comparer) statement(f *tracedFile, st *statement) {
	block := f.file.block(st.position)
	if block == nil {
		return // it was left out
	}
	was, unchanged := f.origin(st)
	if !unchanged {
		n := Count{Total: 1}
		if block.Times > 0 {
			n.Covered = 1
		} else {
			c.Uncovered = extend(c.Uncovered, f.part(st))
		}
		c.Change.add(n)
		return
	}
	if block.Times > 0 {
		return
	}
	before := was.file.block(position{was.line, st.col})
	if before == nil || before.Times == 0 {
		return
	}
	part := f.part(st)
	if n := len(c.Regressions); n > 0 {
		last := &c.Regressions[n-1]
		if last.Path == part.Path && last.Block == *block {
			last.EndLine = max(last.EndLine, part.EndLine)
			last.Statements++
			return
		}
	}
	c.Regressions = append(c.Regressions, Regression{Part: part, Block: *block, WasPath: was.file.Path, WasLine: was.line})
}

// part returns a statement as a part of its file.
func (f *tracedFile) part(st *statement) Part {
	p := Part{
		Package: f.pkg.ImportPath, Path: f.file.Path,
		Line: st.line, EndLine: st.lines[len(st.lines)-1], Statements: 1,
	}
	if fn := f.file.function(st.line); fn != nil {
		p.Function = fn.Name
	}
	return p
}

// extend appends a part of one statement, or makes the last one longer if it follows that.
func extend(parts []Part, p Part) []Part {
	if n := len(parts); n > 0 {
		last := &parts[n-1]
		if last.Path == p.Path && last.Function == p.Function && p.Line <= last.EndLine+1 {
			last.EndLine = max(last.EndLine, p.EndLine)
			last.Statements++
			return parts
		}
	}
	return append(parts, p)
}
