package rewrite

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
)

// Report reports code under a kind of a codemod, with a fix of the same message if there are
// edits.
func Report(pass *analysis.Pass, at ast.Node, kind, message string, edits []analysis.TextEdit) {
	d := analysis.Diagnostic{Pos: at.Pos(), End: at.End(), Category: kind, Message: message}
	if len(edits) > 0 {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: message, TextEdits: edits}}
	}
	pass.Report(d)
}
