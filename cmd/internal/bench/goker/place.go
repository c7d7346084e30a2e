package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
)

// A source is a kernel's parsed file. It turns the lines of a profile, which
// are those of machine instructions, into the lines at which an analyzer would
// report.
type source struct {
	fset *token.FileSet
	file *ast.File
}

func parseSource(name string) (*source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &source{fset, file}, nil
}

// goLine returns the line of the keyword of the go statement that has its call
// on the given line.
func (s *source) goLine(line int) (int, error) {
	found := 0
	for n := range ast.Preorder(s.file) {
		// Statements are visited outside in, so the last is the innermost.
		if stmt, ok := n.(*ast.GoStmt); ok && s.covers(stmt, line) {
			found = s.line(stmt.Pos())
		}
	}
	if found == 0 {
		return 0, fmt.Errorf("%s: no go statement at line %d", s.fset.File(s.file.Pos()).Name(), line)
	}
	return found, nil
}

// blockedLines returns the lines of the operation that blocks on the given
// line: the line itself, that on which the operation begins, and for a select
// those of its communications, any of which a finding may name.
func (s *source) blockedLines(line int) []int {
	lines := []int{line}
	for n := range ast.Preorder(s.file) {
		switch n := n.(type) {
		case *ast.SendStmt, *ast.CallExpr:
			if s.line(n.End()) == line {
				lines = append(lines, s.line(n.Pos()))
			}
		case *ast.SelectStmt:
			if s.line(n.Pos()) == line {
				lines = append(lines, s.communications(n)...)
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

func (s *source) communications(stmt *ast.SelectStmt) []int {
	var lines []int
	for _, clause := range stmt.Body.List {
		if comm := clause.(*ast.CommClause).Comm; comm != nil {
			lines = append(lines, s.line(comm.Pos()))
		}
	}
	return lines
}

func (s *source) covers(n ast.Node, line int) bool {
	return s.line(n.Pos()) <= line && line <= s.line(n.End())
}

func (s *source) line(pos token.Pos) int { return s.fset.Position(pos).Line }
