package report

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// sources are the files that a report shows, each read once.
type sources struct {
	read  func(file string) ([]byte, error)
	files map[string]*source
}

func newSources(run *Run) *sources {
	return &sources{read: run.Read, files: make(map[string]*source)}
}

// file returns a file. One that cannot be read has no lines.
func (s *sources) file(name string) *source {
	if src, ok := s.files[name]; ok {
		return src
	}
	src := new(source)
	if s.read != nil {
		if content, err := s.read(name); err == nil {
			src = newSource(string(content))
		}
	}
	s.files[name] = src
	return src
}

// A source is the content of a file.
type source struct {
	text  string
	start []int // offset of each line
}

func newSource(text string) *source {
	src := &source{text: text, start: []int{0}}
	for i := range len(text) {
		if text[i] == '\n' {
			src.start = append(src.start, i+1)
		}
	}
	return src
}

// line returns a line without its end, counting from 1, and whether the file
// has it.
func (s *source) line(n int) (string, bool) {
	if n < 1 || n > len(s.start) {
		return "", false
	}
	line := s.text[s.start[n-1]:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	} else if line == "" {
		return "", false // after the last newline
	}
	return strings.TrimSuffix(line, "\r"), true
}

// position returns the line and column, both from 1 and the column in bytes, of
// an offset, and whether the file has it.
func (s *source) position(offset int) (line, column int, ok bool) {
	if offset < 0 || offset > len(s.text) || s.start == nil {
		return 0, 0, false
	}
	line = sort.SearchInts(s.start, offset+1)
	return line, offset - s.start[line-1] + 1, true
}

// whole returns the span with an end, which is that of its line where the span
// has none, and with a column.
func (s *source) whole(span finding.Span) finding.Span {
	span.Line = max(span.Line, 1)
	span.Column = max(span.Column, 1)
	if span.EndLine < span.Line || span.EndLine == span.Line && span.EndColumn <= span.Column {
		line, _ := s.line(span.Line)
		span.EndLine = span.Line
		span.EndColumn = max(len(line), span.Column) + 1
	}
	return span
}

// character returns the column counted in characters for one counted in bytes.
func (s *source) character(line, column int) int {
	text, ok := s.line(line)
	if !ok || column < 1 {
		return column
	}
	if column > len(text) {
		return utf8.RuneCountInString(text) + column - len(text)
	}
	return utf8.RuneCountInString(text[:column-1]) + 1
}
