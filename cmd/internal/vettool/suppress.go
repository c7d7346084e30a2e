package vettool

import (
	"go/token"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/record"
)

// directives returns the suppressions in the file, each with the lines that it
// covers.
func (src *source) directives(l *locator) []record.Directive {
	var found []record.Directive
	for _, c := range directive.InFile(src.syntax, sourceText{src, l.fset}) {
		span := l.span(c.Pos, c.End)
		found = append(found, record.Directive{
			Directive: c.Directive,
			File:      span.File,
			Line:      span.Line,
			Column:    span.Column,
			Start:     span.Start,
			End:       span.End,
			FirstLine: c.FirstLine,
			LastLine:  c.LastLine,
		})
	}
	return found
}

// A sourceText is a source as package directive reads it.
type sourceText struct {
	*source
	fset *token.FileSet
}

func (t sourceText) Place(pos token.Pos) token.Position { return t.position(t.fset, pos) }

func (t sourceText) Line(n int) []byte { return t.line(n) }

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
