package vettool

import (
	"bytes"
	"go/ast"
	"go/token"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/record"
)

// directives returns the suppressions in the file, each with the lines that it
// covers:
//
//   - a directive after code covers its line;
//   - one in the doc comment of a declaration (a function, a group of
//     variables, one of them, a field) covers that declaration to its end;
//   - any other covers the line after the comment that it is part of, so that
//     several may stand one above the other;
//   - a whole-file directive covers the file.
func (src *source) directives(l *locator) []record.Directive {
	var found []record.Directive
	var docs map[*ast.CommentGroup]ast.Node // made when needed
	for _, group := range src.syntax.Comments {
		for _, comment := range group.List {
			d, ok := directive.Parse(comment.Text)
			if !ok {
				continue
			}
			if docs == nil {
				docs = docComments(src.syntax)
			}
			span := l.span(comment.Pos(), comment.End())
			r := record.Directive{
				Directive: d,
				File:      span.File,
				Line:      span.Line,
				Column:    span.Column,
				Start:     span.Start,
				End:       span.End,
			}
			if d.Problem == "" && !d.WholeFile {
				r.FirstLine, r.LastLine = src.covered(l.fset, group, comment, docs[group])
			}
			found = append(found, r)
		}
	}
	return found
}

// covered returns the lines that the comment in the group covers. The group
// documents the declaration, if it is not nil.
func (src *source) covered(fset *token.FileSet, group *ast.CommentGroup, comment *ast.Comment, documented ast.Node) (first, last int) {
	at := src.position(fset, comment.Pos())
	if before := src.line(at.Line); len(before) >= at.Column && len(bytes.TrimSpace(before[:at.Column-1])) > 0 {
		return at.Line, at.Line
	}
	if documented != nil {
		return src.position(fset, documented.Pos()).Line, src.position(fset, documented.End()).Line
	}
	next := src.position(fset, group.End()).Line + 1
	return next, next
}

// docComments returns the declarations that have a doc comment, by the comment.
func docComments(file *ast.File) map[*ast.CommentGroup]ast.Node {
	docs := make(map[*ast.CommentGroup]ast.Node)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			docs[n.Doc] = n
		case *ast.GenDecl:
			docs[n.Doc] = n
		case *ast.TypeSpec:
			docs[n.Doc] = n
		case *ast.ValueSpec:
			docs[n.Doc] = n
		case *ast.ImportSpec:
			docs[n.Doc] = n
		case *ast.Field:
			docs[n.Doc] = n
		}
		return true
	})
	delete(docs, nil)
	return docs
}

// suppresses reports whether the directive covers a diagnostic of the given rule
// and kind that starts on the line.
func suppresses(d record.Directive, line int, name, kind string) bool {
	if d.Problem != "" || !d.WholeFile && (line < d.FirstLine || line > d.LastLine) {
		return false
	}
	for _, ref := range d.Rules {
		if rule.Matches(ref, name, kind) {
			return true
		}
	}
	return false
}
