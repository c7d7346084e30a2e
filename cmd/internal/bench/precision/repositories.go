package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// A Repository is one of those on which precision is measured.
type Repository struct {
	Name   string // owner/name
	Commit string
	Set    string // "dev", looked at while the rules were made, or "held-out"
	Go     string // the go line at its root
	Lines  string // of Go
}

// directory is the name of the repository's checkout.
func (r Repository) directory() string { return path.Base(r.Name) }

// worksheet is the name of the repository's worksheet.
func (r Repository) worksheet() string { return strings.ReplaceAll(r.Name, "/", "-") + ".tsv" }

func readRepositories(name string) ([]Repository, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	list, err := decodeRepositories(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func decodeRepositories(r io.Reader) ([]Repository, error) {
	in := csv.NewReader(r)
	in.Comma, in.Comment, in.FieldsPerRecord = '\t', '#', 6
	rows, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) < 2 {
		return nil, errors.New("it lists no repository")
	}
	var list []Repository
	for _, r := range rows[1:] {
		list = append(list, Repository{Name: r[0], Commit: r[1], Set: r[2], Go: r[3], Lines: r[4]})
	}
	return list, nil
}
