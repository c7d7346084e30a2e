package main

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
)

// A Verdict is what a reader says of a finding.
type Verdict string

const (
	Unread Verdict = ""
	True   Verdict = "true"  // true, and worth mending
	Minor  Verdict = "minor" // true, but a good engineer would wave it away
	False  Verdict = "false"
)

// A Row is a cause on a worksheet.
type Row struct {
	Repository  string
	Commit      string
	Rule        string
	Kind        string
	Confidence  rule.Confidence
	Position    string // of the first finding: "dir/file.go:12"
	Others      string // the lines of its other findings, for the reader
	Fingerprint string // of the first finding
	Message     string
	Verdict     Verdict
	Proof       string // the line of code, and the words, that prove the verdict
}

var header = []string{"repository", "commit", "rule", "kind", "confidence", "position", "others", "fingerprint", "message", "verdict", "proof"}

func (r Row) cells() []string {
	return []string{r.Repository, r.Commit, r.Rule, r.Kind, string(r.Confidence), r.Position, r.Others, r.Fingerprint, r.Message, string(r.Verdict), r.Proof}
}

func rowOf(cells []string) (Row, error) {
	r := Row{
		Repository: cells[0], Commit: cells[1], Rule: cells[2], Kind: cells[3], Confidence: rule.Confidence(cells[4]), Position: cells[5],
		Others: cells[6], Fingerprint: cells[7], Message: cells[8], Verdict: Verdict(cells[9]), Proof: cells[10],
	}
	switch r.Verdict {
	case Unread:
	case True, Minor, False:
		if r.Proof == "" {
			return Row{}, fmt.Errorf("the verdict on %s has no proof", r.Position)
		}
	default:
		return Row{}, fmt.Errorf("the verdict on %s is %q: want true, minor, false or nothing", r.Position, r.Verdict)
	}
	return r, nil
}

// rowsOf makes the rows of a repository's causes, without verdicts.
func rowsOf(r Repository, all []Cause) []Row {
	rows := make([]Row, 0, len(all))
	for _, c := range all {
		first := c[0]
		var others []string
		for _, f := range c[1:] {
			others = append(others, fmt.Sprintf("%s:%d", f.File, f.Line))
		}
		rows = append(rows, Row{
			Repository:  r.Name,
			Commit:      r.Commit,
			Rule:        first.Rule,
			Kind:        first.Kind,
			Confidence:  first.Confidence,
			Position:    fmt.Sprintf("%s:%d", first.File, first.Line),
			Others:      strings.Join(others, " "),
			Fingerprint: first.Fingerprint,
			Message:     strings.Join(strings.Fields(first.Message), " "),
		})
	}
	return rows
}

// carryOver fills in the verdicts that an older worksheet has on the same
// findings and returns the judged rows whose findings are gone.
func carryOver(rows, old []Row) (gone []Row) {
	byFingerprint := make(map[string]int, len(rows))
	for i, r := range rows {
		byFingerprint[r.Fingerprint] = i
	}
	for _, o := range old {
		if o.Verdict == Unread {
			continue
		}
		i, ok := byFingerprint[o.Fingerprint]
		if !ok {
			gone = append(gone, o)
			continue
		}
		rows[i].Verdict, rows[i].Proof = o.Verdict, o.Proof
	}
	return gone
}

// readWorksheet returns the rows of the named file; none if there is no such
// file.
func readWorksheet(name string) ([]Row, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := decodeRows(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

func decodeRows(r io.Reader) ([]Row, error) {
	in := csv.NewReader(r)
	in.Comma, in.FieldsPerRecord = '\t', len(header)
	table, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(table) == 0 || !slices.Equal(table[0], header) {
		return nil, fmt.Errorf("the first line is not %q", strings.Join(header, " "))
	}
	rows := make([]Row, 0, len(table)-1)
	for i, cells := range table[1:] {
		row, err := rowOf(cells)
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", i+2, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func encodeRows(w io.Writer, rows []Row) error {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Position, b.Position))
	})
	out := csv.NewWriter(w)
	out.Comma = '\t'
	table := [][]string{header}
	for _, r := range rows {
		table = append(table, r.cells())
	}
	return out.WriteAll(table)
}

func writeWorksheet(name string, rows []Row) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return encodeRows(file, rows)
}
