package cli

import "strings"

// kindSection returns what a rule's page says of a kind: the paragraph or list
// item that begins with its name and a colon.
func kindSection(page, kind string) string {
	for line := range strings.Lines(page) {
		text := strings.TrimSpace(line)
		text = strings.TrimPrefix(text, "- ")
		text = strings.TrimPrefix(text, "**")
		if rest, ok := strings.CutPrefix(text, kind); ok {
			rest = strings.TrimPrefix(rest, "**")
			if said, ok := strings.CutPrefix(rest, ": "); ok {
				return said
			}
		}
	}
	return ""
}

// wrap breaks the lines of a page, in which a paragraph or a list item is one
// line, at the given width. Code stays as it is, and so does all if the width
// is 0.
func wrap(page string, width int) string {
	if width == 0 {
		return page
	}
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(page) {
		text := strings.TrimRight(line, "\n")
		fence := strings.HasPrefix(text, "```")
		if fenced = fenced != fence; fenced || fence || strings.HasPrefix(text, "\t") {
			b.WriteString(line)
			continue
		}
		wrapLine(&b, text, width)
	}
	return b.String()
}

// wrapLine writes a line in as many as it takes. Those after the first are
// indented as the text of the first is.
func wrapLine(b *strings.Builder, text string, width int) {
	body := strings.TrimLeft(text, " ")
	indent := len(text) - len(body)
	if strings.HasPrefix(body, "- ") {
		indent += len("- ")
	}
	b.WriteString(text[:len(text)-len(body)])
	column := len(text) - len(body)
	for i, word := range strings.Fields(body) {
		length := len([]rune(word))
		switch {
		case i == 0:
		case column+1+length > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += length
	}
	b.WriteByte('\n')
}
