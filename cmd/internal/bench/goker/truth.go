package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The truth stands in three tables. The first two are written by -observe; the
// third is written by hand, from the executions that the README tells: who
// holds the lock that another goroutine waits for, and where the goroutines
// stand of a kernel that leaks too seldom to be seen.
var (
	//go:embed kernels.tsv
	kernelTable []byte
	//go:embed observed.tsv
	observedTable []byte
	//go:embed named.tsv
	namedTable []byte
)

// Truth is what the kernels' bugs are, and where.
type Truth struct {
	Kernels   []Kernel
	Positions []Position
}

func loadTruth() (Truth, error) {
	kernels, err := readKernels(kernelTable)
	if err != nil {
		return Truth{}, fmt.Errorf("kernels.tsv: %w", err)
	}
	observed, err := readPositions(observedTable)
	if err != nil {
		return Truth{}, fmt.Errorf("observed.tsv: %w", err)
	}
	named, err := readPositions(namedTable)
	if err != nil {
		return Truth{}, fmt.Errorf("named.tsv: %w", err)
	}
	return Truth{Kernels: kernels, Positions: append(observed, named...)}, nil
}

// check compares the kernels of a Go distribution with those of the tables.
// Other files than those that were observed have other line numbers.
func (t Truth) check(suite []Kernel) error {
	var errs []error
	for _, want := range t.Kernels {
		i := slices.IndexFunc(suite, func(k Kernel) bool { return k.Name == want.Name })
		switch {
		case i < 0:
			errs = append(errs, fmt.Errorf("kernel %s is not in this Go distribution", want.Name))
		case suite[i].Hash != want.Hash:
			errs = append(errs, fmt.Errorf("%s.go is not the file that the tables were made from", want.Name))
		}
	}
	for _, k := range suite {
		if !slices.ContainsFunc(t.Kernels, func(want Kernel) bool { return k.Name == want.Name }) {
			errs = append(errs, fmt.Errorf("kernel %s is not in the tables", k.Name))
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("the tables do not fit the kernels of this Go distribution; make them anew with -observe, and look through named.tsv:\n%w", errors.Join(errs...))
	}
	return nil
}

func writeKernels(w io.Writer, version string, kernels []Kernel) error {
	rows := make([][]string, 0, len(kernels))
	for _, k := range kernels {
		rows = append(rows, []string{k.Name, k.Entry, k.Type, k.Subtype, k.Hash})
	}
	return writeTable(w, "The GoKer kernels of "+version+". Written by goker -observe.", []string{"kernel", "entry", "type", "subtype", "hash"}, rows)
}

func writePositions(w io.Writer, version string, runs int, positions []Position) error {
	rows := make([][]string, 0, len(positions))
	for _, p := range positions {
		rows = append(rows, []string{p.Kernel, p.What, strconv.Itoa(p.Line), p.Function, p.Evidence})
	}
	title := fmt.Sprintf("Goroutines that leaked in %d runs of each kernel with %s, and in how many. Written by goker -observe.", runs, version)
	return writeTable(w, title, []string{"kernel", "what", "line", "function", "evidence"}, rows)
}

func readKernels(table []byte) ([]Kernel, error) {
	rows, err := readTable(table, 5)
	if err != nil {
		return nil, err
	}
	kernels := make([]Kernel, 0, len(rows))
	for _, r := range rows {
		kernels = append(kernels, Kernel{Name: r[0], Entry: r[1], Type: r[2], Subtype: r[3], Hash: r[4]})
	}
	return kernels, nil
}

func readPositions(table []byte) ([]Position, error) {
	rows, err := readTable(table, 5)
	if err != nil {
		return nil, err
	}
	positions := make([]Position, 0, len(rows))
	for _, r := range rows {
		line, err := strconv.Atoi(r[2])
		if err != nil || !slices.Contains([]string{blocked, started, lock}, r[1]) {
			return nil, fmt.Errorf("bad row %q", strings.Join(r, " "))
		}
		positions = append(positions, Position{Kernel: r[0], What: r[1], Line: line, Function: r[3], Evidence: r[4]})
	}
	return positions, nil
}

// writeTable writes a comment, a header and rows, tab-separated.
func writeTable(w io.Writer, comment string, header []string, rows [][]string) error {
	if _, err := fmt.Fprintf(w, "# %s\n", comment); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = '\t'
	if err := out.Write(header); err != nil {
		return err
	}
	return out.WriteAll(rows)
}

// readTable returns the rows below the header of a table.
func readTable(table []byte, columns int) ([][]string, error) {
	in := csv.NewReader(bytes.NewReader(table))
	in.Comma, in.Comment, in.FieldsPerRecord = '\t', '#', columns
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errors.New("no header")
	}
	return rows[1:], nil
}
