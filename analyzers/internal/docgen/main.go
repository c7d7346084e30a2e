// Docgen writes the rules' documents to the directory that is named.
package main

import (
	"fmt"
	"os"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/analyzers/internal/rulepage"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: docgen DIR")
		os.Exit(2)
	}
	if err := rulepage.WriteDocuments(os.Args[1], analyzers.Rules()); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}
