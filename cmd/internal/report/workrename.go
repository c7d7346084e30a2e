package report

import (
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/rename"
)

// RenameFormats returns the formats for what renaming comes to.
func RenameFormats() []Format { return []Format{Text, JSON} }

// A Rename is what renaming comes to, and how it is written.
type Rename struct {
	*rename.Result

	All   bool // list every string and comment
	Quiet bool // tell only what is wrong
	Diff  bool // nothing was written, and the changes were shown

	// Path returns the name to show for a file.
	Path func(file string) string
}

// WriteRename writes what gets another name, in one of the [RenameFormats].
func WriteRename(w io.Writer, f Format, r *Rename) error {
	switch f {
	case Text:
		return r.writeText(w)
	case JSON:
		return r.writeJSON(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(RenameFormats()))
}

func (r *Rename) writeText(w io.Writer) error {
	var b strings.Builder
	for _, s := range r.Symbols {
		fmt.Fprintf(&b, "%s: %s %s → %s: %s", r.place(s.Pos[0]), s.Kind, s, s.New, plural(s.Edits, "place"))
		if s.With != "" {
			fmt.Fprintf(&b, ", because %s", s.With)
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteRenameRemarks writes why it can't be done, and what else has to do with the names.
func WriteRenameRemarks(w io.Writer, r *Rename) error {
	var b strings.Builder
	for i := range r.Problems {
		fmt.Fprintf(&b, "%s: %s\n", r.place(r.Problems[i].Pos), oneLine(r.Problems[i].Message))
	}
	for i := range r.Failures {
		fmt.Fprintf(&b, "not looked at: %s\n", oneLine(r.Failures[i].Error()))
	}
	if !r.Quiet && len(r.Problems) == 0 {
		r.mentions(&b)
	}
	r.summary(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// mentions writes what no compiler sees. Mere strings and comments are counted, unless all
// are asked for.
func (r *Rename) mentions(b *strings.Builder) {
	texts := 0
	for _, m := range r.Mentions {
		if (m.Kind == rename.Text || m.Kind == rename.Comment) && !r.All {
			texts++
			continue
		}
		fmt.Fprintf(b, "%s: %s: %s\n", r.place(m.Pos), m.Kind, oneLine(m.Detail))
	}
	if texts > 0 {
		fmt.Fprintf(b, "%s in strings and comments: --all lists them\n", plural(texts, "mention"))
	}
}

func (r *Rename) summary(b *strings.Builder) {
	in := strings.Join(r.Contexts, ", ")
	switch {
	case len(r.Problems) > 0:
		b.WriteString("nothing was written\n")
	case r.Quiet:
	default:
		fmt.Fprintf(b, "%s in %s; %s type-checked with them, for %s\n",
			plural(r.Edits, "change"), plural(len(r.Changes), "file"), plural(r.Packages, "package"), in)
	}
}

func (r *Rename) place(p token.Position) string {
	switch {
	case p.Filename == "":
		return "."
	case p.Line == 0:
		return r.Path(p.Filename)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", r.Path(p.Filename), p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", r.Path(p.Filename), p.Line, p.Column)
}

type renameDocument struct {
	Version  int            `json:"version"`
	Symbols  []renameSymbol `json:"symbols"`
	Edits    int            `json:"edits"`
	Files    []string       `json:"files"`
	Problems []renameRemark `json:"problems"`
	Mentions []renameRemark `json:"mentions"`
	Contexts []string       `json:"contexts"`
	Failures []string       `json:"failures"`
}

type renameSymbol struct {
	Kind    rename.Kind `json:"kind"`
	Package string      `json:"package"`
	Name    string      `json:"name"`
	New     string      `json:"new"`
	At      []string    `json:"at"`
	Edits   int         `json:"edits"`
	Because string      `json:"because,omitempty"`
}

type renameRemark struct {
	Kind rename.MentionKind `json:"kind,omitempty"`
	File string             `json:"file,omitempty"`
	Line int                `json:"line,omitempty"`
	Col  int                `json:"column,omitempty"`
	Text string             `json:"text"`
}

func (r *Rename) writeJSON(w io.Writer) error {
	doc := renameDocument{
		Version: 1, Edits: r.Edits, Contexts: r.Contexts,
		Symbols: []renameSymbol{}, Files: []string{}, Problems: []renameRemark{}, Mentions: []renameRemark{}, Failures: []string{},
	}
	for _, s := range r.Symbols {
		out := renameSymbol{Kind: s.Kind, Package: s.Package, Name: s.Name, New: s.New, Edits: s.Edits, Because: s.With}
		for _, p := range s.Pos {
			out.At = append(out.At, r.place(p))
		}
		doc.Symbols = append(doc.Symbols, out)
	}
	for _, c := range r.Changes {
		doc.Files = append(doc.Files, r.Path(c.File))
	}
	for _, p := range r.Problems {
		doc.Problems = append(doc.Problems, r.remark("", p.Pos, p.Message))
	}
	for _, m := range r.Mentions {
		doc.Mentions = append(doc.Mentions, r.remark(m.Kind, m.Pos, m.Detail))
	}
	for i := range r.Failures {
		doc.Failures = append(doc.Failures, r.Failures[i].Error())
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

func (r *Rename) remark(kind rename.MentionKind, p token.Position, text string) renameRemark {
	m := renameRemark{Kind: kind, Line: p.Line, Col: p.Column, Text: text}
	if p.Filename != "" {
		m.File = r.Path(p.Filename)
	}
	return m
}
