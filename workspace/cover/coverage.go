package cover

import (
	"cmp"
	"slices"
	"strings"
)

// A Coverage is which statements of a code base are covered.
type Coverage struct {
	// Mode is what the counts of the blocks are, as for the go command's -covermode:
	// "set", where they are 0 or 1, "count" or "atomic".
	Mode string

	// Modules are the modules of the code base with packages that were asked for, sorted
	// by path. There are none where a profile alone was read.
	Modules []*Module

	// Packages are the packages, sorted by import path.
	Packages []*Package
}

// A Module is a module of the code base.
type Module struct {
	// Path is the module's path, or its directory if that is not known.
	Path string

	// Unknown says why the module can't be loaded; it is empty if it can. Then nothing is
	// known of its packages, and they are not among the coverage's.
	Unknown string
}

// A Package is a package, without its tests.
type Package struct {
	ImportPath string

	// Module is the path of the package's module; it is empty where a profile alone was
	// read.
	Module string

	// Tests reports whether the package has tests of its own.
	Tests bool

	// Unknown says why it can't be told what is covered, as that tests fail; it is empty
	// where it can. An unknown package has no files, and no part in any count.
	Unknown string

	// Files are the files with statements, sorted by name.
	Files []*File
}

// A File is a Go file with statements.
type File struct {
	// Name is what profiles call the file: the import path of its package, and its name.
	Name string

	// Path is relative to the root of the code base, with slashes. Where a profile alone
	// was read, it is Name.
	Path string

	// Source is the file's content; nil if it is not known.
	Source []byte

	// Blocks are the parts of the file that run as one, sorted by where they begin.
	Blocks []Block

	// Functions are the functions and methods that are declared in the file, in its
	// order. There are none where the source is not known.
	Functions []Function

	statements []statement
}

// A Block is statements that run one after the other. Columns count bytes, from one; the
// end is where the first byte after the block stands.
type Block struct {
	StartLine, StartCol int
	EndLine, EndCol     int

	// Statements is how many statements are in the block.
	Statements int

	// Times is how often the block was run, or 1 in mode set.
	Times int
}

func (b *Block) compare(c *Block) int {
	return cmp.Or(
		cmp.Compare(b.StartLine, c.StartLine), cmp.Compare(b.StartCol, c.StartCol),
		cmp.Compare(b.EndLine, c.EndLine), cmp.Compare(b.EndCol, c.EndCol),
	)
}

// contains reports whether the block has a position.
func (b *Block) contains(p position) bool {
	start, end := position{b.StartLine, b.StartCol}, position{b.EndLine, b.EndCol}
	return !p.before(start) && p.before(end)
}

// A Function is a function or method.
type Function struct {
	// Name is "Open", or "Reader.Read" for a method of Reader or *Reader.
	Name string

	// Line and EndLine are the lines of the declaration, without its comment.
	Line, EndLine int

	// Count is that of the function's statements, those of function literals in it
	// included.
	Count Count
}

// A Count is a number of statements, of which some are covered.
type Count struct{ Covered, Total int }

// Uncovered returns the number of statements that are not covered.
func (c Count) Uncovered() int { return c.Total - c.Covered }

// Percent returns the part that is covered, between 0 and 100; 100 where there is nothing to
// cover. It is for people to read. Whether coverage dropped does not show in it, see
// [Compare].
func (c Count) Percent() float64 {
	if c.Total == 0 {
		return 100
	}
	return 100 * float64(c.Covered) / float64(c.Total)
}

func (c *Count) add(d Count) {
	c.Covered += d.Covered
	c.Total += d.Total
}

func (c *Count) addBlock(b *Block) {
	c.Total += b.Statements
	if b.Times > 0 {
		c.Covered += b.Statements
	}
}

// Count counts the statements of the file.
func (f *File) Count() Count {
	var n Count
	for i := range f.Blocks {
		n.addBlock(&f.Blocks[i])
	}
	return n
}

// Count counts the statements of the package.
func (p *Package) Count() Count {
	var n Count
	for _, f := range p.Files {
		n.add(f.Count())
	}
	return n
}

// Count counts the statements of all packages that are known.
func (c *Coverage) Count() Count {
	var n Count
	for _, p := range c.Packages {
		n.add(p.Count())
	}
	return n
}

// Count counts the statements of those packages of the module that are known.
func (m *Module) Count(c *Coverage) Count {
	var n Count
	for _, p := range c.Packages {
		if p.Module == m.Path {
			n.add(p.Count())
		}
	}
	return n
}

// Known reports whether all packages and modules are known.
func (c *Coverage) Known() bool {
	return !slices.ContainsFunc(c.Packages, func(p *Package) bool { return p.Unknown != "" }) &&
		!slices.ContainsFunc(c.Modules, func(m *Module) bool { return m.Unknown != "" })
}

// block returns the block that has a position, or nil.
func (f *File) block(p position) *Block {
	after, _ := slices.BinarySearchFunc(f.Blocks, p, func(b Block, p position) int {
		if p.before(position{b.StartLine, b.StartCol}) {
			return 1
		}
		return -1
	})
	// Blocks hardly ever enclose others; the last one that begins before is the innermost.
	for i := after - 1; i >= 0; i-- {
		if f.Blocks[i].contains(p) {
			return &f.Blocks[i]
		}
	}
	return nil
}

// function returns the function that the line is in, or nil.
func (f *File) function(line int) *Function {
	after, _ := slices.BinarySearchFunc(f.Functions, line, func(fn Function, line int) int {
		if fn.Line <= line {
			return -1
		}
		return 1
	})
	if after == 0 || f.Functions[after-1].EndLine < line {
		return nil
	}
	return &f.Functions[after-1]
}

// countFunctions counts the statements of each function.
func (f *File) countFunctions() {
	for i := range f.Functions {
		fn := &f.Functions[i]
		fn.Count = Count{}
		for j := range f.Blocks {
			if b := &f.Blocks[j]; fn.Line <= b.StartLine && b.EndLine <= fn.EndLine {
				fn.Count.addBlock(b)
			}
		}
	}
}

func (c *Coverage) sort() {
	slices.SortFunc(c.Modules, func(a, b *Module) int { return strings.Compare(a.Path, b.Path) })
	slices.SortStableFunc(c.Packages, func(a, b *Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	for _, p := range c.Packages {
		slices.SortFunc(p.Files, func(a, b *File) int { return strings.Compare(a.Name, b.Name) })
	}
}
