// Package stacks reads the call stacks that programs print whose GODEBUG settings are
// bisected (see internal/bisect of Go, and the command golang.org/x/tools/cmd/bisect): each
// line begins with a marker, [bisect-match 0x…], that all lines of a stack share.
//
// They stand in the output of tests, which may have begun a line before, and end in the
// midst of a stack.
package stacks

import (
	"strconv"
	"strings"
)

// A Frame is one call.
type Frame struct {
	Func string // as runtime.Frame has it, "net/url.Parse"
	File string
	Line int
}

// A Stack is one call stack, from the innermost call.
type Stack struct {
	ID     uint64
	Frames []Frame
}

// A Parser collects stacks from output that comes in pieces.
type Parser struct {
	rest string            // the line that is not complete yet
	open map[uint64]*Stack // those whose last line has not come
}

// Write takes a piece of output, and returns the stacks that it completes.
func (p *Parser) Write(output string) []Stack {
	if p.open == nil {
		p.open = make(map[uint64]*Stack)
	}
	var done []Stack
	p.rest += output
	for {
		line, rest, ok := strings.Cut(p.rest, "\n")
		if !ok {
			break
		}
		p.rest = rest
		if s := p.line(line); s != nil {
			done = append(done, *s)
		}
	}
	if i := strings.LastIndex(p.rest, opening); i > 0 && len(p.rest) > longest {
		p.rest = p.rest[i:]
	} else if len(p.rest) > longest {
		p.rest = p.rest[len(p.rest)-len(opening):]
	}
	return done
}

// longest is how much of a line without an end is kept: programs print large data, too.
const longest = 1 << 16

const opening = "[bisect-match "

// line takes a line, and returns the stack that it completes.
func (p *Parser) line(line string) *Stack {
	i := strings.LastIndex(line, opening)
	if i < 0 {
		return nil
	}
	marker, text, ok := strings.Cut(line[i+len(opening):], "]")
	if !ok {
		return nil
	}
	id, err := strconv.ParseUint(strings.TrimSpace(marker), 0, 64)
	if err != nil {
		return nil
	}
	text = strings.TrimRight(text, "\r")
	s := p.open[id]
	switch {
	case text == "":
		delete(p.open, id)
		if s == nil || len(s.Frames) == 0 {
			return nil
		}
		return s
	case strings.HasPrefix(text, "\t"):
		if s != nil && len(s.Frames) > 0 {
			s.Frames[len(s.Frames)-1].place(text[1:])
		}
	default:
		if s == nil {
			s = &Stack{ID: id}
			p.open[id] = s
		}
		s.Frames = append(s.Frames, Frame{Func: strings.TrimSuffix(text, "()")})
	}
	return nil
}

// place sets the file and line of a frame from "file:line".
func (f *Frame) place(s string) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return
	}
	line, err := strconv.Atoi(s[i+1:])
	if err != nil || line < 0 {
		return
	}
	f.File, f.Line = s[:i], line
}
