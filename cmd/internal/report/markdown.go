package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// writeMarkdown writes a page for a comment or the summary of a job: what was
// not looked at first, then a table of the findings, the most severe and surest
// first, then what is not reported and what was looked at.
func writeMarkdown(w io.Writer, run *Run, o Options) error {
	m := markdown{run: run, o: o}
	head, tail := m.head(), m.tail()
	_, err := io.WriteString(w, head+m.table(o.MaxBytes-len(head)-len(tail))+tail)
	return err
}

type markdown struct {
	run *Run
	o   Options
}

func (m *markdown) head() string {
	var b strings.Builder
	title := noFindings(m.run)
	if len(m.run.Findings) > 0 {
		title = headline(m.run)
	}
	fmt.Fprintf(&b, "## gomend: %s\n\n", title)
	if m.run.Base != nil {
		fmt.Fprintf(&b, "%s.\n\n", capital(escapeMarkdown(baseText(m.run.Base))))
	}
	if len(m.run.Failures) > 0 {
		b.WriteString("**Not looked at, though asked for:**\n\n")
		for i := range m.run.Failures {
			fmt.Fprintf(&b, "- %s\n", escapeMarkdown(failureText(&m.run.Failures[i], m.o.path)))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// moreRow is the space for the line that counts the findings left out.
const moreRow = 100

// table returns the findings in at most limit bytes, of which some are left for
// the number of those that do not fit. Without MaxBytes there is no limit.
func (m *markdown) table(limit int) string {
	if len(m.run.Findings) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| | Finding | Where |\n| --- | --- | --- |\n")
	all := ranked(m.run.Findings)
	for i := range all {
		row := m.row(&all[i])
		if m.o.MaxBytes > 0 && b.Len()+len(row)+moreRow > limit {
			fmt.Fprintf(&b, "\n%s not shown here, for want of space.\n", plural(len(all)-i, "more finding"))
			break
		}
		b.WriteString(row)
	}
	b.WriteString("\n")
	return b.String()
}

func (m *markdown) row(f *finding.Finding) string {
	id := code(f.ID())
	if f.URL != "" {
		id = fmt.Sprintf("[%s](%s)", id, f.URL)
	}
	details := escapeMarkdown(oneLine(f.Message)) + " " + id
	for _, r := range f.Related {
		details += fmt.Sprintf("<br>%s: %s", m.place(r.Span), escapeMarkdown(oneLine(r.Message)))
	}
	if more := particulars(f); len(more) > 1 {
		details += "<br>" + escapeMarkdown(strings.Join(more[:len(more)-1], "; "))
	}
	return fmt.Sprintf("| %s | %s | %s |\n", f.Severity, details, m.place(f.Span))
}

// place returns a position, as a link if there is somewhere to link to.
func (m *markdown) place(span finding.Span) string {
	text := code(fmt.Sprintf("%s:%d", m.o.path(span.File), span.Line))
	if m.o.Link == nil {
		return text
	}
	return fmt.Sprintf("[%s](%s)", text, m.o.Link(span.File, span.Line))
}

func (m *markdown) tail() string {
	var b strings.Builder
	if b0 := m.run.Base; b0 != nil && len(b0.Fixed) > 0 {
		fmt.Fprintf(&b, "Fixed:\n\n")
		for _, c := range countBy(b0.Fixed, (*finding.Finding).ID) {
			fmt.Fprintf(&b, "- %d × %s\n", c.n, code(c.name))
		}
		b.WriteString("\n")
	}
	if text := hiddenText(m.run); text != "" {
		fmt.Fprintf(&b, "Not reported: %s.\n\n", escapeMarkdown(text))
	}
	fmt.Fprintf(&b, "Looked at %s.\n", escapeMarkdown(lookedText(&m.run.Looked)))
	for _, s := range m.run.Skipped {
		fmt.Fprintf(&b, "Left out: %s (%s).\n", code(m.o.path(s.Dir)), escapeMarkdown(s.Reason))
	}
	if n := len(m.run.OtherPlatforms); n > 0 {
		fmt.Fprintf(&b, "Left out: %s for other platforms.\n", plural(n, "file"))
	}
	return b.String()
}

// escapeMarkdown returns text that Markdown shows as it is, in a table too.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]<>#|~&", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code returns text as code. In a table, a bar within it would end the cell.
func code(text string) string {
	text = strings.ReplaceAll(text, "|", "\\|")
	if strings.Contains(text, "`") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
