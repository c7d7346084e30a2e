package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/gomend/gomend/workspace/doctor"
)

// DoctorFormats returns the formats for what is wrong with a workspace.
func DoctorFormats() []Format { return []Format{Text, JSON, Markdown} }

// A Doctor is how the report on a workspace is written.
type Doctor struct {
	*doctor.Report

	// Path returns the name to show for a file.
	Path func(file string) string

	Color bool
}

// WriteDoctor writes what is wrong with a workspace, in one of the [DoctorFormats].
func WriteDoctor(w io.Writer, f Format, d *Doctor) error {
	switch f {
	case Text:
		return d.writeText(w)
	case JSON:
		return d.writeJSON(w)
	case Markdown:
		return d.writeMarkdown(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(DoctorFormats()))
}

func (d *Doctor) writeText(w io.Writer) error {
	var b strings.Builder
	for i := range d.Findings {
		f := &d.Findings[i]
		fmt.Fprintf(&b, "%s: %s %s %s\n",
			brush(d.Color).paint(bold, d.place(f)),
			brush(d.Color).paint(levelPaint(f.Level), string(f.Level)+":"),
			printable(oneLine(f.Text)),
			brush(d.Color).paint(dim, "("+f.Check+")"))
		if mend := mendText(f); mend != "" {
			fmt.Fprintf(&b, "  mend it: %s\n", mend)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// mendText says how a finding is mended, and whether --fix does it.
func mendText(f *doctor.Finding) string {
	switch {
	case !f.Fix:
		return f.Mend
	case f.Mend == "":
		return "--fix does"
	}
	return f.Mend + "; --fix does it"
}

func levelPaint(l doctor.Level) paint {
	switch l {
	case doctor.Broken:
		return boldRed
	case doctor.Risky:
		return boldYellow
	}
	return boldCyan
}

// place returns where a finding is.
func (d *Doctor) place(f *doctor.Finding) string {
	switch {
	case f.Pos.Filename == "":
		return "."
	case f.Pos.Line == 0:
		return d.Path(f.Pos.Filename)
	}
	return fmt.Sprintf("%s:%d", d.Path(f.Pos.Filename), f.Pos.Line)
}

func (d *Doctor) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("## gomend: the workspace\n\n")
	if len(d.Findings) == 0 {
		b.WriteString("Nothing was found.\n")
	} else {
		b.WriteString("| | Where | What | Mend it |\n| --- | --- | --- | --- |\n")
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		fmt.Fprintf(&b, "| %s | %s | %s (%s) | %s |\n", f.Level, code(d.place(f)), escapeMarkdown(oneLine(f.Text)), f.Check, escapeMarkdown(mendText(f)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteDoctorSummary writes how much was found, and what could not be looked at.
func WriteDoctorSummary(w io.Writer, d *Doctor, modules int) error {
	counts := make(map[doctor.Level]int)
	for i := range d.Findings {
		counts[d.Findings[i].Level]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s", plural(len(d.Findings), "finding"), plural(modules, "module"))
	if len(d.Findings) > 0 {
		fmt.Fprintf(&b, ": %d broken, %d risky, %d untidy", counts[doctor.Broken], counts[doctor.Risky], counts[doctor.Untidy])
	}
	b.WriteString("\n")
	for i := range d.Failures {
		fmt.Fprintf(&b, "not looked at: %s\n", oneLine(d.Failures[i].Error()))
	}
	for _, name := range slices.Sorted(maps.Keys(d.Undone)) {
		fmt.Fprintf(&b, "not looked for: %s: %s\n", name, oneLine(d.Undone[name].Error()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteDoctorUndone writes which checks could not be done, and whose findings are not mended
// therefore.
func WriteDoctorUndone(w io.Writer, f *doctor.Fixed) error {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(f.Undone)) {
		fmt.Fprintf(&b, "not looked for: %s: %s\n", name, oneLine(f.Undone[name].Error()))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// A doctorDocument is what is wrong with a workspace, in JSON.
type doctorDocument struct {
	Version  int               `json:"version"`
	Findings []doctorInJSON    `json:"findings"`
	Failures []string          `json:"not_looked_at"`
	Undone   map[string]string `json:"not_looked_for"` // by check
}

type doctorInJSON struct {
	Check  string       `json:"check"`
	Level  doctor.Level `json:"level"`
	Module string       `json:"module,omitempty"`
	File   string       `json:"file,omitempty"`
	Line   int          `json:"line,omitempty"`
	Text   string       `json:"text"`
	Mend   string       `json:"mend,omitempty"`
	Fix    bool         `json:"fix"` // whether --fix mends it
}

func (d *Doctor) writeJSON(w io.Writer) error {
	doc := doctorDocument{Version: 1, Findings: []doctorInJSON{}, Failures: []string{}, Undone: make(map[string]string)}
	for i := range d.Findings {
		f := &d.Findings[i]
		out := doctorInJSON{Check: f.Check, Level: f.Level, Line: f.Pos.Line, Text: f.Text, Mend: f.Mend, Fix: f.Fix}
		if f.Module != nil {
			out.Module = f.Module.Name()
		}
		if f.Pos.Filename != "" {
			out.File = d.Path(f.Pos.Filename)
		}
		doc.Findings = append(doc.Findings, out)
	}
	for i := range d.Failures {
		doc.Failures = append(doc.Failures, d.Failures[i].Error())
	}
	for name, err := range d.Undone {
		doc.Undone[name] = err.Error()
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}
