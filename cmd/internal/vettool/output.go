package vettool

import (
	"cmp"
	"go/ast"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/cmd/internal/record"
	"github.com/gomend/gomend/cmd/internal/symbol"
)

// newRecord returns the record of the package for the engine: everything that
// was found, and what is needed to judge it.
func newRecord(cfg *config, pkg *loadedPackage, res *results, opts *options) record.Unit {
	l := newLocator(cfg, pkg, true)
	about := &record.Package{}
	for _, src := range pkg.files {
		if src.name == "" {
			continue
		}
		about.Files = append(about.Files, record.File{Name: l.name(src.name), Generated: src.generated})
		about.Directives = append(about.Directives, src.directives(l)...)
		about.Debug = append(about.Debug, debugLines(src.syntax)...)
	}
	for _, name := range cfg.IgnoredFiles {
		if strings.HasSuffix(name, ".go") {
			about.Ignored = append(about.Ignored, filepath.Base(name))
		}
	}
	if opts.cost {
		about.Cost = res.cost
	}
	unit := record.Unit{ID: cfg.ID, Diagnostics: make(map[string][]record.Diagnostic), Package: about}
	for a, diags := range res.diagnostics {
		for _, d := range diags {
			if src := l.source(d.Pos); src == nil || src.name != "" {
				unit.Diagnostics[a.Name] = append(unit.Diagnostics[a.Name], l.recorded(src, d))
			}
		}
	}
	unit.Sort()
	return unit
}

// debugLines returns the settings of the file's //go:debug lines, which stand
// above the package clause.
func debugLines(file *ast.File) []string {
	var settings []string
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, comment := range group.List {
			if setting, ok := strings.CutPrefix(comment.Text, "//go:debug "); ok {
				settings = append(settings, strings.TrimSpace(setting))
			}
		}
	}
	return settings
}

// newUnit returns what go vet prints: findings of the confidence asked for that
// nobody suppressed, in files that people write, and suppressions that can't be
// read.
func newUnit(cfg *config, pkg *loadedPackage, res *results, opts *options) record.Unit {
	l := newLocator(cfg, pkg, false)
	unit := record.Unit{ID: cfg.ID, Diagnostics: make(map[string][]record.Diagnostic)}
	var directives []record.Directive
	for _, src := range pkg.files {
		if src.name == "" || src.generated {
			continue
		}
		directives = append(directives, src.directives(l)...)
	}
	for a, diags := range res.diagnostics {
		for _, d := range diags {
			src := l.source(d.Pos)
			span := l.span(d.Pos, d.End)
			switch {
			case src != nil && (src.name == "" || src.generated):
			case !opts.kind(a, d.Category).Confidence.AtLeast(opts.confidence):
			case slices.ContainsFunc(directives, func(dir record.Directive) bool {
				return dir.File == span.File && suppresses(dir, span.Line, a.Name, d.Category)
			}):
			default:
				unit.Diagnostics[a.Name] = append(unit.Diagnostics[a.Name], l.diagnostic(d))
			}
		}
	}
	for _, dir := range directives {
		if dir.Problem != "" {
			unit.Diagnostics[suppressionRule] = append(unit.Diagnostics[suppressionRule], malformed(dir))
		}
	}
	unit.Sort()
	return unit
}

// suppressionRule is the name under which suppressions are reported.
const suppressionRule = "suppression"

func malformed(d record.Directive) record.Diagnostic {
	start, end := posns(record.Span{File: d.File, Line: d.Line, Column: d.Column, EndLine: d.Line, EndColumn: d.Column + d.End - d.Start})
	return record.Diagnostic{
		Posn:    start,
		End:     end,
		Message: "this suppression suppresses nothing: " + d.Problem,
	}
}

// diagnostic returns d with the fields that x/tools' JSON has.
func (l *locator) diagnostic(d analysis.Diagnostic) record.Diagnostic {
	out := record.Diagnostic{Category: d.Category, Message: d.Message}
	out.Posn, out.End = posns(l.span(d.Pos, d.End))
	for _, r := range d.Related {
		rel := record.Related{Message: r.Message}
		rel.Posn, rel.End = posns(l.span(r.Pos, r.End))
		out.Related = append(out.Related, rel)
	}
	for _, fix := range d.SuggestedFixes {
		if edits, ok := l.edits(fix.TextEdits); ok {
			out.SuggestedFixes = append(out.SuggestedFixes, record.SuggestedFix{Message: fix.Message, Edits: edits})
		}
	}
	return out
}

// recorded returns d with all fields of a record.
func (l *locator) recorded(src *source, d analysis.Diagnostic) record.Diagnostic {
	out := l.diagnostic(d)
	span := l.span(d.Pos, d.End)
	out.Span = &span
	for i, r := range d.Related {
		span := l.span(r.Pos, r.End)
		out.Related[i].Span = &span
	}
	if src != nil {
		out.Symbol = symbol.Around(src.syntax, d.Pos)
		out.LineText = strings.TrimSpace(string(src.line(span.Line)))
		out.Generated = src.generated
	}
	return out
}

// edits returns the edits of a fix in order, and whether they can be applied:
// each within a file of the package as it is in the program, none overlapping
// another. A fix that can't is left out; the diagnostic is true without it.
func (l *locator) edits(list []analysis.TextEdit) ([]record.TextEdit, bool) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b analysis.TextEdit) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.End, b.End))
	})
	var edits []record.TextEdit
	last := token.NoPos
	for _, e := range list {
		end := e.End
		if !end.IsValid() {
			end = e.Pos
		}
		src := l.source(e.Pos)
		if src == nil || src.name == "" || src.translated || e.Pos < last || end < e.Pos || int(end) > src.token.Base()+src.token.Size() {
			return nil, false
		}
		last = end
		edits = append(edits, record.TextEdit{
			Filename: l.name(src.name),
			Start:    src.token.Offset(e.Pos),
			End:      src.token.Offset(end),
			New:      string(e.NewText),
		})
	}
	return edits, len(edits) > 0
}
