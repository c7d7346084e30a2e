// Pagegen writes the page.go of each rule package whose directory is named, from
// the rule's doc.go.
package main

import (
	"fmt"
	"os"

	"github.com/gomend/gomend/analyzers/internal/rulepage"
)

func main() {
	for _, dir := range os.Args[1:] {
		if _, err := rulepage.Write(dir); err != nil {
			fmt.Fprintln(os.Stderr, "pagegen:", err)
			os.Exit(1)
		}
	}
}
