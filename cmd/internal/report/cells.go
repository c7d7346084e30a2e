package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// tabStop is the distance of tab stops in the source lines that are shown.
const tabStop = 4

// A row is a source line as a terminal shows it, cell by cell.
type row struct {
	text string
	cell []int // of each byte of the line, and of its end
}

// newRow lays a line out. Tabs become spaces. What would move the cursor, or
// the text that follows as bidirectional controls do, becomes a replacement
// character: the reader sees what is there, and no more.
func newRow(line string) row {
	var b strings.Builder
	r := row{cell: make([]int, 0, len(line)+1)}
	at := 0
	for i := 0; i < len(line); {
		c, size := utf8.DecodeRuneInString(line[i:])
		for range size {
			r.cell = append(r.cell, at)
		}
		i += size
		switch {
		case c == '\t':
			n := tabStop - at%tabStop
			b.WriteString(strings.Repeat(" ", n))
			at += n
		case isControl(c):
			b.WriteRune(utf8.RuneError)
			at++
		default:
			b.WriteRune(c)
			at += cells(c)
		}
	}
	r.cell = append(r.cell, at)
	r.text = b.String()
	return r
}

// column returns the cell, from 0, of a column counted in bytes from 1.
func (r row) column(n int) int {
	n = min(max(n, 1), len(r.cell))
	return r.cell[n-1]
}

// isControl reports whether a character is none that shows itself.
func isControl(c rune) bool {
	return unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == '\u2028' || c == '\u2029'
}

// cells returns how many cells a character takes.
func cells(c rune) int {
	if unicode.In(c, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// printable returns text without the characters that a terminal would obey.
func printable(text string) string {
	return strings.Map(func(c rune) rune {
		if isControl(c) {
			return utf8.RuneError
		}
		return c
	}, text)
}
