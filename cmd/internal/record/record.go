// Package record is what passes from the vet-tool face to the engine: for each
// package one JSON object in the shape that x/tools' analysis drivers print,
//
//	{"example.com/p": {"timerleak": [{"posn": …, "message": …}, …]}}
//
// with more fields than they have, and under the name [packageKey], beside the
// analyzers, what is to be known about the package itself. A tree printed by
// another unitchecker tool decodes into the same types; the additional fields
// are then empty.
//
// The go command caches a record by the content of the package, so a record
// holds nothing that another checkout, day or configuration could make wrong:
// names of files are relative to the package's directory, and suppressions are
// data. A file elsewhere has the name that the compiler wrote into the export
// data, absolute or, with -trimpath, beginning with an import path.
package record

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomend/gomend/cmd/internal/directive"
)

// A Unit is the record of one package: of its own files and its internal tests,
// or of its external tests.
type Unit struct {
	// ID is the package's import path, with "_test" appended for external
	// tests.
	ID string

	// Diagnostics are what each analyzer reported, by the analyzer's name,
	// ordered by position.
	Diagnostics map[string][]Diagnostic

	// Errors are the analyzers that failed. The vet-tool face never
	// records one (it exits non-zero, lest it be cached); plugins do.
	Errors map[string]string

	// Package is nil in the output of other tools.
	Package *Package
}

// Complete reports whether the unit has all that a record has besides x/tools'
// own fields.
func (u Unit) Complete() bool {
	for _, diags := range u.Diagnostics {
		for _, d := range diags {
			if d.Span == nil || slices.ContainsFunc(d.Related, func(r Related) bool { return r.Span == nil }) {
				return false
			}
		}
	}
	return u.Package != nil
}

// Sort puts each analyzer's diagnostics in the order of their positions. Those
// of records have spans.
func (u Unit) Sort() {
	for _, diags := range u.Diagnostics {
		slices.SortStableFunc(diags, compare)
	}
}

// Ordered returns the diagnostics of all analyzers in the order of their
// positions.
func (u Unit) Ordered() []Diagnostic {
	var all []Diagnostic
	for _, name := range slices.Sorted(maps.Keys(u.Diagnostics)) {
		all = append(all, u.Diagnostics[name]...)
	}
	slices.SortStableFunc(all, compare)
	return all
}

func compare(a, b Diagnostic) int {
	p, q := a.position(), b.position()
	return cmp.Or(
		cmp.Compare(p.File, q.File),
		cmp.Compare(p.Line, q.Line),
		cmp.Compare(p.Column, q.Column),
		cmp.Compare(a.Category, b.Category),
		cmp.Compare(a.Message, b.Message),
	)
}

// A Diagnostic is one diagnostic of an analyzer. The fields up to Related are
// x/tools' own; positions there are "file:line:column".
type Diagnostic struct {
	Category       string         `json:"category,omitempty"`
	Posn           string         `json:"posn"`
	End            string         `json:"end"`
	Message        string         `json:"message"`
	SuggestedFixes []SuggestedFix `json:"suggested_fixes,omitempty"`
	Related        []Related      `json:"related,omitempty"`

	Span *Span `json:"span,omitempty"`

	// Symbol is the declaration around the diagnostic, as in "f",
	// "(*T).m", "f.func1".
	Symbol string `json:"symbol,omitempty"`

	// LineText is the line at the diagnostic's start, without the white
	// space around it.
	LineText string `json:"line_text,omitempty"`

	// Generated tells that the file says that it is generated.
	Generated bool `json:"generated,omitempty"`
}

// position returns where the diagnostic starts.
func (d Diagnostic) position() Span {
	if d.Span != nil {
		return *d.Span
	}
	return ParsePosn(d.Posn)
}

// ParsePosn takes a position in x/tools' form apart: "file:line:column", or less
// where the tool knew less. It is a span without an extent.
func ParsePosn(posn string) Span {
	file, column, ok := cutNumber(posn)
	if !ok {
		return Span{File: posn}
	}
	file, line, ok := cutNumber(file)
	if !ok {
		return Span{File: file, Line: column, EndLine: column}
	}
	return Span{File: file, Line: line, Column: column, EndLine: line, EndColumn: column}
}

// cutNumber cuts a number off after the last colon of s.
func cutNumber(s string) (rest string, n int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil {
		return s, 0, false
	}
	return s[:i], n, true
}

// A SuggestedFix is a change that is applied as a whole or not at all.
type SuggestedFix struct {
	Message string     `json:"message"`
	Edits   []TextEdit `json:"edits"`
}

// A TextEdit replaces the bytes from Start up to End of a file.
type TextEdit struct {
	Filename string `json:"filename"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	New      string `json:"new"`
}

// Related is a place that belongs to a diagnostic.
type Related struct {
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Message string `json:"message"`

	Span *Span `json:"span,omitempty"`
}

// A Span is a range of a file. Offsets count bytes from 0, lines and columns
// (in bytes) from 1; the end is exclusive. Of a place in another package only
// the line is known, and the offsets are zero.
type Span struct {
	File      string `json:"file"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

// Package is what a record says of the package itself.
type Package struct {
	Files      []File      `json:"files"`
	Directives []Directive `json:"directives,omitempty"`

	// Ignored are the names of the Go files that build constraints exclude.
	Ignored []string `json:"ignored,omitempty"`

	// Debug are the //go:debug lines of the package and its tests, each
	// "key=value". They count in main packages and in tests.
	Debug []string `json:"debug,omitempty"`

	// Cost is the CPU-bound wall time of each analyzer, those that only
	// others require included, if it was asked for; "types" is the time of
	// parsing and type-checking.
	Cost map[string]time.Duration `json:"cost,omitempty"`
}

// A File is a Go file of the package.
type File struct {
	Name      string `json:"name"`
	Generated bool   `json:"generated,omitempty"`
}

// A Directive is a suppression with the place where it stands and the lines it
// covers: diagnostics that start on FirstLine, LastLine or between, or anywhere
// in the file if it is for the whole file.
type Directive struct {
	directive.Directive
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Start     int    `json:"start"` // byte offset
	End       int    `json:"end"`   // byte offset, exclusive
	FirstLine int    `json:"first_line,omitempty"`
	LastLine  int    `json:"last_line,omitempty"`
}

// packageKey stands among the names of analyzers; no analyzer can have it,
// since their names are Go identifiers.
const packageKey = "gomend.package"

// Encode writes the unit as one JSON object followed by a newline.
func Encode(w io.Writer, unit Unit) error {
	results := make(map[string]any, len(unit.Diagnostics)+len(unit.Errors)+1)
	for name, diags := range unit.Diagnostics {
		if len(diags) > 0 {
			results[name] = diags
		}
	}
	for name, msg := range unit.Errors {
		results[name] = failure{msg}
	}
	if unit.Package != nil {
		results[packageKey] = unit.Package
	}
	tree := make(map[string]any, 1)
	if len(results) > 0 {
		tree[unit.ID] = results
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(tree)
}

// failure is how x/tools' tree says that an analyzer failed.
type failure struct {
	Err string `json:"error"`
}

// A Decoder reads the records of several packages, one after another.
type Decoder struct {
	json    *json.Decoder
	pending []Unit
}

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder {
	return &Decoder{json: json.NewDecoder(r)}
}

// Next returns the record of the next package, or io.EOF after the last.
// Objects that name no package are skipped.
func (d *Decoder) Next() (Unit, error) {
	for len(d.pending) == 0 {
		var tree map[string]map[string]json.RawMessage
		if err := d.json.Decode(&tree); errors.Is(err, io.EOF) {
			return Unit{}, io.EOF
		} else if err != nil {
			return Unit{}, fmt.Errorf("output of the vet tool: %w", err)
		}
		for _, id := range slices.Sorted(maps.Keys(tree)) {
			unit, err := decodeUnit(id, tree[id])
			if err != nil {
				return Unit{}, fmt.Errorf("output of the vet tool for package %s: %w", id, err)
			}
			d.pending = append(d.pending, unit)
		}
	}
	unit := d.pending[0]
	d.pending = d.pending[1:]
	return unit, nil
}

func decodeUnit(id string, results map[string]json.RawMessage) (Unit, error) {
	unit := Unit{ID: id, Diagnostics: make(map[string][]Diagnostic), Errors: make(map[string]string)}
	for name, data := range results {
		var err error
		switch {
		case name == packageKey:
			err = json.Unmarshal(data, &unit.Package)
		case bytes.HasPrefix(data, []byte("[")):
			var diags []Diagnostic
			err = json.Unmarshal(data, &diags)
			unit.Diagnostics[name] = diags
		default:
			var f failure
			err = json.Unmarshal(data, &f)
			unit.Errors[name] = f.Err
		}
		if err != nil {
			return Unit{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return unit, nil
}
