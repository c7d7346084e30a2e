// Ledger sums up the statements in a folder.
package main

import (
	"flag"
	"fmt"
	"io"
	"io/ioutil"
	"log"
	"math/rand"
	"os"
	"time"

	"example.com/ledger/internal/id"
	"example.com/ledger/statement"
	"example.com/ledger/store"
)

func main() {
	rand.Seed(time.Now().UnixNano())
	dir := flag.String("statements", "statements", "the folder that banks write to")
	out := flag.String("out", "ledger.txt", "the file to write")
	quiet := flag.Bool("quiet", false, "say nothing")
	flag.Parse()
	var progress io.Writer = os.Stderr
	if *quiet {
		progress = ioutil.Discard
	}
	if err := run(*dir, *out, progress); err != nil {
		log.Fatal(err)
	}
}

func run(dir, out string, progress io.Writer) error {
	names, err := store.Statements(dir)
	if err != nil {
		return err
	}
	total := statement.Totals{}
	for _, name := range names {
		data, err := ioutil.ReadFile(name)
		if err != nil {
			return err
		}
		s, err := statement.Parse(data)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		total.Add(s)
		fmt.Fprintf(progress, "%s: %d lines\n", name, len(s.Lines))
	}
	return ioutil.WriteFile(out, []byte(id.Random()+"\n"+total.String()), 0o644)
}
