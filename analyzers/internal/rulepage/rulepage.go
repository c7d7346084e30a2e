// Package rulepage makes a rule's page of the package comment in its doc.go, so
// that what maintainers read and what users read is one text.
package rulepage

import (
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// A Page is the text of a rule's doc.go.
type Page struct {
	// Markdown is the whole text.
	Markdown string

	// Wrong and Right are the code blocks that follow a paragraph "Wrong:"
	// or "Right:", in their order.
	Wrong, Right []string
}

// Read reads the page of the rule whose package is in dir.
func Read(dir string) (Page, error) {
	name := filepath.Join(dir, "doc.go")
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return Page{}, err
	}
	if file.Doc == nil {
		return Page{}, fmt.Errorf("%s: no package comment to make a page of", name)
	}
	var p comment.Parser
	doc := p.Parse(file.Doc.Text())
	page := Page{}
	var label string
	for _, block := range doc.Content {
		if code, ok := block.(*comment.Code); ok {
			switch label {
			case "Wrong:":
				page.Wrong = append(page.Wrong, code.Text)
			case "Right:":
				page.Right = append(page.Right, code.Text)
			}
		}
		label = paragraph(block)
	}
	pr := comment.Printer{HeadingLevel: 2, HeadingID: func(*comment.Heading) string { return "" }}
	page.Markdown = fenced(string(pr.Markdown(doc)))
	return page, nil
}

// paragraph returns the text of a block that is a plain paragraph.
func paragraph(block comment.Block) string {
	p, ok := block.(*comment.Paragraph)
	if !ok || len(p.Text) != 1 {
		return ""
	}
	plain, _ := p.Text[0].(comment.Plain)
	return string(plain)
}

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

// Source returns the source of the page.go that holds the page as a constant,
// so that a tool which starts once a package need not extract it each time.
func Source(packageName string, page Page) []byte {
	var quoted strings.Builder
	for i, part := range strings.SplitAfter(page.Markdown, "\n") {
		if part == "" {
			continue
		}
		if i > 0 {
			quoted.WriteString(" +\n\t")
		}
		fmt.Fprintf(&quoted, "%q", part)
	}
	return fmt.Appendf(nil, "// Code generated from doc.go by go generate; DO NOT EDIT.\n\npackage %s\n\nconst page = %s\n", packageName, quoted.String())
}

// Write writes dir's page.go if it differs from what doc.go says. It reports
// whether it did.
func Write(dir string) (bool, error) {
	page, err := Read(dir)
	if err != nil {
		return false, err
	}
	name := filepath.Join(dir, "page.go")
	source := Source(filepath.Base(dir), page)
	if old, err := os.ReadFile(name); err == nil && string(old) == string(source) {
		return false, nil
	}
	return true, os.WriteFile(name, source, 0o666)
}
