package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// suiteDir is where a Go distribution keeps the kernels, below GOROOT.
const suiteDir = "src/runtime/testdata/testgoroutineleakprofile/goker"

// A Kernel is one bug of GoBench, cut down to a file that still leaks.
type Kernel struct {
	Name    string // of the file, without .go: "cockroach1055"
	Entry   string // the function that runs it: "Cockroach1055"
	Type    string // Resource, Communication or Mixed
	Subtype string // such as "Double locking"
	Hash    string // of the file's content
}

// Category is the type and subtype in one string, by which results are counted.
func (k Kernel) Category() string { return k.Type + ": " + k.Subtype }

// readSuite returns the kernels found in dir, in the order of their names, with
// the types that the README there gives them.
func readSuite(dir string) ([]Kernel, error) {
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		return nil, fmt.Errorf("the kernels ship with the Go distribution: %w", err)
	}
	kernels, err := parseReadme(readme)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(dir, "README.md"), err)
	}
	for i := range kernels {
		k := &kernels[i]
		src, err := os.ReadFile(filepath.Join(dir, k.Name+".go"))
		if err != nil {
			return nil, fmt.Errorf("kernel %s of the README: %w", k.Name, err)
		}
		if k.Entry, err = entryOf(src); err != nil {
			return nil, fmt.Errorf("%s.go: %w", k.Name, err)
		}
		sum := sha256.Sum256(src)
		k.Hash = hex.EncodeToString(sum[:8])
	}
	return kernels, nil
}

// parseReadme reads the table below each heading of the README,
//
//	## Cockroach/1055
//	| Bug ID | Ref | Patch | Type | Sub-type |
//	| ---- | ---- | ---- | ---- | ---- |
//	|[cockroach#1055]|[pull request]|[patch]| Mixed | Channel & WaitGroup |
//
// and leaves Entry and Hash empty.
func parseReadme(readme []byte) ([]Kernel, error) {
	var kernels []Kernel
	heading := ""
	lines := bufio.NewScanner(bytes.NewReader(readme))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if rest, ok := strings.CutPrefix(line, "## "); ok {
			heading = rest
			continue
		}
		if heading == "" || !strings.HasPrefix(line, "|[") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 5 {
			return nil, fmt.Errorf("line %d: %d cells in the table of %s, want 5", n, len(cells), heading)
		}
		kernels = append(kernels, Kernel{
			Name:    strings.ToLower(strings.ReplaceAll(heading, "/", "")),
			Type:    strings.TrimSpace(cells[3]),
			Subtype: subtype(strings.TrimSpace(cells[4])),
		})
		heading = ""
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(kernels) == 0 {
		return nil, fmt.Errorf("no table of a kernel found")
	}
	slices.SortFunc(kernels, func(a, b Kernel) int { return strings.Compare(a.Name, b.Name) })
	return kernels, nil
}

// subtype returns one spelling for each subtype; the README has several.
func subtype(s string) string {
	s = strings.ToUpper(s[:1]) + strings.ToLower(s[1:])
	for from, to := range map[string]string{"Ab-ba": "AB-BA", "Rwr": "RWR", "waitgroup": "WaitGroup", " leak": " deadlock"} {
		s = strings.ReplaceAll(s, from, to)
	}
	return s
}

var registration = regexp.MustCompile(`register\("(\w+)",`)

// entryOf returns the name under which a kernel's source registers itself. It
// is not always that of its file.
func entryOf(src []byte) (string, error) {
	m := registration.FindSubmatch(src)
	if m == nil {
		return "", fmt.Errorf("no call of register")
	}
	return string(m[1]), nil
}
