package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/gomend/gomend/workspace/cover"
)

// Profile is the go command's format of coverage.
const Profile Format = "profile"

// CoverFormats returns the formats for coverage.
func CoverFormats() []Format { return []Format{Text, JSON, Markdown, Profile} }

// A Cover is the coverage of a code base, and what a change did to it.
type Cover struct {
	Coverage   *cover.Coverage
	Comparison *cover.Comparison // nil if nothing was compared
}

// WriteCover writes the coverage in one of the [CoverFormats].
func WriteCover(w io.Writer, f Format, c *Cover) error {
	switch f {
	case Text:
		return c.writeText(w)
	case JSON:
		return c.writeJSON(w)
	case Markdown:
		return c.writeMarkdown(w)
	case Profile:
		return c.Coverage.Write(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(CoverFormats()))
}

func (c *Cover) writeText(w io.Writer) error {
	if c.Comparison != nil {
		return c.writeComparison(w)
	}
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "covered\tof\t\t ")
	for _, p := range c.Coverage.Packages {
		fmt.Fprintf(table, "%s\t %s\n", coverCells(p), p.ImportPath)
	}
	n := c.Coverage.Count()
	fmt.Fprintf(table, "%s\t%s\t%s\t %s\n", thousands(int64(n.Covered)), thousands(int64(n.Total)), percentOf(n), "in all")
	table.Flush()
	_, err := io.WriteString(w, b.String())
	return err
}

// coverCells returns the cells of a package's counts.
func coverCells(p *cover.Package) string {
	if p.Unknown != "" {
		return "unknown\t\t"
	}
	n := p.Count()
	return fmt.Sprintf("%s\t%s\t%s", thousands(int64(n.Covered)), thousands(int64(n.Total)), percentOf(n))
}

func percentOf(n cover.Count) string {
	if n.Total == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", n.Percent())
}

// writeComparison writes what the change did: its own statements that are not covered, and
// those of others that lost coverage.
func (c *Cover) writeComparison(w io.Writer) error {
	var b strings.Builder
	for i := range c.Comparison.Regressions {
		r := &c.Comparison.Regressions[i]
		fmt.Fprintf(&b, "%s: not covered any more: %s\n", partPlace(&r.Part), partText(&r.Part))
	}
	for i := range c.Comparison.Uncovered {
		p := &c.Comparison.Uncovered[i]
		fmt.Fprintf(&b, "%s: new and not covered: %s\n", partPlace(p), partText(p))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func partPlace(p *cover.Part) string { return fmt.Sprintf("%s:%d", p.Path, p.Line) }

// partText says what a part is.
func partText(p *cover.Part) string {
	text := plural(p.Statements, "statement")
	if p.EndLine > p.Line {
		text += fmt.Sprintf(" up to line %d", p.EndLine)
	}
	if p.Function != "" {
		text += " in " + p.Function
	}
	return text
}

// verdictText says whether coverage dropped.
func verdictText(c *cover.Comparison) string {
	text := "the change has no statements of its own; "
	if c.Change.Total > 0 {
		text = fmt.Sprintf("of the change's own %s %s covered; ", plural(c.Change.Total, "statement"), isAre(c.Change.Covered))
	}
	switch c.Verdict() {
	case cover.Dropped:
		text += fmt.Sprintf("coverage dropped: %s lost it, %d uncovered before and %d now",
			plural(lost(c), "untouched statement"), c.Before.Uncovered(), c.After.Uncovered())
	case cover.Undecided:
		text += "whether coverage dropped can't be told"
	default:
		text += fmt.Sprintf("coverage did not drop: %d uncovered before and %d now", c.Before.Uncovered(), c.After.Uncovered())
	}
	return text
}

func isAre(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

// lost returns how many statements lost coverage.
func lost(c *cover.Comparison) int {
	n := 0
	for i := range c.Regressions {
		n += c.Regressions[i].Statements
	}
	return n
}

// WriteCoverRemarks writes what the change did in a sentence, and what is not known.
func WriteCoverRemarks(w io.Writer, c *Cover) error {
	var b strings.Builder
	if c.Comparison != nil {
		fmt.Fprintln(&b, verdictText(c.Comparison))
	}
	for _, text := range c.unknown() {
		fmt.Fprintf(&b, "unknown: %s\n", text)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// unknown says what can't be told, and why.
func (c *Cover) unknown() []string {
	var all []string
	for _, m := range c.Coverage.Modules {
		if m.Unknown != "" {
			all = append(all, fmt.Sprintf("module %s: %s", m.Path, oneLine(m.Unknown)))
		}
	}
	if c.Comparison != nil {
		for _, p := range c.Comparison.Unknown() {
			all = append(all, fmt.Sprintf("%s: %s", p.ImportPath, oneLine(p.Why)))
		}
		return all
	}
	for _, p := range c.Coverage.Packages {
		if p.Unknown != "" {
			all = append(all, fmt.Sprintf("%s: %s", p.ImportPath, oneLine(p.Unknown)))
		}
	}
	return all
}

// maxParts is how many parts of a change are in Markdown, which goes into comments.
const maxParts = 30

func (c *Cover) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("## gomend: coverage\n\n")
	if c.Comparison == nil {
		b.WriteString("| Package | Covered | Of | |\n| --- | ---: | ---: | ---: |\n")
		for _, p := range c.Coverage.Packages {
			fmt.Fprintf(&b, "| %s | %s |\n", code(p.ImportPath), strings.ReplaceAll(coverCells(p), "\t", " | "))
		}
	} else {
		fmt.Fprintf(&b, "%s.\n\n", capital(escapeMarkdown(verdictText(c.Comparison))))
		var rows []string
		for i := range c.Comparison.Regressions {
			r := &c.Comparison.Regressions[i].Part
			rows = append(rows, fmt.Sprintf("| %s | not covered any more: %s |", code(partPlace(r)), escapeMarkdown(partText(r))))
		}
		for i := range c.Comparison.Uncovered {
			p := &c.Comparison.Uncovered[i]
			rows = append(rows, fmt.Sprintf("| %s | new and not covered: %s |", code(partPlace(p)), escapeMarkdown(partText(p))))
		}
		if len(rows) > 0 {
			b.WriteString("| Where | What |\n| --- | --- |\n")
		}
		for _, row := range rows[:min(len(rows), maxParts)] {
			b.WriteString(row + "\n")
		}
		if more := len(rows) - maxParts; more > 0 {
			fmt.Fprintf(&b, "\nand %d more\n", more)
		}
	}
	for _, text := range c.unknown() {
		fmt.Fprintf(&b, "\n- unknown: %s\n", escapeMarkdown(text))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A coverDocument is the coverage of a code base in JSON.
type coverDocument struct {
	Version    int             `json:"version"`
	Count      cover.Count     `json:"count"`
	Packages   []coveredInJSON `json:"packages"`
	Unknown    []string        `json:"unknown"`
	Comparison *comparedInJSON `json:"comparison,omitempty"`
}

type coveredInJSON struct {
	ImportPath string      `json:"import_path"`
	Module     string      `json:"module"`
	Tests      bool        `json:"has_tests"`
	Unknown    string      `json:"unknown,omitempty"`
	Count      cover.Count `json:"count"`
}

type comparedInJSON struct {
	Revision    string             `json:"revision"`
	Verdict     cover.Verdict      `json:"verdict"`
	Change      cover.Count        `json:"change"`
	Before      cover.Count        `json:"before"`
	After       cover.Count        `json:"after"`
	Uncovered   []cover.Part       `json:"uncovered"`
	Regressions []cover.Regression `json:"regressions"`
	Flaky       []cover.Regression `json:"flaky"`
}

func (c *Cover) writeJSON(w io.Writer) error {
	d := coverDocument{Version: 1, Count: c.Coverage.Count(), Packages: []coveredInJSON{}, Unknown: list(c.unknown())}
	for _, p := range c.Coverage.Packages {
		d.Packages = append(d.Packages, coveredInJSON{p.ImportPath, p.Module, p.Tests, p.Unknown, p.Count()})
	}
	if k := c.Comparison; k != nil {
		d.Comparison = &comparedInJSON{
			k.Revision, k.Verdict(), k.Change, k.Before, k.After,
			list(k.Uncovered), list(k.Regressions), list(k.Flaky),
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}
