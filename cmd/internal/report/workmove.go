package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/gomend/gomend/workspace/move"
)

// A Move is what moving a package comes to, and how it is written.
type Move struct {
	*move.Result

	All   bool // list every place that names the package
	Quiet bool // tell only what is wrong

	// Path returns the name to show for a file.
	Path func(file string) string
}

// WriteMove writes what moves, in one of the [RenameFormats].
func WriteMove(w io.Writer, f Format, m *Move) error {
	switch f {
	case Text:
		return m.writeText(w)
	case JSON:
		return m.writeJSON(w)
	}
	return fmt.Errorf("unknown format %q: use one of %s", f, joinFormats(RenameFormats()))
}

func (m *Move) writeText(w io.Writer) error {
	var b strings.Builder
	for _, p := range m.Moved {
		fmt.Fprintf(&b, "package %s → %s", p.Old.ImportPath, p.New.ImportPath)
		if p.Old.Name != p.New.Name {
			fmt.Fprintf(&b, ", now called %s", p.New.Name)
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteMoveRemarks writes why it can't be done, and what else names the package.
func WriteMoveRemarks(w io.Writer, m *Move) error {
	var b strings.Builder
	for i := range m.Worse {
		fmt.Fprintf(&b, "worse: %s\n", regressionText(&m.Worse[i]))
	}
	for i := range m.Flaky {
		fmt.Fprintf(&b, "flaky: %s\n", regressionText(&m.Flaky[i]))
	}
	if len(m.Worse) > 0 {
		b.WriteString("nothing was written\n")
	} else if !m.Quiet {
		for _, file := range m.Kept {
			fmt.Fprintf(&b, "%s: uses the old name, which the import gives to the package\n", m.Path(file))
		}
		m.mentions(&b)
		fmt.Fprintf(&b, "%s in all, and the imports of %s; builds and vet findings are as before\n",
			plural(len(m.Changes), "file"), plural(len(m.Importers), "package"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// mentions writes where else the package is named: the first, or all if that is asked for.
func (m *Move) mentions(b *strings.Builder) {
	const shown = 10
	for i, at := range m.Mentions {
		if i == shown && !m.All {
			fmt.Fprintf(b, "%s more that name the package: --all lists them\n", plural(len(m.Mentions)-shown, "place"))
			break
		}
		fmt.Fprintf(b, "%s:%d: %s: %s\n", m.Path(at.File), at.Line, at.Kind, oneLine(at.Text))
	}
}

type moveDocument struct {
	Version   int             `json:"version"`
	Moved     []movedInJSON   `json:"moved"`
	Files     []changedInJSON `json:"files"`
	Importers []string        `json:"importers"`
	Worse     []string        `json:"worse"`
	Flaky     []string        `json:"flaky"`
	Mentions  []renameMention `json:"mentions"`
}

type movedInJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
	Name string `json:"name"`
}

type changedInJSON struct {
	File string  `json:"file"`
	Op   move.Op `json:"op"`
}

type renameMention struct {
	Kind move.Kind `json:"kind"`
	File string    `json:"file"`
	Line int       `json:"line"`
	Text string    `json:"text"`
}

func (m *Move) writeJSON(w io.Writer) error {
	doc := moveDocument{Version: 1, Files: []changedInJSON{}, Importers: []string{}, Worse: []string{}, Flaky: []string{}, Mentions: []renameMention{}}
	for _, p := range m.Moved {
		doc.Moved = append(doc.Moved, movedInJSON{p.Old.ImportPath, p.New.ImportPath, p.New.Name})
	}
	for _, c := range m.Changes {
		doc.Files = append(doc.Files, changedInJSON{m.Path(c.File), c.Op})
	}
	doc.Importers = append(doc.Importers, m.Importers...)
	for i := range m.Worse {
		doc.Worse = append(doc.Worse, regressionText(&m.Worse[i]))
	}
	for i := range m.Flaky {
		doc.Flaky = append(doc.Flaky, regressionText(&m.Flaky[i]))
	}
	for _, at := range m.Mentions {
		doc.Mentions = append(doc.Mentions, renameMention{at.Kind, m.Path(at.File), at.Line, at.Text})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}
