package suite

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// A site is a diagnostic with a fix, and where it stands.
type site struct {
	pass  *analysis.Pass
	info  *types.Info
	diag  analysis.Diagnostic
	edits []analysis.TextEdit // each with an end
	file  *ast.File
	at    inspector.Cursor // the innermost node that holds the diagnostic
}

// newSite returns the site of a diagnostic, or false if that is in no file that is compiled.
func newSite(pass *analysis.Pass, d analysis.Diagnostic) (*site, bool) {
	file := rewrite.FileOf(pass, d.Pos)
	if file == nil {
		return nil, false
	}
	end := d.End
	if !end.IsValid() {
		end = d.Pos
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	at, ok := root.FindByPos(d.Pos, end)
	if !ok {
		return nil, false
	}
	edits := slices.Clone(d.SuggestedFixes[0].TextEdits)
	for i := range edits {
		if !edits[i].End.IsValid() {
			edits[i].End = edits[i].Pos
		}
	}
	return &site{pass: pass, info: pass.TypesInfo, diag: d, edits: edits, file: file, at: at}, true
}

// enclosing returns the innermost node of a type that holds the diagnostic.
func enclosing[N ast.Node](s *site) (node N, cur inspector.Cursor, ok bool) {
	for cur := range s.at.Enclosing() {
		if node, ok := cur.Node().(N); ok {
			return node, cur, true
		}
	}
	return node, cur, false
}

// keepsComments reports whether each comment that the fix removes comes back in it.
func (s *site) keepsComments() bool {
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if s.removes(c) && !slices.ContainsFunc(s.edits, func(e analysis.TextEdit) bool { return bytes.Contains(e.NewText, []byte(c.Text)) }) {
				return false
			}
		}
	}
	return true
}

// removes reports whether the fix removes a node.
func (s *site) removes(n ast.Node) bool {
	return slices.ContainsFunc(s.edits, func(e analysis.TextEdit) bool { return e.Pos <= n.Pos() && n.End() <= e.End })
}

// hides reports whether a name that the fix puts somewhere stands for something else there:
// what was declared after the place of the diagnostic, where the fix declares it.
func (s *site) hides() (string, bool) {
	for _, e := range s.edits {
		name := string(bytes.TrimPrefix(e.NewText, []byte("!")))
		if !token.IsIdentifier(name) || e.Pos <= s.diag.Pos {
			continue
		}
		scope := s.pass.Pkg.Scope().Innermost(e.Pos)
		if scope == nil {
			continue
		}
		if _, obj := scope.LookupParent(name, e.Pos); obj != nil && obj.Pos() > s.diag.Pos && obj.Parent() != s.pass.Pkg.Scope() {
			return name, true
		}
	}
	return "", false
}

// text returns the source of an expression, for messages.
func (s *site) text(e ast.Expr) string { return types.ExprString(e) }
