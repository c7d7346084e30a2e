package move

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gomend/gomend/workspace"
)

// A Kind is in what way a place names a package.
type Kind string

// The kinds.
const (
	// String is a string in Go code with the import path or the directory.
	String Kind = "string"
	// Path is a relative path in Go code that leads to another place afterwards, or to
	// none.
	Path Kind = "path"
	// Name is a string in Go code with the package's old name before something that the
	// package declares, as the names of types are printed.
	Name Kind = "name"
	// Comment is a comment in Go code with the import path.
	Comment Kind = "comment"
	// Directive is a comment that tools heed, such as //go:generate and //go:linkname.
	Directive Kind = "directive"
	// File is a line of a file that is no Go code of the code base: of a Makefile, a
	// workflow, a document, or something below testdata.
	File Kind = "file"
	// Release is an import in a module that takes the package from a release of its
	// module, and not from the tree. It can be edited once there is a release with the
	// new package.
	Release Kind = "release"
)

// A Mention is a place that names a package and is not edited. Files of more than 4 MB that
// are no Go are not looked into, nor are vendor and node_modules folders.
type Mention struct {
	File string // its absolute name, before the change
	Line int
	Kind Kind
	Text string // the line, trimmed
}

func compareMentions(a, b Mention) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(string(a.Kind), string(b.Kind)))
}

// longest is how much of a line is shown, in bytes.
const longest = 200

// mention adds the place at an offset in a file.
func (m *mover) mention(kind Kind, name string, content []byte, offset int) {
	start := bytes.LastIndexByte(content[:offset], '\n') + 1
	line, _, _ := bytes.Cut(content[start:], []byte("\n"))
	text := strings.TrimSpace(string(line))
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	m.mentions = append(m.mentions, Mention{name, bytes.Count(content[:start], []byte("\n")) + 1, kind, text})
}

// mentionIn adds a place in a Go file of a module. A package that embeds what moves, or
// reads it in its tests, is looked at with those that import the package.
func (m *mover) mentionIn(k *workspace.Module, kind Kind, name string, content []byte, offset int) {
	if (kind == Path || kind == Directive) && k.Path != "" {
		m.beside[m.importerOf(k, name)] = true
	}
	m.mention(kind, name, content, offset)
}

// prepareMentions finds what the package declares for others.
func (m *mover) prepareMentions() error {
	if !m.target.renames() {
		return nil
	}
	names, err := goFiles(m.target.old.Dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		content, err := m.peek(filepath.Join(m.target.old.Dir, name))
		if err != nil {
			return err
		}
		f, _ := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		if f == nil || f.Name.Name != m.target.old.Name {
			continue
		}
		for _, declared := range declarations(f) {
			if ast.IsExported(declared) {
				m.exported = append(m.exported, declared)
			}
		}
	}
	return nil
}

// mentionText adds the lines of a text that name the package or its directory.
func (m *mover) mentionText(name string, content []byte, k *workspace.Module) {
	switch base := filepath.Base(name); {
	case base == "go.mod", base == "go.sum", base == "go.work", base == "go.work.sum":
		return // they name modules
	case bytes.IndexByte(content[:min(len(content), 8000)], 0) >= 0:
		return // it is no text
	}
	last := -1
	for _, at := range m.named(content, k) {
		if start := bytes.LastIndexByte(content[:at], '\n'); start != last || last < 0 {
			m.mention(File, name, content, at)
			last = start
		}
	}
}

// mentionGo adds the places in a Go file, but for its imports.
func (m *mover) mentionGo(name string, content []byte, k *workspace.Module) {
	if !m.mayMention(name, content, k) {
		return
	}
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if f == nil {
		return
	}
	at := func(n ast.Node) int {
		start, _ := offsets(fset, n.Pos(), n.Pos())
		return start
	}
	imports := make(map[*ast.BasicLit]bool)
	for _, spec := range f.Imports {
		imports[spec.Path] = true
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if path, ok := joined(n); ok && m.leadsAway(name, path) {
				m.mentionIn(k, Path, name, content, at(n))
			}
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if n.Kind != token.STRING || imports[n] || err != nil {
				return true
			}
			if kind := m.kindOf(name, text, k); kind != "" {
				m.mentionIn(k, kind, name, content, at(n))
			}
		}
		return true
	})
	for _, group := range f.Comments {
		for _, c := range group.List {
			if kind := m.kindOfComment(name, c.Text, k); kind != "" && !m.importCommentAt(content, at(c)) {
				m.mentionIn(k, kind, name, content, at(c))
			}
		}
	}
}

// mayMention reports whether a Go file has to be parsed to see whether it mentions the
// package, going by its text.
func (m *mover) mayMention(name string, content []byte, k *workspace.Module) bool {
	t := m.target
	if t.renames() && bytes.Contains(content, []byte(t.old.Name+".")) {
		return true
	}
	if !t.moves() {
		return false
	}
	if m.files[name] != "" || len(m.named(content, k)) > 0 {
		return true
	}
	return bytes.Contains(content, []byte(filepath.Base(t.old.Dir))) && slices.ContainsFunc(leading, func(text string) bool {
		return bytes.Contains(content, []byte(text))
	})
}

// leading is what a Go file has that names something by a relative path: in a string, as
// the first of several elements, or in a comment for a tool.
var leading = []string{`"../`, "`../", `"./`, "`./", `"..",`, "//go:generate", "//go:embed"}

// kindOf returns the kind of mention that a string in a Go file is, or "". One of nothing
// but dots is there to be compared or joined with something.
func (m *mover) kindOf(name, text string, k *workspace.Module) Kind {
	switch {
	case m.namedInCode(text, k):
		return String
	case strings.Trim(text, "./") != "" && m.leadsAway(name, text):
		return Path
	case m.namesDeclared(text):
		return Name
	}
	return ""
}

// kindOfComment returns the kind of mention that a comment in a Go file is, or "".
func (m *mover) kindOfComment(name, text string, k *workspace.Module) Kind {
	if !strings.HasPrefix(text, "//go:") {
		if i := m.indexPath([]byte(text), 0); i >= 0 {
			return Comment
		}
		return ""
	}
	if len(m.named([]byte(text), k)) > 0 {
		return Directive
	}
	embeds := strings.HasPrefix(text, "//go:embed ")
	for _, word := range strings.Fields(text)[1:] {
		word = strings.Trim(word, `"`+"`")
		if embeds {
			word = "./" + strings.TrimPrefix(word, "all:")
		}
		if m.leadsAway(name, word) {
			return Directive
		}
	}
	return ""
}

// importCommentAt reports whether the comment at an offset is one that is edited with the
// package clause.
func (m *mover) importCommentAt(content []byte, at int) bool {
	start := bytes.LastIndexByte(content[:at], '\n') + 1
	line, _, _ := bytes.Cut(content[at:], []byte("\n"))
	return bytes.HasPrefix(content[start:], []byte("package ")) && m.importCommented(string(line))
}

func (m *mover) importCommented(line string) bool {
	for path := range m.moved {
		if importComment(line, path) >= 0 {
			return true
		}
	}
	return false
}

// namesDeclared reports whether a text has the old name of the package before something
// that it declares.
func (m *mover) namesDeclared(text string) bool {
	if !m.target.renames() {
		return false
	}
	prefix := m.target.old.Name + "."
	for i := 0; ; i++ {
		at := strings.Index(text[i:], prefix)
		if at < 0 {
			return false
		}
		i += at
		rest := text[i+len(prefix):]
		r, _ := utf8.DecodeLastRuneInString(text[:i])
		if i > 0 && (token.IsIdentifier("x"+string(r)) || r == '.') {
			continue
		}
		if slices.ContainsFunc(m.exported, func(name string) bool {
			return strings.HasPrefix(rest, name) && !continues(rest[len(name):])
		}) {
			return true
		}
	}
}

// mentionIgnored adds the ignore lines of a module that name the directory.
func (m *mover) mentionIgnored(k *workspace.Module) {
	if k.File == nil || !m.target.moves() {
		return
	}
	name := filepath.Join(k.Dir, "go.mod")
	for _, line := range k.File.Ignore {
		rel := strings.TrimSuffix(strings.TrimPrefix(line.Path, "./"), "/")
		if content, err := os.ReadFile(name); err == nil && filepath.Join(k.Dir, filepath.FromSlash(rel)) == m.target.old.Dir {
			m.mention(File, name, content, line.Syntax.Start.Byte)
		}
	}
}

// joined returns the path that a call of a function named Join has for its first
// arguments, if the first leads upwards.
func joined(call *ast.CallExpr) (string, bool) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Join" {
		return "", false
	}
	var elems []string
	for _, arg := range call.Args {
		lit, ok := arg.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			break
		}
		text, err := strconv.Unquote(lit.Value)
		if err != nil {
			break
		}
		elems = append(elems, text)
	}
	if len(elems) < 2 || !strings.HasPrefix(elems[0], "..") {
		return "", false
	}
	return strings.Join(elems, "/"), true
}
