package page

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"
)

// A Page is a document.
type Page struct {
	Title    string
	Lead     string // what the page says, in a sentence or two
	Sections []Section
}

// A Section is a part of a page under a heading.
type Section struct {
	Title  string
	Blocks []Block
}

// A Block is one thing that a section shows: [Text], [Figures], [Table], [Note],
// [Stack], [Plot] or [Flame].
type Block interface {
	// kind names the block in page.html.
	kind() string
}

// Text is a paragraph.
type Text string

// Figures are the few numbers to see first.
type Figures []Figure

// A Figure is a number with its name.
type Figure struct {
	Name  string
	Value string
}

// A Table is rows of cells under a head.
type Table struct {
	Title string // may be empty
	Head  []string
	Rows  [][]string
	Right []int // columns, from 0, that are aligned at the right, as numbers are
	Code  []int // columns, from 0, that hold code

	// Sortable lets the reader sort by a column, where the page has a script. A cell that
	// begins with a number and a tab is sorted by that, and shows what follows.
	Sortable bool
}

// Value returns what a cell is sorted by, if it is not its text.
func (t Table) Value(cell string) string {
	value, _, ok := strings.Cut(cell, "\t")
	if !ok || !t.Sortable {
		return ""
	}
	return value
}

// Text returns what a cell shows.
func (t Table) Text(cell string) string {
	if _, text, ok := strings.Cut(cell, "\t"); ok && t.Sortable {
		return text
	}
	return cell
}

// A Note is something to know or to act on.
type Note struct {
	Level  Level
	Title  string
	Text   string
	Advice string // what to do; may be empty
}

// A Level says how much a note matters.
type Level int

// The levels of notes. A page names them, so that color is not needed to tell them apart.
const (
	Info Level = iota
	Warning
	Error
)

// String returns the level's name.
func (l Level) String() string {
	switch l {
	case Warning:
		return "warning"
	case Error:
		return "error"
	}
	return "info"
}

// A Stack is calls, the innermost first, that the reader can open and close.
type Stack struct {
	Title  string
	Open   bool // from the start
	Frames []Frame
}

// A Frame is a call in a stack.
type Frame struct {
	Func string
	File string // may be empty
	Line int
}

func (Text) kind() string    { return "text" }
func (Figures) kind() string { return "figures" }
func (Table) kind() string   { return "table" }
func (Note) kind() string    { return "note" }
func (Stack) kind() string   { return "stack" }
func (Plot) kind() string    { return "plot" }

//go:embed page.html
var markup string

//go:embed page.css
var style string

// Write writes the page. Nothing is written of a page that can't be rendered.
func (p *Page) Write(w io.Writer) error {
	// The template is parsed here and not in a variable of the package: that would cost
	// every start of the command, and few starts write a page.
	t, err := template.New("page").Funcs(template.FuncMap{
		"style": func() template.CSS { return template.CSS(style) },
		"kind":  Block.kind,
		"draw":  draw,
	}).Parse(markup)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, p); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// Class returns the style class of a column.
func (t Table) Class(column int) string {
	switch {
	case slices.Contains(t.Right, column):
		return "right"
	case slices.Contains(t.Code, column):
		return "code"
	}
	return ""
}
