package cover

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// A position is a place in a file.
type position struct{ line, col int }

func (p position) before(q position) bool {
	return cmp.Or(cmp.Compare(p.line, q.line), cmp.Compare(p.col, q.col)) < 0
}

// A statement is what the cover tool counts as one.
type statement struct {
	position
	// lines are those that make the statement what it is: of an if, up to the brace; of one
	// with a function literal in it, but for what is between the braces.
	lines []int
}

// parse finds the functions and statements in the file's source.
func (f *File) parse() error {
	src, err := parseSource(f.Path, f.Source)
	if err != nil {
		return err
	}
	f.Functions, f.statements = src.functions(), src.statements()
	f.countFunctions()
	return nil
}

// A source is a parsed file.
type source struct {
	content []byte
	fset    *token.FileSet
	file    *ast.File
}

func parseSource(name string, content []byte) (*source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &source{content, fset, file}, nil
}

// at returns a position as the cover tool does, which heeds no line comments.
func (s *source) at(pos token.Pos) position {
	p := s.fset.PositionFor(pos, false)
	return position{p.Line, p.Column}
}

func (s *source) line(pos token.Pos) int { return s.at(pos).line }

// functions returns the functions that are declared in the file.
func (s *source) functions() []Function {
	var functions []Function
	for _, d := range s.file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && counted(fn) {
			functions = append(functions, Function{Name: functionName(fn), Line: s.line(fn.Pos()), EndLine: s.line(fn.End())})
		}
	}
	return functions
}

func functionName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) == 0 {
		return fn.Name.Name
	}
	receiver := fn.Recv.List[0].Type
	for {
		switch t := receiver.(type) {
		case *ast.StarExpr:
			receiver = t.X
		case *ast.ParenExpr:
			receiver = t.X
		case *ast.IndexExpr: // of a generic type
			receiver = t.X
		case *ast.IndexListExpr:
			receiver = t.X
		case *ast.Ident:
			return t.Name + "." + fn.Name.Name
		default:
			return fn.Name.Name
		}
	}
}

// statements returns what the cover tool counts, in the order of the file.
func (s *source) statements() []statement {
	var all []statement
	add := func(list ...ast.Stmt) {
		for _, st := range list {
			switch st := st.(type) {
			case *ast.CaseClause, *ast.CommClause:
				continue // their bodies are counted
			case *ast.LabeledStmt:
				if !isLoopOrSwitch(st.Stmt) { // goto leads between the two
					all = append(all, s.statement(st.Stmt))
				}
			}
			all = append(all, s.statement(st))
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			return counted(n)
		case *ast.BlockStmt:
			add(n.List...)
		case *ast.CaseClause:
			add(n.Body...)
		case *ast.CommClause:
			add(n.Body...)
		case *ast.IfStmt:
			if elseIf, ok := n.Else.(*ast.IfStmt); ok {
				add(elseIf)
			}
		}
		return true
	})
	slices.SortStableFunc(all, func(a, b statement) int { return cmp.Or(a.line-b.line, a.col-b.col) })
	return all
}

func isLoopOrSwitch(st ast.Stmt) bool {
	switch st.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.SelectStmt, *ast.TypeSwitchStmt:
		return true
	}
	return false
}

func (s *source) statement(st ast.Stmt) statement {
	inner := make(map[int]bool)
	ast.Inspect(st, func(n ast.Node) bool {
		literal, ok := n.(*ast.FuncLit)
		if !ok {
			return true
		}
		for line := s.line(literal.Body.Lbrace) + 1; line < s.line(literal.Body.Rbrace); line++ {
			inner[line] = true
		}
		return false
	})
	found := statement{position: s.at(st.Pos())}
	for line := found.line; line <= s.line(headerEnd(st)); line++ {
		if !inner[line] {
			found.lines = append(found.lines, line)
		}
	}
	return found
}

// headerEnd returns where the part of a statement ends that is no statements of their own.
func headerEnd(st ast.Stmt) token.Pos {
	if label, ok := st.(*ast.LabeledStmt); ok {
		if !isLoopOrSwitch(label.Stmt) {
			return label.Colon
		}
		st = label.Stmt
	}
	if b := body(st); b != nil {
		return b.Lbrace
	}
	return st.End()
}

// body returns what is between the braces of a statement, or nil.
func body(st ast.Stmt) *ast.BlockStmt {
	switch st := st.(type) {
	case *ast.BlockStmt:
		return st
	case *ast.IfStmt:
		return st.Body
	case *ast.ForStmt:
		return st.Body
	case *ast.RangeStmt:
		return st.Body
	case *ast.SwitchStmt:
		return st.Body
	case *ast.TypeSwitchStmt:
		return st.Body
	case *ast.SelectStmt:
		return st.Body
	}
	return nil
}

// ignoreComment is what a comment begins with that leaves code out of the count.
const ignoreComment = "//coverage:ignore"

// ignored returns a function that reports whether comments leave a block out, or nil if
// they leave out the whole file.
func (s *source) ignored() func(*Block) bool {
	lines := make(map[int]bool) // on which code begins that is left out
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			rest, ok := strings.CutPrefix(c.Text, ignoreComment)
			if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
				continue
			}
			if c.End() < s.file.Package {
				return nil
			}
			if s.alone(c) {
				lines[s.line(group.End())+1] = true
			} else {
				lines[s.line(c.Pos())] = true
			}
		}
	}
	var parts []func(*Block) bool
	ast.Inspect(s.file, func(n ast.Node) bool {
		if len(lines) == 0 {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncDecl:
			if lines[s.line(n.Pos())] && n.Body != nil {
				parts = append(parts, s.within(n.Body.Lbrace, n.End()))
				return false
			}
		case ast.Stmt:
			if lines[s.line(n.Pos())] {
				parts = append(parts, s.partOf(n))
			}
		}
		return true
	})
	return func(b *Block) bool {
		return slices.ContainsFunc(parts, func(part func(*Block) bool) bool { return part(b) })
	}
}

// alone reports whether a comment has no code before it on its line.
func (s *source) alone(c *ast.Comment) bool {
	before := s.content[:s.fset.PositionFor(c.Pos(), false).Offset]
	before = before[bytes.LastIndexByte(before, '\n')+1:]
	return len(bytes.TrimSpace(before)) == 0
}

// partOf returns a function that reports whether a block is in a statement or, where the
// statement has no blocks, has it.
func (s *source) partOf(st ast.Stmt) func(*Block) bool {
	switch st := st.(type) {
	case *ast.CaseClause:
		return s.within(st.Colon, st.End())
	case *ast.CommClause:
		return s.within(st.Colon, st.End())
	}
	if b := body(st); b != nil {
		return s.within(b.Lbrace, b.End())
	}
	pos := s.at(st.Pos())
	return func(b *Block) bool { return b.contains(pos) }
}

// within returns a function that reports whether a block is between two positions. It goes by
// where the block ends: one of an else begins before the brace.
func (s *source) within(from, to token.Pos) func(*Block) bool {
	start, end := s.at(from), s.at(to)
	return func(b *Block) bool {
		last := position{b.EndLine, b.EndCol}
		return start.before(last) && !end.before(last)
	}
}

// hasStatements reports whether the file has any statement that the cover tool counts.
func (s *source) hasStatements() bool {
	for _, d := range s.file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && counted(fn) && len(fn.Body.List) > 0 {
			return true
		}
	}
	return false
}

// fits reports whether blocks with so many statements can be of the file.
func (s *source) fits(statements int) bool {
	all := s.statements()
	// Labels and blocks that stand by themselves are counted unless a basic block begins
	// with them.
	loose := 0
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.LabeledStmt:
			loose++
		case *ast.BlockStmt:
			for _, st := range n.List {
				if _, ok := st.(*ast.BlockStmt); ok {
					loose++
				}
			}
		}
		return true
	})
	return len(all)-loose <= statements && statements <= len(all)
}

// counted reports whether the cover tool counts what is in a function: not where it has no
// name, which nothing can call.
func counted(fn *ast.FuncDecl) bool { return fn.Body != nil && fn.Name.Name != "_" }
