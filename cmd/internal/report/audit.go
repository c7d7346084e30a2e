package report

import (
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/audit"
)

// An Audit is what a newer Go changes about a code base, and how that is written.
type Audit struct {
	*audit.Report

	All   bool // list places without an expected difference, too
	Quiet bool // tell only what is wrong

	// Path returns the name to show for a file.
	Path func(file string) string
}

// WriteAudit writes what behaves differently, in one of the [FixFormats].
func WriteAudit(w io.Writer, f Format, a *Audit) error {
	switch f {
	case Text:
		var b strings.Builder
		a.text(&b)
		a.ships(&b)
		_, err := io.WriteString(w, printableLines(b.String()))
		return err
	case Markdown:
		var b strings.Builder
		a.markdown(&b)
		_, err := io.WriteString(w, b.String())
		return err
	case JSON:
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(a.document())
	case HTML:
		return a.writePage(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(FixFormats()))
}

func (a *Audit) at(p token.Position) string {
	if p.Line == 0 {
		return a.Path(p.Filename)
	}
	return fmt.Sprintf("%s:%d", a.Path(p.Filename), p.Line)
}

func (a *Audit) text(b *strings.Builder) {
	for i := range a.Findings {
		a.finding(b, &a.Findings[i])
	}
	if a.All {
		for i := range a.Considered {
			f := &a.Considered[i]
			fmt.Fprintf(b, "%s: %s: no difference expected: %s\n", a.at(f.Pos), f.Cause, oneLine(f.Text))
		}
	}
	for _, p := range a.Pins {
		kind := "is Go " + p.Version
		if p.Latent {
			kind = "would be Go " + p.Version + " once gofmt writes //go:build"
		}
		fmt.Fprintf(b, "%s: the build constraint pins the file: it %s whatever go.mod says\n", a.at(p.Pos), kind)
	}
}

// ships writes what programs ship with today because of their lines.
func (a *Audit) ships(b *strings.Builder) {
	for _, w := range a.Weaknesses {
		fmt.Fprintf(b, "%s: ships today with %s=%s: %s (%s)\n", a.at(w.Pos), w.Setting, w.Value, oneLine(w.Text), strings.Join(w.Mains, ", "))
	}
	for _, r := range a.Removed {
		fmt.Fprintf(b, "%s: %s=%s is gone since Go %s: %s\n", a.at(r.Pos), r.Setting, r.Value, r.Since, oneLine(r.Text))
	}
}

func (a *Audit) finding(b *strings.Builder, f *audit.Finding) {
	fmt.Fprintf(b, "%s: %s (%s): %s\n", a.at(f.Pos), f.Cause, f.Evidence, oneLine(f.Text))
	if len(f.Mains) > 0 {
		fmt.Fprintf(b, "    in %s\n", strings.Join(f.Mains, ", "))
	}
	if f.Keep != "" {
		fmt.Fprintf(b, "    to keep the old behaviour: %s\n", oneLine(f.Keep))
	}
}

// moved returns the settings of which nothing was found, in a line.
func (a *Audit) moved() string {
	var silent []string
	for _, m := range a.Moves {
		if m.Findings == 0 {
			silent = append(silent, m.Name)
		}
	}
	if len(silent) == 0 {
		return ""
	}
	return "no place was found for these settings, whose defaults change: " + strings.Join(silent, ", ")
}

// WriteAuditRemarks writes what there is to say beside the findings.
func WriteAuditRemarks(w io.Writer, a *Audit) error {
	var b strings.Builder
	for _, u := range a.Undone {
		fmt.Fprintf(&b, "not looked at: %s: %s\n", u.What, oneLine(u.Err.Error()))
	}
	if !a.Quiet {
		if text := a.moved(); text != "" {
			fmt.Fprintln(&b, text)
		}
		if n := len(a.OldDependencies); n > 0 {
			fmt.Fprintf(&b, "loops of %s keep sharing their variables, by their own go lines\n", plural(n, "dependency"))
		}
		if n := len(a.Considered); n > 0 && !a.All {
			fmt.Fprintf(&b, "%s concerned without an expected difference: --all lists them\n", plural(n, "more place"))
		}
		fmt.Fprintf(&b, "%s with go %s\n", countOf(len(a.Findings), "place behaves differently", "places behave differently"), a.To)
	}
	_, err := io.WriteString(w, printableLines(b.String()))
	return err
}

func (a *Audit) markdown(b *strings.Builder) {
	if len(a.Findings) > 0 {
		b.WriteString("| Where | Cause | Evidence | What | To keep the old behaviour |\n| --- | --- | --- | --- | --- |\n")
		for i := range a.Findings {
			f := &a.Findings[i]
			fmt.Fprintf(b, "| %s | [%s](%s) | %s | %s | %s |\n", markdownText(a.at(f.Pos)), f.Cause, f.Source, f.Evidence, markdownText(oneLine(f.Text)), markdownText(oneLine(f.Keep)))
		}
	}
	for _, w := range a.Weaknesses {
		fmt.Fprintf(b, "\n- %s: ships today with `%s=%s`: %s", markdownText(a.at(w.Pos)), w.Setting, w.Value, markdownText(oneLine(w.Text)))
	}
	if text := a.moved(); text != "" {
		fmt.Fprintf(b, "\n\n%s.\n", markdownText(text))
	}
}

type auditDocument struct {
	Version      int                 `json:"version"`
	To           string              `json:"to"`
	Findings     []auditFinding      `json:"findings"`
	Considered   []auditFinding      `json:"considered"`
	Moves        []auditMove         `json:"settings"`
	Programs     []auditProgram      `json:"programs"`
	Weaknesses   []auditWeakness     `json:"weaknesses"`
	Removed      []auditRemoved      `json:"removedSettings"`
	Pins         []auditPin          `json:"pinnedFiles"`
	Dependencies []audit.Dependency  `json:"oldDependencies"`
	Undone       []map[string]string `json:"undone"`
}

type auditFinding struct {
	Cause    string         `json:"cause"`
	Trigger  audit.Trigger  `json:"trigger"`
	Evidence audit.Evidence `json:"evidence"`
	Sure     bool           `json:"sure"`
	File     string         `json:"file"`
	Line     int            `json:"line"`
	Module   string         `json:"module"`
	Package  string         `json:"package"`
	Test     bool           `json:"test"`
	Mains    []string       `json:"mains"`
	Tests    []string       `json:"tests"`
	Text     string         `json:"text"`
	Source   string         `json:"source"`
	Keep     string         `json:"keep,omitempty"`
}

type auditMove struct {
	Name       string   `json:"name"`
	Mains      []string `json:"mains"`
	Findings   int      `json:"findings"`
	Considered int      `json:"considered"`
	Keep       string   `json:"keep,omitempty"`
}

type auditProgram struct {
	View     string            `json:"view"`
	Package  string            `json:"package"`
	Decides  string            `json:"decides"`
	Before   string            `json:"before"`
	After    string            `json:"after"`
	Settings map[string]string `json:"settings"`
	Then     map[string]string `json:"then"`
}

type auditWeakness struct {
	Setting string   `json:"setting"`
	Value   string   `json:"value"`
	Mains   []string `json:"mains"`
	File    string   `json:"file"`
	Line    int      `json:"line"`
	Text    string   `json:"text"`
	Source  string   `json:"source"`
	Sites   []string `json:"sites"`
}

type auditRemoved struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Setting string `json:"setting"`
	Value   string `json:"value"`
	Since   string `json:"since"`
	Fails   bool   `json:"fails"`
	Text    string `json:"text"`
}

type auditPin struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Version string `json:"version"`
	Latent  bool   `json:"latent"`
}

func (a *Audit) document() *auditDocument {
	findings := func(all []audit.Finding) []auditFinding {
		list := []auditFinding{}
		for i := range all {
			f := &all[i]
			list = append(list, auditFinding{
				f.Cause, f.Trigger, f.Evidence, f.Sure, a.Path(f.Pos.Filename), f.Pos.Line, f.Module, f.Package, f.Test,
				orNone(f.Mains), orNone(f.Tests), f.Text, f.Source, f.Keep,
			})
		}
		return list
	}
	doc := &auditDocument{
		Version: 1, To: a.To, Findings: findings(a.Findings), Considered: findings(a.Considered),
		Moves: []auditMove{}, Programs: []auditProgram{}, Weaknesses: []auditWeakness{}, Removed: []auditRemoved{}, Pins: []auditPin{},
		Dependencies: append([]audit.Dependency{}, a.OldDependencies...), Undone: []map[string]string{},
	}
	for _, m := range a.Moves {
		doc.Moves = append(doc.Moves, auditMove{m.Name, orNone(m.Mains), m.Findings, m.Considered, m.Keep})
	}
	for _, p := range a.Programs {
		doc.Programs = append(doc.Programs, auditProgram{string(p.View), p.ImportPath, a.at(p.Decides), p.Before, p.After, p.Settings, p.Then})
	}
	for _, w := range a.Weaknesses {
		one := auditWeakness{w.Setting, w.Value, orNone(w.Mains), a.Path(w.Pos.Filename), w.Pos.Line, w.Text, w.Source, []string{}}
		for _, s := range w.Sites {
			one.Sites = append(one.Sites, a.at(s))
		}
		doc.Weaknesses = append(doc.Weaknesses, one)
	}
	for _, r := range a.Removed {
		doc.Removed = append(doc.Removed, auditRemoved{a.Path(r.Pos.Filename), r.Pos.Line, r.Setting, r.Value, r.Since, r.Fails, r.Text})
	}
	for _, p := range a.Pins {
		doc.Pins = append(doc.Pins, auditPin{a.Path(p.Pos.Filename), p.Pos.Line, p.Version, p.Latent})
	}
	for _, u := range a.Undone {
		doc.Undone = append(doc.Undone, map[string]string{"what": u.What, "error": u.Err.Error()})
	}
	return doc
}

// orNone returns a list that is written as an empty one rather than as null.
func orNone(list []string) []string {
	if list == nil {
		return []string{}
	}
	return slices.Clone(list)
}
