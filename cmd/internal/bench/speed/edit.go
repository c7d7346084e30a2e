package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// An editable is a Go file that is edited and in the end restored.
type editable struct {
	name   string
	before []byte
	info   fs.FileInfo
	edits  int
}

func openEditable(name string) (*editable, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	before, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &editable{name: name, before: before, info: info}, nil
}

// edit gives the file a function at its end that it never had before, which
// changes what the package compiles to.
func (e *editable) edit() error {
	e.edits++
	after := fmt.Appendf(e.before[:len(e.before):len(e.before)], "\nfunc gomendBenchEdit() int { return %d }\n\nvar _ = gomendBenchEdit\n", e.edits)
	return os.WriteFile(e.name, after, e.info.Mode())
}

func (e *editable) restore() error {
	return errors.Join(
		os.WriteFile(e.name, e.before, e.info.Mode()),
		os.Chtimes(e.name, e.info.ModTime(), e.info.ModTime()),
	)
}
