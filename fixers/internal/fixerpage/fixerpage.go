// Package fixerpage makes the fixers' documents of their tables and of the package comments
// in their doc.go, so that what maintainers read and what users read is one text.
package fixerpage

import (
	"bytes"
	"cmp"
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/fixers/fix"
)

// Documents returns the documents by their file names: one of all fixers, one of those that
// come from x/tools, and one of each of our own, whose packages are in folders of dir.
func Documents(dir string, own, adopted []*fix.Fixer) (map[string][]byte, error) {
	documents := map[string][]byte{
		"README.md":  index(own, adopted),
		"adopted.md": adoptedPage(adopted),
	}
	for _, f := range own {
		text, err := page(filepath.Join(dir, f.Name(), "doc.go"), f)
		if err != nil {
			return nil, err
		}
		documents[f.Name()+".md"] = text
	}
	return documents, nil
}

const generated = "<!-- Written by go generate from the fixers' own documentation. -->\n\n"

func index(own, adopted []*fix.Fixer) []byte {
	var b bytes.Buffer
	b.WriteString(generated)
	b.WriteString(`# Fixers

What ` + "`gomend fix` and `gomend upgrade`" + ` rewrite. From the version on that stands beside it, a
fixer is applied to files of that Go version and newer.

A rewrite is *safe* if it keeps what the program does wherever it is applied; *proven* if it
keeps it under a precondition that was proven of the code at hand; and a *suggestion* if it
may change what the program does: these are made with ` + "`--unsafe-fixes`" + ` alone. Whatever its
tier, a rewrite is type-checked before it is made.

| Fixer | Since | Tiers | What it does |
| --- | --- | --- | --- |
`)
	all := slices.Concat(own, adopted)
	slices.SortFunc(all, func(a, b *fix.Fixer) int { return cmp.Compare(a.Name(), b.Name()) })
	for _, f := range all {
		link := f.Name() + ".md"
		if slices.Contains(adopted, f) {
			link = "adopted.md#" + f.Name()
		}
		fmt.Fprintf(&b, "| [%s](%s) | %s | %s | %s |\n", f.Name(), link, release(f.Since), strings.Join(tiers(f), ", "), f.Title)
	}
	return b.Bytes()
}

// release returns a version as people write it.
func release(version string) string { return "Go " + strings.TrimPrefix(version, "go") }

// tiers returns the tiers of the rewrites, in the order of the table.
func tiers(f *fix.Fixer) []string {
	var all []string
	for _, k := range f.Kinds {
		if k.Tier != fix.Left && !slices.Contains(all, string(k.Tier)) {
			all = append(all, string(k.Tier))
		}
	}
	return all
}

func adoptedPage(adopted []*fix.Fixer) []byte {
	var b bytes.Buffer
	b.WriteString(generated)
	b.WriteString(`# Fixers from golang.org/x/tools

The analyzers of x/tools' fix suite, which ` + "`go fix`" + ` runs, too. Each of their diagnostics is
judged before it becomes a fix: what is known to change what programs do is withheld or is a
suggestion.
`)
	for _, f := range adopted {
		fmt.Fprintf(&b, "\n## %s\n\n", f.Name())
		fmt.Fprintf(&b, "%s, since %s. [What x/tools says of it](%s)\n\n", f.Title, release(f.Since), f.Analyzer.URL)
		kinds(&b, f)
	}
	return b.Bytes()
}

func page(name string, f *fix.Fixer) ([]byte, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return nil, err
	}
	if file.Doc == nil {
		return nil, fmt.Errorf("%s: there is no package comment to make a page of", name)
	}
	var p comment.Parser
	printer := comment.Printer{HeadingLevel: 2, HeadingID: func(*comment.Heading) string { return "" }}
	var b bytes.Buffer
	b.WriteString(generated)
	fmt.Fprintf(&b, "# %s\n\nSince %s.\n\n%s\n## Kinds\n\n", f.Name(), release(f.Since), fenced(string(printer.Markdown(p.Parse(file.Doc.Text())))))
	kinds(&b, f)
	return b.Bytes(), nil
}

// kinds writes the table of a fixer's kinds.
func kinds(b *bytes.Buffer, f *fix.Fixer) {
	b.WriteString("| Kind | Tier | What becomes of what | Precondition |\n| --- | --- | --- | --- |\n")
	for _, k := range f.Kinds {
		name := f.Name()
		if k.Name != "" {
			name += "/" + k.Name
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", name, k.Tier, cell(k.Summary), cell(k.Precondition))
	}
}

// cell returns a text as it may stand in a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", "\\|") }

// fenced turns indented code blocks into fenced ones, which are highlighted.
func fenced(markdown string) string {
	var out strings.Builder
	inCode := false
	lines := strings.Split(markdown, "\n")
	for i, line := range lines {
		isCode := strings.HasPrefix(line, "\t") || inCode && line == "" && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "\t")
		switch {
		case isCode && !inCode:
			out.WriteString("```go\n")
		case !isCode && inCode:
			out.WriteString("```\n")
		}
		inCode = isCode
		out.WriteString(strings.TrimPrefix(line, "\t"))
		if i < len(lines)-1 {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
