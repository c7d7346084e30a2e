package rewrite

import (
	"bytes"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// Delete returns the edit that removes a node that has its lines for itself, such as a
// statement or a declaration, with its comments: those in it, the one behind it, and those
// right above it. The latter stay if about, which is given a comment's text, denies that
// they speak of the node. Delete reports false where a comment in or behind the node stands
// for something else, or other code shares the lines.
func Delete(pass *analysis.Pass, file *ast.File, n ast.Node, about func(comment string) bool) (analysis.TextEdit, bool) {
	f := pass.Fset.File(n.Pos())
	src, err := pass.ReadFile(f.Name())
	if err != nil || f.Size() != len(src) {
		return analysis.TextEdit{}, false
	}
	first, last := f.Line(n.Pos()), f.Line(n.End())
	start := lineStart(src, f.Offset(n.Pos()))
	if len(bytes.TrimSpace(src[start:f.Offset(n.Pos())])) > 0 {
		return analysis.TextEdit{}, false
	}
	end := f.Offset(n.End())
	for _, group := range file.Comments {
		for _, c := range group.List {
			switch {
			case n.Pos() <= c.Pos() && c.Pos() < n.End():
				if !about(c.Text) {
					return analysis.TextEdit{}, false
				}
			case c.Pos() >= n.End() && f.Line(c.Pos()) == last:
				if !about(c.Text) || len(bytes.TrimSpace(src[end:f.Offset(c.Pos())])) > 0 {
					return analysis.TextEdit{}, false
				}
				end = f.Offset(c.End())
			}
		}
		if f.Line(group.End()) == first-1 && group.End() <= n.Pos() && about(group.Text()+directives(group)) {
			if from := lineStart(src, f.Offset(group.Pos())); len(bytes.TrimSpace(src[from:f.Offset(group.Pos())])) == 0 {
				start = from
			}
		}
	}
	next := len(src)
	if i := bytes.IndexByte(src[end:], '\n'); i >= 0 {
		next = end + i + 1
	}
	if len(bytes.TrimSpace(src[end:next])) > 0 {
		return analysis.TextEdit{}, false
	}
	return analysis.TextEdit{Pos: f.Pos(start), End: f.Pos(pastBlank(src, start, next))}, true
}

// directives returns the text of the comments of a group that CommentGroup.Text leaves out.
func directives(group *ast.CommentGroup) string {
	text := ""
	for _, c := range group.List {
		text += c.Text + "\n"
	}
	return text
}

// lineStart returns where the line of an offset begins.
func lineStart(src []byte, at int) int { return bytes.LastIndexByte(src[:at], '\n') + 1 }

// pastBlank returns where a deletion from the start of a line to the start of another ends,
// so that no two blank lines meet, and none follows an opening brace.
func pastBlank(src []byte, start, next int) int {
	before := bytes.TrimRight(src[:start], " \t\r")
	before = bytes.TrimSuffix(before, []byte("\n"))
	before = bytes.TrimRight(before, " \t\r")
	if len(before) > 0 && before[len(before)-1] != '\n' && before[len(before)-1] != '{' {
		return next
	}
	if i := bytes.IndexByte(src[next:], '\n'); i >= 0 && len(bytes.TrimSpace(src[next:next+i])) == 0 {
		return next + i + 1
	}
	return next
}

// Within reports whether a position lies in a node.
func Within(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }
