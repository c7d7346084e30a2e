package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// printTable writes the costs, their ratios to the first row's, and the memory.
func printTable(w io.Writer, rows []Row, memory Memory) error {
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "CPU\tbuilt\tratio\tcold\tratio\twarm\tratio\tedited\tratio\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t", r.Tool)
		for _, pair := range [][2]Cost{{r.Built, rows[0].Built}, {r.Cold, rows[0].Cold}, {r.Warm, rows[0].Warm}, {r.Edited, rows[0].Edited}} {
			fmt.Fprintf(table, "%.1fs\t%.2f\t", pair[0].CPU.Seconds(), ratio(pair[0].CPU, pair[1].CPU))
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\ngomend's own processes: the vet tool at most %s (at %s), the command %s\n",
		megabytes(memory.Vettool.Bytes), memory.Vettool.Package, megabytes(memory.Check))
	return err
}

// printBudgets writes what was promised beside what was measured.
func printBudgets(w io.Writer, list []Budget) error {
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, b := range list {
		verdict := "met"
		if !b.met() {
			verdict = "missed"
		}
		fmt.Fprintf(table, "%s\t%.2f%s\tat most %g%s\t%s\n", b.What, b.Got, b.Unit, b.Most, b.Unit, verdict)
	}
	return table.Flush()
}

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func megabytes(bytes int64) string { return fmt.Sprintf("%d MB", (bytes+500_000)/1_000_000) }
