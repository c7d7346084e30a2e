package directive

import (
	"bytes"
	"go/ast"
	"go/token"
)

// A Comment is a directive where it stands in a file.
type Comment struct {
	Directive
	Pos, End token.Pos

	// FirstLine to LastLine are the lines that it covers. They are zero if it is
	// for the whole file, or suppresses nothing.
	FirstLine, LastLine int
}

// A Text is a file's text, with the lines that its positions are on.
type Text interface {
	// Place returns the line and column of a position.
	Place(token.Pos) token.Position

	// Line returns the text of a line, counted from 1, without its end.
	Line(n int) []byte
}

// InFile returns the directives in a file, each with the lines that it covers:
//
//   - a directive after code covers its line;
//   - one in the doc comment of a declaration (a function, a group of
//     variables, one of them, a field) covers that declaration to its end;
//   - any other covers the line after the comment that it is part of, so that
//     several may stand one above the other;
//   - a whole-file directive covers the file.
func InFile(syntax *ast.File, text Text) []Comment {
	var found []Comment
	var docs map[*ast.CommentGroup]ast.Node // made when needed
	for _, group := range syntax.Comments {
		for _, comment := range group.List {
			d, ok := Parse(comment.Text)
			if !ok {
				continue
			}
			if docs == nil {
				docs = docComments(syntax)
			}
			c := Comment{Directive: d, Pos: comment.Pos(), End: comment.End()}
			if d.Problem == "" && !d.WholeFile {
				c.FirstLine, c.LastLine = covered(text, group, comment, docs[group])
			}
			found = append(found, c)
		}
	}
	return found
}

// covered returns the lines that the comment in the group covers. The group
// documents the declaration, if it is not nil.
func covered(text Text, group *ast.CommentGroup, comment *ast.Comment, documented ast.Node) (first, last int) {
	at := text.Place(comment.Pos())
	if before := text.Line(at.Line); len(before) >= at.Column && len(bytes.TrimSpace(before[:at.Column-1])) > 0 {
		return at.Line, at.Line
	}
	if documented != nil {
		return text.Place(documented.Pos()).Line, text.Place(documented.End()).Line
	}
	next := text.Place(group.End()).Line + 1
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
