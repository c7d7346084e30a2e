package fixtest

import (
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// edit is an edit of a file, in bytes.
type edit struct {
	from, to int
	text     string
}

// checkAlone checks that the package compiles with each of the suggested fixes alone.
func checkAlone(t *testing.T, a analyzed) {
	t.Helper()
	for _, d := range a.diagnostics {
		for _, f := range d.SuggestedFixes {
			edits := make(map[string][]edit)
			collect(edits, a.pkg.Fset, f)
			for _, err := range compile(t, a.pkg, applyAll(t, edits)) {
				t.Errorf("%s: with the fix of %q alone: %v", a.pkg.Fset.Position(d.Pos), d.Message, err)
			}
		}
	}
}

// together returns the files of the module in a folder that all fixes change, by their
// paths in it. Fixes that a package and its test variant both suggest are made once.
func together(t *testing.T, dir string, all []analyzed) map[string]string {
	t.Helper()
	edits := make(map[string][]edit)
	for _, a := range all {
		for _, d := range a.diagnostics {
			for _, f := range d.SuggestedFixes {
				collect(edits, a.pkg.Fset, f)
			}
		}
	}
	contents := applyAll(t, edits)
	for _, a := range all {
		for _, err := range compile(t, a.pkg, contents) {
			t.Errorf("%s: with all fixes: %v", a.pkg.ID, err)
		}
	}
	changed := make(map[string]string)
	for name, src := range contents {
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		formatted, err := format.Source(src)
		if err != nil {
			t.Errorf("%s: %v", rel, err)
			formatted = src
		}
		changed[filepath.ToSlash(rel)] = string(formatted)
	}
	return changed
}

// collect adds the edits of a fix to those of each file.
func collect(edits map[string][]edit, fset *token.FileSet, f analysis.SuggestedFix) {
	for _, e := range f.TextEdits {
		file := fset.File(e.Pos)
		end := e.End
		if !end.IsValid() {
			end = e.Pos
		}
		edits[file.Name()] = append(edits[file.Name()], edit{file.Offset(e.Pos), file.Offset(end), string(e.NewText)})
	}
}

// applyAll returns the files with their edits made.
func applyAll(t *testing.T, edits map[string][]edit) map[string][]byte {
	t.Helper()
	contents := make(map[string][]byte)
	for name, list := range edits {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out, err := apply(src, list)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		contents[name] = out
	}
	return contents
}

// apply makes the edits, identical ones once.
func apply(src []byte, edits []edit) ([]byte, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b edit) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	var out bytes.Buffer
	at := 0
	for i, e := range edits {
		if slices.Contains(edits[:i], e) {
			continue
		}
		if e.from < at {
			return nil, fmt.Errorf("two edits overlap at byte %d", e.from)
		}
		out.Write(src[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(src[at:])
	return out.Bytes(), nil
}
