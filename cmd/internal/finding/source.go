package finding

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/gomend/gomend/cmd/internal/symbol"
)

// A source is a file of one of two revisions. Its lines count from 1.
type source struct {
	lines        []line
	declarations []declaration
}

// A line is one of a file.
type line struct {
	text, key string // as it stands, and what it says
	other     int    // its number in the other revision, or 0 if it is not there
}

// A declaration is one at the top of a file: the first and last of its lines,
// without its comment, and that on which the head of a function ends, or 0.
type declaration struct {
	name              string
	first, head, last int
}

// newSource returns a file, without lines where it does not exist.
func newSource(read func(file string) ([]byte, error), file string) *source {
	s := new(source)
	if read == nil || file == "" {
		return s
	}
	content, err := read(file)
	if err != nil {
		return s
	}
	for text := range strings.Lines(string(content)) {
		s.lines = append(s.lines, line{text: strings.TrimSuffix(text, "\n") + "\n", key: lineKey(text)})
	}
	fset := token.NewFileSet()
	// Of a file with errors, the declarations that were understood will do.
	if syntax, _ := parser.ParseFile(fset, file, content, parser.ParseComments|parser.SkipObjectResolution); syntax != nil {
		for _, decl := range syntax.Decls {
			s.declarations = append(s.declarations, declarationOf(fset, syntax, decl))
		}
	}
	return s
}

func declarationOf(fset *token.FileSet, file *ast.File, decl ast.Decl) declaration {
	number := func(pos token.Pos) int { return fset.PositionFor(pos, false).Line }
	d := declaration{name: symbol.Around(file, decl.Pos()), first: number(decl.Pos()), last: number(decl.End())}
	if f, ok := decl.(*ast.FuncDecl); ok && f.Body != nil {
		d.head = number(f.Body.Lbrace)
	}
	return d
}

// at returns a line, an empty one where there is none of that number.
func (s *source) at(number int) line {
	if number < 1 || number > len(s.lines) {
		return line{}
	}
	return s.lines[number-1]
}

// skip returns the number of the next line that says anything, in the direction of
// step.
func (s *source) skip(number, step int) int {
	for number += step; 1 <= number && number <= len(s.lines) && s.at(number).key == ""; number += step {
	}
	return number
}

// declaration returns the one around a line, or an empty one.
func (s *source) declaration(number int) declaration {
	for _, d := range s.declarations {
		if d.first <= number && number <= d.last {
			return d
		}
	}
	return declaration{}
}

// compare notes which lines are in both files. A declaration is compared with that
// of the same name: a diff of the whole files would take a copy below the original
// for the original if that is mended. What is in one file only is compared with
// what is in the other only.
func (s *source) compare(t *source) {
	ours, theirs := s.byDeclaration(), t.byDeclaration()
	var here, there []int
	for name, lines := range ours {
		if theirs[name] == nil {
			here = append(here, lines...)
		} else {
			s.compareLines(lines, t, theirs[name])
		}
	}
	for name, lines := range theirs {
		if ours[name] == nil {
			there = append(there, lines...)
		}
	}
	slices.Sort(here)
	slices.Sort(there)
	s.compareLines(here, t, there)
}

// byDeclaration returns the numbers of the lines of each declaration, by name; of
// those outside of declarations, by no name.
func (s *source) byDeclaration() map[string][]int {
	all := make(map[string][]int)
	for i := range s.lines {
		name := s.declaration(i + 1).name
		all[name] = append(all[name], i+1)
	}
	return all
}

// compareLines notes which of some lines of s are among some lines of t.
func (s *source) compareLines(ours []int, t *source, theirs []int) {
	before, after := s.text(ours), t.text(theirs)
	offset := 0
	keep := func(text string) {
		for range strings.Count(text, "\n") {
			s.lines[ours[0]-1].other, t.lines[theirs[0]-1].other = theirs[0], ours[0]
			ours, theirs = ours[1:], theirs[1:]
		}
	}
	for _, e := range udiff.Lines(before, after) {
		keep(before[offset:e.Start])
		ours, theirs = ours[strings.Count(before[e.Start:e.End], "\n"):], theirs[strings.Count(e.New, "\n"):]
		offset = e.End
	}
	keep(before[offset:])
}

func (s *source) text(numbers []int) string {
	var b strings.Builder
	for _, n := range numbers {
		b.WriteString(s.at(n).text)
	}
	return b.String()
}
