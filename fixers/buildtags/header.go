package buildtags

import (
	"bytes"
	"go/build/constraint"
	"strings"
)

// line is a line of a file, without the newline.
type line struct {
	from, to int
	text     string
	expr     constraint.Expr
}

// header is the build constraints of a file.
type header struct {
	goBuild   *line
	plusBuild []line
}

// readHeader returns the constraints as the go command reads them: the //go:build line is
// one above the package clause, the // +build lines stand above a blank line in what only
// has line comments. It reports false of a file with a line that the go command takes for a
// constraint and that is none, or with several //go:build lines.
func readHeader(src []byte) (h header, ok bool) {
	var plus []line // since the last blank line
	inStar, lineComments := false, true
	for at := 0; at < len(src); {
		next := len(src)
		if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		raw := src[at:next]
		text := string(bytes.TrimSpace(raw))
		from := at + len(raw) - len(bytes.TrimLeft(raw, " \t\r\n"))
		at = next
		if text == "" {
			if lineComments {
				h.plusBuild = append(h.plusBuild, plus...)
				plus = nil
			}
			continue
		}
		isLine := len(text) >= 2 && text[:2] == "//"
		if !isLine {
			lineComments = false
		}
		if isLine && !inStar && (constraint.IsGoBuild(text) || constraint.IsPlusBuild(text)) {
			x, err := constraint.Parse(text)
			// Words of a // +build line that are no tags are taken for "ignore".
			if err != nil || strings.Contains(x.String(), "ignore") && !strings.Contains(text, "ignore") {
				return header{}, false
			}
			l := line{from: from, to: from + len(text), text: text, expr: x}
			switch {
			case constraint.IsPlusBuild(text):
				if lineComments {
					plus = append(plus, l)
				}
			case h.goBuild != nil:
				return header{}, false
			default:
				h.goBuild = &l
			}
			continue
		}
		var code bool
		if inStar, code = skipComments(text, inStar); code {
			break
		}
	}
	return h, true
}

// skipComments reads a line that begins inside of a block comment or not, and reports
// whether it ends inside of one, and whether there is code in it.
func skipComments(text string, inStar bool) (stillInStar, code bool) {
	rest := []byte(text)
	for len(rest) > 0 {
		if inStar {
			i := bytes.Index(rest, []byte("*/"))
			if i < 0 {
				return true, false
			}
			inStar = false
			rest = bytes.TrimSpace(rest[i+2:])
			continue
		}
		switch {
		case bytes.HasPrefix(rest, []byte("//")):
			return false, false
		case bytes.HasPrefix(rest, []byte("/*")):
			inStar = true
			rest = rest[2:]
		default:
			return false, true
		}
	}
	return inStar, false
}

// demanded returns the constraint that the // +build lines make together, or nil if there
// are none.
func (h header) demanded() constraint.Expr {
	var x constraint.Expr
	for _, l := range h.plusBuild {
		if x == nil {
			x = l.expr
		} else {
			x = &constraint.AndExpr{X: x, Y: l.expr}
		}
	}
	return x
}
