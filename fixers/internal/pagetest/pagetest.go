// Package pagetest holds a codemod to its page: the package comment in doc.go shows code
// before and after, and the codemod makes the one of the other.
package pagetest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/imports"
	"golang.org/x/tools/txtar"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/fixtest"
)

// Run checks the page in the current folder against the fixer. Each code block under a
// heading "Before" is followed by one under a heading "After", which is what the fixer makes
// of it in a module whose go line is the newest that one of its kinds asks for. Blocks lack
// the imports, and the package clause if nothing stands above it.
func Run(t *testing.T, fixer *fix.Fixer) {
	t.Helper()
	goMod := "module example.com/page\n\ngo " + strings.TrimPrefix(newest(fixer), "go") + "\n"
	run(t, fixer, map[string]string{"go.mod": goMod})
}

// RunIn is as Run, in a module whose other files, go.mod among them, stand in a txtar
// archive: for code that imports modules. The blocks name what they import.
func RunIn(t *testing.T, fixer *fix.Fixer, archive string) {
	t.Helper()
	ar, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, f := range ar.Files {
		files[f.Name] = string(f.Data)
	}
	run(t, fixer, files)
}

// run checks the page with modules that have the given files besides the page's code.
func run(t *testing.T, fixer *fix.Fixer, files map[string]string) {
	t.Helper()
	page := read(t)
	if len(page.before) == 0 || len(page.before) != len(page.after) {
		t.Fatalf("the page shows %d blocks of code before and %d after", len(page.before), len(page.after))
	}
	for _, heading := range []string{"Before", "After", "Precondition", "What is left"} {
		if !page.headings[heading] {
			t.Errorf("the page has no heading %q", heading)
		}
	}
	for i, before := range page.before {
		t.Run(fmt.Sprintf("page %d", i+1), func(t *testing.T) {
			name := "page.go"
			if regexp.MustCompile(`\btesting\.`).MatchString(before) {
				name = "page_test.go"
			}
			dir := t.TempDir()
			source := complete(t, before)
			write := func(file, text string) {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			for file, text := range files {
				write(file, text)
			}
			write(name, source)
			changed, _ := fixtest.Settles(t, dir, fixer)
			got, want := withoutImports(t, changed[name]), withoutImports(t, complete(t, page.after[i]))
			if got != want {
				t.Errorf("the fixer makes this of the code before:\n%s\nthe page says:\n%s", got, want)
			}
		})
	}
}

// newest returns the newest Go version that one of the fixer's kinds asks for.
func newest(fixer *fix.Fixer) string {
	v := fixer.Since
	for _, k := range fixer.Kinds {
		if k.Since != "" && version.Compare(k.Since, v) > 0 {
			v = k.Since
		}
	}
	return v
}

// page is what a package comment shows.
type page struct {
	headings      map[string]bool
	before, after []string
}

// read returns the page in doc.go of the current folder.
func read(t *testing.T) page {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	p := page{headings: make(map[string]bool)}
	var parser comment.Parser
	heading := ""
	for _, block := range parser.Parse(file.Doc.Text()).Content {
		switch block := block.(type) {
		case *comment.Heading:
			heading = ""
			for _, text := range block.Text {
				if plain, ok := text.(comment.Plain); ok {
					heading += string(plain)
				}
			}
			p.headings[heading] = true
		case *comment.Code:
			switch heading {
			case "Before":
				p.before = append(p.before, block.Text)
			case "After":
				p.after = append(p.after, block.Text)
			}
		}
	}
	return p
}

// complete returns a block of code as a file: with a package clause and its imports.
func complete(t *testing.T, code string) string {
	t.Helper()
	if !regexp.MustCompile(`(?m)^package `).MatchString(code) {
		code = "package page\n\n" + code
	}
	src, err := imports.Process("page.go", []byte(code), nil)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, code)
	}
	return string(src)
}

// withoutImports returns a file as gofmt writes it, but for its imports.
func withoutImports(t *testing.T, src string) string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, src)
	}
	for _, d := range file.Decls {
		if gen, ok := d.(*ast.GenDecl); ok && gen.Tok == token.IMPORT {
			from, to := fset.Position(gen.Pos()).Offset, fset.Position(gen.End()).Offset
			src = src[:from] + strings.Repeat(" ", to-from) + src[to:]
		}
	}
	out, err := format.Source([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out))
}
