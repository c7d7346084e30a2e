package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// columns are those of a worksheet; the last two are a reader's.
var columns = []string{"position", "blocked", "fingerprint", "message", "verdict", "proof"}

// writeWorksheet writes the leaks to a file, with the verdicts that it has.
func writeWorksheet(name string, leaks []finding.Finding) error {
	verdicts, err := readVerdicts(name)
	if err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	w.Comma = '\t'
	rows := [][]string{columns}
	for _, l := range leaks {
		blocked := ""
		if len(l.Related) > 0 {
			blocked = fmt.Sprintf("%s:%d", l.Related[0].File, l.Related[0].Line)
		}
		v := verdicts[l.Fingerprint]
		rows = append(rows, []string{fmt.Sprintf("%s:%d", l.File, l.Line), blocked, l.Fingerprint, l.Message, v[0], v[1]})
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return f.Close()
}

// readVerdicts returns verdicts and proofs of a worksheet by fingerprint; none if it
// does not exist.
func readVerdicts(name string) (map[string][2]string, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, len(columns)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	verdicts := make(map[string][2]string)
	for _, row := range rows {
		verdicts[row[2]] = [2]string{row[4], row[5]}
	}
	return verdicts, nil
}
