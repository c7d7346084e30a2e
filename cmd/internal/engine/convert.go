package engine

import (
	"cmp"
	"path"
	"path/filepath"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/record"
)

// finding returns a diagnostic of our own tool as a finding.
func (r *run) finding(pkg pkgRef, id string, rl *rule.Rule, d record.Diagnostic) finding.Finding {
	kind, ok := rl.Kind(d.Category)
	if !ok {
		kind = unlistedKind(d.Category)
	}
	f := finding.Finding{
		Rule:       rl.Name(),
		Kind:       d.Category,
		Severity:   kind.Severity,
		Confidence: kind.Confidence,
		Message:    d.Message,
		Span:       r.span(pkg, *d.Span),
		Package:    id,
		Module:     pkg.module,
		Symbol:     d.Symbol,
		LineText:   d.LineText,
		When:       kind.When,
		Generated:  d.Generated,
		URL:        rl.Analyzer.URL,
	}
	for _, rel := range d.Related {
		f.Related = append(f.Related, finding.Related{Span: r.span(pkg, *rel.Span), Message: rel.Message})
	}
	for _, fix := range d.SuggestedFixes {
		f.Fixes = append(f.Fixes, r.fix(pkg, kind.Fix, fix))
	}
	return f
}

// unlistedKind stands for a kind that is not in its rule's table, as those of
// plugins: shown, for want of a reason not to.
func unlistedKind(name string) rule.Kind {
	return rule.Kind{Name: name, Confidence: rule.High, Severity: rule.Warning, Fix: rule.Unsafe}
}

func (r *run) fix(pkg pkgRef, safety rule.Safety, fix record.SuggestedFix) finding.Fix {
	out := finding.Fix{Message: fix.Message, Safety: cmp.Or(safety, rule.Unsafe)}
	for _, e := range fix.Edits {
		out.Edits = append(out.Edits, finding.Edit{File: r.file(pkg, e.Filename), Start: e.Start, End: e.End, New: e.New})
	}
	return out
}

func (r *run) suppression(pkg pkgRef, id string, d record.Directive) finding.Suppression {
	return finding.Suppression{
		Directive: d.Directive,
		Span: finding.Span{
			File:      r.file(pkg, d.File),
			Start:     d.Start,
			End:       d.End,
			Line:      d.Line,
			Column:    d.Column,
			EndLine:   d.Line,
			EndColumn: d.Column + d.End - d.Start,
		},
		FirstLine: d.FirstLine,
		LastLine:  d.LastLine,
		Package:   id,
		Module:    pkg.module,
	}
}

func (r *run) span(pkg pkgRef, s record.Span) finding.Span {
	return finding.Span{
		File:      r.file(pkg, s.File),
		Start:     s.Start,
		End:       s.End,
		Line:      s.Line,
		Column:    s.Column,
		EndLine:   s.EndLine,
		EndColumn: s.EndColumn,
	}
}

// file returns the name of a file in a record of the package relative to the
// root. Where the compiler was told to trim paths, a file of another package
// begins with that package's import path.
func (r *run) file(pkg pkgRef, name string) string {
	if filepath.IsAbs(name) {
		if original, ok := r.overlay.name[name]; ok {
			name = original
		}
		return Relative(r.workspace.Root, name)
	}
	dir := path.Dir(name)
	if dir == "." {
		return Relative(r.workspace.Root, filepath.Join(pkg.dir, name))
	}
	if other, ok := inModules(r.workspace.Modules, dir); ok {
		return Relative(r.workspace.Root, filepath.Join(other.dir, path.Base(name)))
	}
	return name
}
