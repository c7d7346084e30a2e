package report

import (
	"fmt"
	"strings"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// maxSpan is the number of lines from which a span is shown without its middle.
const maxSpan = 6

// A frame writes source lines with their numbers, and marks spans in them.
type frame struct {
	strings.Builder
	brush
	gutter int // cells for line numbers
}

// blank writes an empty line of the frame with text behind its bar.
func (f *frame) blank(text string) {
	f.write(strings.Repeat(" ", f.gutter), text)
}

// numbered writes a source line.
func (f *frame) numbered(n int, r row) {
	f.write(fmt.Sprintf("%*d", f.gutter, n), r.text)
}

func (f *frame) write(margin, text string) {
	f.WriteString(f.paint(dim, margin+" |"))
	if text != "" {
		f.WriteString(" " + text)
	}
	f.WriteString("\n")
}

// span writes the lines of a span, with up to around lines before and after it,
// and marks the span. A file that cannot be read leaves no trace.
func (f *frame) span(src *source, span finding.Span, around int, mark paint) {
	if _, ok := src.line(span.Line); !ok {
		return
	}
	span = src.whole(span)
	for n := span.Line - around; n < span.Line; n++ {
		f.context(src, n)
	}
	for n := span.Line; n <= span.EndLine; n++ {
		if middle := span.EndLine - span.Line; middle >= maxSpan && n == span.Line+maxSpan/2 {
			n = span.EndLine - 1
			f.blank("...")
			continue
		}
		f.marked(src, n, span, mark)
	}
	for n := span.EndLine + 1; n <= span.EndLine+around; n++ {
		f.context(src, n)
	}
}

// context writes a line near a span, unless it is empty.
func (f *frame) context(src *source, n int) {
	if line, ok := src.line(n); ok && strings.TrimSpace(line) != "" {
		f.numbered(n, newRow(line))
	}
}

// marked writes a line and, if the span begins or ends there, under it the mark
// of the part that is in the span.
func (f *frame) marked(src *source, n int, span finding.Span, mark paint) {
	line, ok := src.line(n)
	if !ok {
		return
	}
	r := newRow(line)
	f.numbered(n, r)
	if n != span.Line && n != span.EndLine {
		return
	}
	from, to := len(line)-len(strings.TrimLeft(line, " \t"))+1, len(line)+1
	if n == span.Line {
		from = span.Column
	}
	if n == span.EndLine {
		to = span.EndColumn
	}
	start := r.column(from)
	length := max(r.column(to)-start, 1)
	if strings.TrimSpace(line) == "" {
		return
	}
	f.blank(strings.Repeat(" ", start) + f.paint(mark, strings.Repeat("^", length)))
}

// gutterFor returns the cells that the greatest line number of a finding needs.
func gutterFor(fd *finding.Finding) int {
	most := max(fd.Line, fd.EndLine) + 1
	for _, r := range fd.Related {
		most = max(most, r.Line, r.EndLine)
	}
	return max(len(fmt.Sprint(most)), 4)
}
