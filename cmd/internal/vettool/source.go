package vettool

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/cmd/internal/record"
)

// A source is a Go file of the package as the compiler sees it, with the file of
// the program that it stands for: usually itself, with an overlay the file that
// it replaces, with cgo the file that cgo read.
type source struct {
	syntax *ast.File
	token  *token.File

	// name is the absolute name of the file in the program, or "" if there
	// is none: cgo adds files of its own.
	name string

	content   []byte // of the file in the program
	lines     []int  // offsets of its lines
	generated bool

	// translated tells that the compiler sees another text than the
	// program's, whose lines and columns its //line directives tell.
	translated bool
}

// The files that cgo writes for x.go, and those it adds.
const (
	cgoSuffix = ".cgo1.go"
	cgoOwn    = "_cgo_"
)

func newSource(fset *token.FileSet, cfg *config, overlay overlay, syntax *ast.File, content []byte) (*source, error) {
	src := &source{syntax: syntax, token: fset.File(syntax.FileStart), content: content}
	read := src.token.Name()
	base := filepath.Base(read)
	stem, isCgo := strings.CutSuffix(base, cgoSuffix)
	switch original, replaced := overlay.name[read]; {
	case replaced:
		src.name = original
	case filepath.Dir(read) == filepath.Clean(cfg.Dir):
		src.name = read
	case strings.HasPrefix(base, cgoOwn):
		return src, nil
	case isCgo:
		return src, src.translate(overlay, filepath.Join(cfg.Dir, stem+".go"))
	default:
		src.name = read // an overlay that the tool was not told of
	}
	src.generated = ast.IsGenerated(syntax)
	src.lines = lineOffsets(src.content)
	return src, nil
}

// translate makes src stand for the file that cgo read.
func (src *source) translate(overlay overlay, original string) error {
	content, err := overlay.readFile(original)
	if err != nil {
		return fmt.Errorf("reading what cgo translated: %w", err)
	}
	// cgo's own text says that it is generated, whatever the original says.
	header, err := parser.ParseFile(token.NewFileSet(), original, content, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return fmt.Errorf("reading what cgo translated: %w", err)
	}
	src.name, src.content, src.translated = original, content, true
	src.generated = ast.IsGenerated(header)
	src.lines = lineOffsets(content)
	return nil
}

func lineOffsets(content []byte) []int {
	lines := []int{0}
	for i, b := range content {
		if b == '\n' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// line returns the text of a line, counted from 1, without its end.
func (src *source) line(n int) []byte {
	if n < 1 || n > len(src.lines) {
		return nil
	}
	text := src.content[src.lines[n-1]:]
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	return bytes.TrimSuffix(text, []byte("\r"))
}

// position returns the place of pos in the file of the program.
func (src *source) position(fset *token.FileSet, pos token.Pos) token.Position {
	p := fset.PositionFor(pos, src.translated)
	p.Filename = src.name
	if src.translated {
		p.Offset = 0
		if 1 <= p.Line && p.Line <= len(src.lines) {
			p.Offset = min(src.lines[p.Line-1]+p.Column-1, len(src.content))
		}
	}
	return p
}

// A locator says where positions are, in the names that the output uses.
type locator struct {
	fset   *token.FileSet
	dir    string
	byFile map[*token.File]*source

	// relative tells that names of files in the package's directory are
	// relative to it.
	relative bool
}

func newLocator(cfg *config, pkg *loadedPackage, relative bool) *locator {
	l := &locator{fset: pkg.fset, dir: cfg.Dir, relative: relative, byFile: make(map[*token.File]*source)}
	for _, src := range pkg.files {
		l.byFile[src.token] = src
	}
	return l
}

// source returns the Go file of the package that holds pos, or nil.
func (l *locator) source(pos token.Pos) *source {
	if file := l.fset.File(pos); file != nil {
		return l.byFile[file]
	}
	return nil
}

// name returns the name to print for an absolute name.
func (l *locator) name(abs string) string {
	if l.relative {
		if rel, err := filepath.Rel(l.dir, abs); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	return abs
}

// span returns the range from pos up to end, which may be missing. Of a place
// in another package the compiler's export data tells only the line.
func (l *locator) span(pos, end token.Pos) record.Span {
	if !end.IsValid() || end < pos {
		end = pos
	}
	src := l.source(pos)
	from, to := l.fset.Position(pos), l.fset.Position(end)
	if src != nil {
		from, to = src.position(l.fset, pos), src.position(l.fset, end)
	}
	if !to.IsValid() || to.Filename != from.Filename || to.Offset < from.Offset {
		to = from
	}
	s := record.Span{
		File:      l.name(from.Filename),
		Line:      from.Line,
		Column:    from.Column,
		EndLine:   to.Line,
		EndColumn: to.Column,
	}
	if src != nil {
		s.Start, s.End = from.Offset, to.Offset
	}
	return s
}

// posns returns the span's ends as x/tools' JSON writes them.
func posns(s record.Span) (start, end string) {
	return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column), fmt.Sprintf("%s:%d:%d", s.File, s.EndLine, s.EndColumn)
}
