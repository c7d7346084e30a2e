package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
)

// suggestion returns a fix as one replacement in the finding's file, the only
// kind that can be offered beside a line of code. Unsafe fixes are not offered
// there, where one click applies them, nor those that reach over many lines.
func suggestion(file string, fix *finding.Fix, src *sources) (rdSuggestion, bool) {
	const maxLines = 20
	if fix.Safety == rule.Unsafe || len(fix.Edits) == 0 {
		return rdSuggestion{}, false
	}
	merged, ok := mergeEdits(file, fix, src.file(file).text)
	if !ok {
		return rdSuggestion{}, false
	}
	s := src.file(file)
	line, column, _ := s.position(merged.Start)
	endLine, endColumn, _ := s.position(merged.End)
	if endLine-line > maxLines {
		return rdSuggestion{}, false
	}
	return rdSuggestion{rdRange{rdPosition{line, column}, &rdPosition{endLine, endColumn}}, merged.New}, true
}

// mergeEdits returns the edits of a fix as one, which replaces everything from
// the first to the last. It fails if an edit is in another file, lies outside
// of the text, or overlaps another.
func mergeEdits(file string, fix *finding.Fix, text string) (finding.Edit, bool) {
	edits := slices.Clone(fix.Edits)
	slices.SortStableFunc(edits, func(a, b finding.Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	var b strings.Builder
	at := -1
	for _, e := range edits {
		if e.File != file || e.Start < 0 || e.Start > e.End || e.End > len(text) || e.Start < at {
			return finding.Edit{}, false
		}
		if at >= 0 {
			b.WriteString(text[at:e.Start])
		}
		b.WriteString(e.New)
		at = e.End
	}
	return finding.Edit{File: file, Start: edits[0].Start, End: at, New: b.String()}, true
}
