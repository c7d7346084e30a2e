package recipe

import (
	"fmt"
	"go/token"
	"strings"
)

// A Problem is something that is wrong with a template. The line and the column count from 1
// and are those of the template; they are 0 for what is wrong with the recipe as a whole.
type Problem struct {
	Line, Col int
	Message   string
}

// Problems is the error of a recipe in which one or more things are wrong.
type Problems []Problem

// Error returns a line for each problem.
func (ps Problems) Error() string {
	var lines []string
	for _, p := range ps {
		if p.Line == 0 {
			lines = append(lines, p.Message)
		} else {
			lines = append(lines, fmt.Sprintf("%d:%d: %s", p.Line, p.Col, p.Message))
		}
	}
	return strings.Join(lines, "\n")
}

// err returns the problems as an error, or nil if there are none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// header goes before a template, in its first line, to make a file of it.
const header = "package recipe; "

// problemAt returns a problem at a position in the file that is made of a template.
func problemAt(at token.Position, format string, args ...any) Problem {
	p := Problem{Line: at.Line, Col: at.Column, Message: fmt.Sprintf(format, args...)}
	if p.Line == 1 {
		p.Col = max(p.Col-len(header), 1)
	}
	return p
}

func (r *Recipe) problem(pos token.Pos, format string, args ...any) {
	r.problems = append(r.problems, problemAt(r.fset.Position(pos), format, args...))
}
