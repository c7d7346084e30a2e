package engine

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/record"
	"github.com/gomend/gomend/cmd/internal/symbol"
)

// A source is a file in which a plugin found something.
type source struct {
	content []byte
	lines   []int // offsets
	syntax  *ast.File
	token   *token.File
}

// takePlugin takes in what a plugin printed of a package, in x/tools' own shape:
// what our own records have besides is found in the source.
func (r *run) takePlugin(pkg pkgRef, plugin string, unit record.Unit) error {
	for name, msg := range unit.Errors {
		r.failures = append(r.failures, Failure{
			Module:  pkg.module,
			Package: unit.ID,
			Plugin:  plugin,
			Message: fmt.Sprintf("analyzer %s: %s", name, msg),
		})
	}
	for name, diags := range unit.Diagnostics {
		for _, d := range diags {
			f, err := r.pluginFinding(pkg, d)
			if err != nil {
				return err
			}
			f.Rule, f.Package = plugin+"."+name, unit.ID
			r.findings = append(r.findings, f)
		}
	}
	return nil
}

func (r *run) pluginFinding(pkg pkgRef, d record.Diagnostic) (finding.Finding, error) {
	kind := unlistedKind(d.Category)
	f := finding.Finding{
		Kind:       d.Category,
		Severity:   kind.Severity,
		Confidence: kind.Confidence,
		Message:    d.Message,
		Module:     pkg.module,
	}
	name := r.pluginFile(pkg, record.ParsePosn(d.Posn).File)
	f.Generated = r.generated[name]
	src, err := r.source(name)
	if err != nil {
		return f, err
	}
	f.Span = src.span(d.Posn, d.End)
	f.File = Relative(r.workspace.Root, name)
	f.Symbol = symbol.Around(src.syntax, src.token.Pos(f.Start))
	f.LineText = strings.TrimSpace(src.line(f.Line))
	for _, rel := range d.Related {
		file := r.pluginFile(pkg, record.ParsePosn(rel.Posn).File)
		src, err := r.source(file)
		if err != nil {
			continue // a file of another module may not be at hand
		}
		related := finding.Related{Span: src.span(rel.Posn, rel.End), Message: rel.Message}
		related.File = Relative(r.workspace.Root, file)
		f.Related = append(f.Related, related)
	}
	for _, fix := range d.SuggestedFixes {
		for i, e := range fix.Edits {
			fix.Edits[i].Filename = r.pluginFile(pkg, e.Filename)
		}
		f.Fixes = append(f.Fixes, r.fix(pkg, kind.Fix, fix))
	}
	return f, nil
}

// pluginFile returns the absolute name of a file that a plugin names. Plugins
// name files absolutely; if paths are trimmed, the go command may have cached
// the name from another checkout. Diagnostics are of the package's own files.
func (r *run) pluginFile(pkg pkgRef, name string) string {
	if original, ok := r.overlay.name[name]; ok {
		return original
	}
	if _, err := r.overlay.readFile(name); err == nil && Relative(r.workspace.Root, name) != name {
		return name
	}
	return filepath.Join(pkg.dir, filepath.Base(name))
}

// source reads a file, once.
func (r *run) source(name string) (*source, error) {
	if src := r.sources[name]; src != nil {
		return src, nil
	}
	content, err := r.overlay.readFile(name)
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	syntax, err := parser.ParseFile(fset, name, content, parser.SkipObjectResolution)
	if syntax == nil {
		return nil, err
	}
	src := &source{content: content, syntax: syntax, token: fset.File(syntax.FileStart), lines: []int{0}}
	for i, b := range content {
		if b == '\n' {
			src.lines = append(src.lines, i+1)
		}
	}
	r.sources[name] = src
	return src, nil
}

// span returns the range between two positions of the file.
func (src *source) span(posn, end string) finding.Span {
	from, to := record.ParsePosn(posn), record.ParsePosn(end)
	if to.Line == 0 {
		to = from
	}
	return finding.Span{
		Start:     src.offset(from),
		End:       max(src.offset(from), src.offset(to)),
		Line:      from.Line,
		Column:    from.Column,
		EndLine:   to.Line,
		EndColumn: to.Column,
	}
}

// offset returns the offset of a position, or of the nearest there is.
func (src *source) offset(p record.Span) int {
	if p.Line < 1 {
		return 0
	}
	if p.Line > len(src.lines) {
		return len(src.content)
	}
	return min(src.lines[p.Line-1]+max(p.Column-1, 0), len(src.content))
}

// line returns the text of a line.
func (src *source) line(n int) string {
	if n < 1 || n > len(src.lines) {
		return ""
	}
	text, _, _ := strings.Cut(string(src.content[src.lines[n-1]:]), "\n")
	return text
}
