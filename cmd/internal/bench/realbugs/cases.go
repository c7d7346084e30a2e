package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// A Case is a bug that a public repository had and mended.
type Case struct {
	ID       string `json:"id"`
	Category string `json:"category"`

	// Module is the directory of the module that holds the package,
	// relative to the repository's root.
	Module string `json:"module_dir"`

	// Package is a package pattern relative to Module.
	Package string `json:"package"`

	// File and Lines are where the bug is before the fix, File relative to
	// the repository's root.
	File  string `json:"file"`
	Lines []int  `json:"lines"`

	// Flags are those that the go command needs for the package.
	Flags []string `json:"flags"`
}

func readCases(name string) ([]Case, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var cases []Case
	if err := json.Unmarshal(data, &cases); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for i, c := range cases {
		if c.ID == "" || c.Package == "" {
			return nil, fmt.Errorf("%s: case %d has no id or no package", name, i)
		}
	}
	return cases, nil
}

// selected returns the cases whose ID or category is among the names, or all if
// there are none.
func selected(cases []Case, names []string) []Case {
	if len(names) == 0 {
		return cases
	}
	return slices.DeleteFunc(slices.Clone(cases), func(c Case) bool {
		return !slices.Contains(names, c.ID) && !slices.Contains(names, c.Category)
	})
}

// gomendArgs returns the arguments of gomend for the case.
func (c Case) gomendArgs() ([]string, error) {
	var args []string
	for _, flag := range c.Flags {
		tags, ok := strings.CutPrefix(flag, "-tags=")
		if !ok {
			return nil, fmt.Errorf("gomend has no counterpart of the go command's flag %s", flag)
		}
		args = append(args, "--tags", tags)
	}
	return append(args, c.Package), nil
}

// An Entry is a finding as the scorer reads it.
type Entry struct {
	Rule        string `json:"rule"`
	Kind        string `json:"kind"`
	Confidence  string `json:"confidence"`
	File        string `json:"file"` // relative to the repository's root
	Line        int    `json:"line"`
	Message     string `json:"message"`
	Fingerprint string `json:"fingerprint"`
}

// entries turns findings, whose files are relative to the directory base of the
// repository, into entries.
func entries(findings []finding.Finding, base string) []Entry {
	list := make([]Entry, 0, len(findings))
	for _, f := range findings {
		list = append(list, Entry{
			Rule:        f.Rule,
			Kind:        f.Kind,
			Confidence:  string(f.Confidence),
			File:        path.Join(base, f.File),
			Line:        f.Line,
			Message:     f.Message,
			Fingerprint: f.Fingerprint,
		})
	}
	return list
}

// writeEntries writes DIR/ID/REVISION.json.
func writeEntries(dir string, c Case, revision string, list []Entry) error {
	data, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		return err
	}
	dir = filepath.Join(dir, c.ID)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, revision+".json"), append(data, '\n'), 0o666)
}
