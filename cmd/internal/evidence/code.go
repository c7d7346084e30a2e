package evidence

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/symbol"
	"github.com/gomend/gomend/profiles/goroutine"
	"github.com/gomend/gomend/workspace"
)

// A code is a code base's source, read as far as it is needed.
type code struct {
	workspace *workspace.Workspace
	files     map[string]*file // by absolute name; nil if it can't be read
}

// A file is a Go file of the code base.
type file struct {
	name    string // relative to the root, with slashes
	pkg     string // as in a finding
	module  *workspace.Module
	fset    *token.FileSet
	syntax  *ast.File
	content []byte
	lines   [][]byte // with their ends
}

// file returns the file that a frame is in, or nil if it is not of the code base.
func (c *code) file(f goroutine.Frame) *file {
	name, module := c.locate(f)
	if module == nil {
		return nil
	}
	return c.read(name, module)
}

// locate returns the absolute name of a frame's file and its module, or nil.
func (c *code) locate(f goroutine.Frame) (string, *workspace.Module) {
	if filepath.IsAbs(f.File) {
		return f.File, c.moduleOf(f.File)
	}
	// With -trimpath, files are named by import path.
	var owner *workspace.Module
	for _, m := range c.workspace.Modules {
		if m.Path != "" && strings.HasPrefix(f.File, m.Path+"/") && (owner == nil || len(owner.Path) < len(m.Path)) {
			owner = m
		}
	}
	if owner == nil {
		return "", nil
	}
	return filepath.Join(owner.Dir, filepath.FromSlash(strings.TrimPrefix(f.File, owner.Path+"/"))), owner
}

// moduleOf returns the module that has the file, or nil. What is vendored is of
// others.
func (c *code) moduleOf(name string) *workspace.Module {
	var owner *workspace.Module
	for _, m := range c.workspace.Modules {
		rel, err := filepath.Rel(m.Dir, name)
		if err == nil && filepath.IsLocal(rel) && !strings.HasPrefix(filepath.ToSlash(rel), "vendor/") && (owner == nil || len(owner.Dir) < len(m.Dir)) {
			owner = m
		}
	}
	return owner
}

// read returns a file of the module, or nil if it can't be read.
func (c *code) read(name string, module *workspace.Module) *file {
	if f, ok := c.files[name]; ok {
		return f
	}
	c.files[name] = nil
	content, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	f := &file{module: module, fset: token.NewFileSet(), content: content, lines: bytes.SplitAfter(content, []byte("\n"))}
	f.syntax, err = parser.ParseFile(f.fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	f.name = filepath.ToSlash(name)
	if rel, err := filepath.Rel(c.workspace.Root, name); err == nil && filepath.IsLocal(rel) {
		f.name = filepath.ToSlash(rel)
	}
	rel, _ := filepath.Rel(module.Dir, filepath.Dir(name)) // it lies below
	f.pkg = path.Join(module.Path, filepath.ToSlash(rel))
	if strings.HasSuffix(f.syntax.Name.Name, "_test") && strings.HasSuffix(name, "_test.go") {
		f.pkg += "_test"
	}
	c.files[name] = f
	return f
}

// Place implements [directive.Text].
func (f *file) Place(pos token.Pos) token.Position { return f.fset.PositionFor(pos, false) }

// Line implements [directive.Text].
func (f *file) Line(n int) []byte {
	if n < 1 || n > len(f.lines) {
		return nil
	}
	return bytes.TrimRight(f.lines[n-1], "\r\n")
}

// span returns the range of a node on its first line.
func (f *file) span(n ast.Node) finding.Span {
	from, to := f.Place(n.Pos()), f.Place(n.End())
	if to.Line > from.Line {
		to.Line, to.Column = from.Line, len(f.Line(from.Line))+1
		to.Offset = from.Offset + to.Column - from.Column
	}
	return finding.Span{
		File:  f.name,
		Start: from.Offset, End: to.Offset,
		Line: from.Line, Column: from.Column,
		EndLine: to.Line, EndColumn: to.Column,
	}
}

// lineSpan returns the range of a line, without the space around it.
func (f *file) lineSpan(line int) finding.Span {
	text := f.Line(line)
	begin := len(text) - len(bytes.TrimLeft(text, " \t"))
	offset := begin
	for _, before := range f.lines[:min(line-1, len(f.lines))] {
		offset += len(before)
	}
	end := max(begin, len(bytes.TrimRight(text, " \t")))
	return finding.Span{
		File:  f.name,
		Start: offset, End: offset + end - begin,
		Line: line, Column: begin + 1,
		EndLine: line, EndColumn: end + 1,
	}
}

// around returns the innermost node on the line that keep accepts, or nil. A node
// that spans lines counts for all of them, for the runtime names the line of the
// call's end.
func (f *file) around(line int, keep func(ast.Node) bool) ast.Node {
	var found ast.Node
	for n := range ast.Preorder(f.syntax) {
		if f.Place(n.Pos()).Line <= line && line <= f.Place(n.End()).Line && keep(n) {
			found = n // visited outside in
		}
	}
	return found
}

// goStatement returns the go statement on the line, or nil.
func (f *file) goStatement(line int) ast.Node {
	return f.around(line, func(n ast.Node) bool { _, ok := n.(*ast.GoStmt); return ok })
}

// handedOver returns the call that the function literal around the line is an
// argument of, or nil.
func (f *file) handedOver(line int) ast.Node {
	lit := f.around(line, func(n ast.Node) bool { _, ok := n.(*ast.FuncLit); return ok })
	if lit == nil {
		return nil
	}
	return f.around(f.Place(lit.Pos()).Line, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return false
		}
		for _, arg := range call.Args {
			if arg == lit {
				return true
			}
		}
		return false
	})
}

// symbolAt returns the name of the declaration around a byte offset.
func (f *file) symbolAt(offset int) string {
	return symbol.Around(f.syntax, f.fset.File(f.syntax.FileStart).Pos(offset))
}

// suppressions returns those in the file that are for the given rule.
func (f *file) suppressions(rule string) []finding.Suppression {
	var all []finding.Suppression
	for _, c := range directive.InFile(f.syntax, f) {
		if !names(c.Rules, rule) {
			continue
		}
		from, to := f.Place(c.Pos), f.Place(c.End)
		all = append(all, finding.Suppression{
			Directive: c.Directive,
			Span: finding.Span{
				File:  f.name,
				Start: from.Offset, End: to.Offset,
				Line: from.Line, Column: from.Column,
				EndLine: to.Line, EndColumn: to.Column,
			},
			FirstLine: c.FirstLine, LastLine: c.LastLine,
			Package: f.pkg,
			Module:  f.module.Path,
		})
	}
	return all
}

// names reports whether one of the references is to the rule or a kind of it.
func names(refs []string, rule string) bool {
	for _, ref := range refs {
		if name, _, _ := strings.Cut(ref, "/"); name == rule {
			return true
		}
	}
	return false
}
