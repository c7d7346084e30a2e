package finding

import (
	"bytes"
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"strings"
	"time"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/directive"
)

// Ignore returns the change that suppresses f: a comment on a line of its own
// above the finding, in the form that package directive reads. src is the
// content of f's file. The reason is required; until, the last day on which the
// suppression holds, may be zero.
//
// It fails if the reason cannot stand in such a comment, or if the line begins
// within a string or a comment, where another comment would be text.
func Ignore(src []byte, f Finding, reason string, until time.Time) (Fix, error) {
	comment, err := ignoreComment(f.ID(), reason, until)
	if err != nil {
		return Fix{}, err
	}
	start, err := lineStart(src, f)
	if err != nil {
		return Fix{}, err
	}
	if withinToken(src, start) {
		return Fix{}, fmt.Errorf("%s:%d: the line begins within a string or a comment: write %s at its end", f.File, f.Line, comment)
	}
	line := src[start:]
	indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	newline := "\n"
	if i := bytes.IndexByte(line, '\n'); i > 0 && line[i-1] == '\r' {
		newline = "\r\n"
	}
	var text strings.Builder
	if followsDoc(src, start) {
		fmt.Fprintf(&text, "%s//%s", indent, newline)
	}
	fmt.Fprintf(&text, "%s%s%s", indent, comment, newline)
	return Fix{
		Message: "suppress " + f.ID() + " here",
		Safety:  rule.Safe,
		Edits:   []Edit{{File: f.File, Start: start, End: start, New: text.String()}},
	}, nil
}

func ignoreComment(ref, reason string, until time.Time) (string, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return "", errors.New("a suppression needs a reason: say why the finding is tolerable")
	}
	if strings.ContainsAny(reason, "\n\r") {
		return "", errors.New("the reason of a suppression must be one line")
	}
	want := directive.Directive{Rules: []string{ref}, Reason: reason}
	comment := "//gomend:ignore " + ref
	if !until.IsZero() {
		want.Until = until.Format(directive.DateLayout)
		comment += " until=" + want.Until
	}
	comment += " " + reason
	// What is written must be read back as it was meant; the reason could
	// begin with "until=".
	got, ok := directive.Parse(comment)
	if !ok || got.Problem != "" || got.Until != want.Until || got.Reason != want.Reason {
		return "", fmt.Errorf("the reason %q cannot stand in a comment: begin it with another word", reason)
	}
	return comment, nil
}

// lineStart returns the offset at which the finding's line begins.
func lineStart(src []byte, f Finding) (int, error) {
	start := 0
	for range f.Line - 1 {
		i := bytes.IndexByte(src[start:], '\n')
		if i < 0 {
			return 0, fmt.Errorf("%s has no line %d any more: check again and use the new ID", f.File, f.Line)
		}
		start += i + 1
	}
	return start, nil
}

// withinToken reports whether the offset lies within a raw string or a general
// comment, the only tokens that span lines.
func withinToken(src []byte, offset int) bool {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		start := file.Offset(pos)
		switch {
		case tok == token.EOF || start >= offset:
			return false
		case tok != token.SEMICOLON && start+len(lit) > offset:
			return true
		}
	}
}

// followsDoc reports whether the line at start follows the text of a comment in
// the first column, which gofmt takes for documentation: there it sets
// directives apart from the text.
func followsDoc(src []byte, start int) bool {
	above := src[:start]
	above = above[bytes.LastIndexByte(bytes.TrimSuffix(above, []byte("\n")), '\n')+1:]
	return bytes.HasPrefix(above, []byte("// ")) || bytes.HasPrefix(above, []byte("//\t"))
}

// removeComment returns the edit that removes a comment, with its line if it is
// alone there.
func removeComment(src []byte, comment Span) Edit {
	start, end := comment.Start, comment.End
	for start > 0 && (src[start-1] == ' ' || src[start-1] == '\t') {
		start--
	}
	alone := start == 0 || src[start-1] == '\n'
	if rest := src[end:]; alone {
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			end += i + 1
		}
	}
	return Edit{File: comment.File, Start: start, End: end}
}
