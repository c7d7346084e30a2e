// Docgen writes the fixers' documents to the directory that is named.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomend/gomend/fixers"
	"github.com/gomend/gomend/fixers/internal/fixerpage"
	"github.com/gomend/gomend/fixers/suite"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: docgen DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "docgen:", err)
		os.Exit(1)
	}
}

func write(dir string) error {
	documents, err := fixerpage.Documents(".", fixers.Own(), suite.Fixers())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for name, text := range documents {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			return err
		}
	}
	return nil
}
