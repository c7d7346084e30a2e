// Upgrade measures `gomend upgrade` on modules of old Go versions, which are given as
// checkouts:
//
//	upgrade -gomend PROGRAM -checkouts DIR -to VERSION [-only NAMES]
//
// Each folder of DIR is a code base. It is copied, tested as it is, upgraded, and tested
// again, by the go command alone; then it is upgraded once more, which has to change
// nothing. Beside it, `go fix` does what it can with the same go line. It prints a table, and
// ends with exit code 1 if a test that passed does not any more, or a second run changes
// anything.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("upgrade: ")
	var b bench
	flag.StringVar(&b.gomend, "gomend", "", "the `program`")
	checkouts := flag.String("checkouts", "", "the `directory` of the code bases")
	flag.StringVar(&b.to, "to", "1.22", "the Go `version` to move to")
	only := flag.String("only", "", "look at these folders alone, a comma-separated `list`")
	flag.BoolVar(&b.gofix, "gofix", true, "have go fix do what it can, too")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx, *checkouts, *only); err != nil {
		log.Fatal(err)
	}
}

// A bench measures code bases one after the other.
type bench struct {
	gomend, to string
	gofix      bool
}

func (b *bench) run(ctx context.Context, checkouts, only string) error {
	if b.gomend == "" || checkouts == "" {
		return errors.New("-gomend and -checkouts are needed")
	}
	gomend, err := filepath.Abs(b.gomend)
	if err != nil {
		return err
	}
	b.gomend = gomend
	entries, err := os.ReadDir(checkouts)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && (only == "" || slices.Contains(strings.Split(only, ","), e.Name())) {
			names = append(names, e.Name())
		}
	}
	fmt.Printf("| Code base | Go before | Tests passed | Not any more | Sites | Taken back | Dropped | ioutil before | after | Second run | go fix builds | CPU s upgrade | First pass/go fix | gomend fix/go fix |\n")
	fmt.Printf("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: | ---: |\n")
	bad := 0
	for _, name := range names {
		m, err := b.measure(ctx, filepath.Join(checkouts, name))
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			bad++
			fmt.Printf("| %s | %v |\n", name, err)
			continue
		}
		fmt.Println(m.row(name))
		for _, text := range m.notes {
			log.Printf("%s: %s", name, text)
		}
		if len(m.lost) > 0 || m.second != "empty" {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d code bases are worse, were not measured, or change again", bad, len(names))
	}
	return nil
}
