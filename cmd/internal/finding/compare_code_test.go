package finding_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/symbol"
)

// Each archive holds the code of two revisions, in base and head. A finding stands
// at each comment "found".
func TestCompareByCode(t *testing.T) {
	archives, err := filepath.Glob("testdata/compare/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := make(map[string]string)
			for _, f := range archive.Files {
				files[f.Name] = string(f.Data)
			}
			change := finding.Change{Base: reader(files, "base"), Head: reader(files, "head"), Renamed: make(map[string]string)}
			for line := range strings.Lines(files["renamed"]) {
				from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
				change.Renamed[from] = to
			}
			c := finding.Compare(found(t, files, "base"), found(t, files, "head"), change)
			if diff := cmp.Diff(files["want"], shown(c)); diff != "" {
				t.Errorf("%s(-want +got)\n%s", archive.Comment, diff)
			}
		})
	}
}

func reader(files map[string]string, side string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		content, ok := files[path.Join(side, name)]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return []byte(content), nil
	}
}

// found returns the findings of one side of an archive.
func found(t *testing.T, files map[string]string, side string) []finding.Finding {
	t.Helper()
	var all []finding.Finding
	for name, content := range files {
		file, ok := strings.CutPrefix(name, side+"/")
		if !ok {
			continue
		}
		fset := token.NewFileSet()
		syntax, err := parser.ParseFile(fset, name, content, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, comment := range syntax.Comments {
			at := fset.Position(comment.Pos())
			if comment.Text() != "found\n" {
				continue
			}
			name := symbol.Around(syntax, comment.Pos())
			all = append(all, finding.Finding{
				Rule:     "timerleak",
				Kind:     "after-in-loop",
				Message:  name + " piles up timers",
				Span:     finding.Span{File: file, Line: at.Line, Column: 1},
				Package:  "example.com/" + path.Dir(file),
				Module:   "example.com",
				Symbol:   name,
				LineText: strings.TrimSpace(strings.Split(content, "\n")[at.Line-1]),
			})
		}
	}
	return identified(all)
}

// shown returns a comparison as the archives write it.
func shown(c finding.Comparison) string {
	var all []string
	note := func(what string, places ...finding.Finding) {
		for _, p := range places {
			what += fmt.Sprintf(" %s:%d", p.File, p.Line)
		}
		all = append(all, what+"\n")
	}
	for _, f := range c.New {
		note("new", f)
	}
	for _, f := range c.Fixed {
		note("fixed", f)
	}
	for _, m := range c.Moved {
		note("moved", m.From, m.To)
	}
	for _, f := range c.Unchanged {
		note("unchanged", f)
	}
	return strings.Join(all, "")
}
