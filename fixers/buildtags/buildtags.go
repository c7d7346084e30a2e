package buildtags

import (
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Analyzer finds build constraints of an old form, and Go versions in them that say nothing.
var Analyzer = &analysis.Analyzer{
	Name: "buildtags",
	Doc:  "write build constraints as //go:build lines, without the Go versions that go.mod demands",
	URL:  "https://pkg.go.dev/github.com/gomend/gomend/fixers/buildtags",
	Run:  run,
}

func run(pass *analysis.Pass) (any, error) {
	if pass.Module == nil || pass.Module.GoVersion == "" {
		return nil, nil
	}
	goLine := "go" + strings.TrimPrefix(pass.Module.GoVersion, "go")
	if version.Compare(goLine, "go1.17") < 0 {
		return nil, nil
	}
	ignored := pass.IgnoredFiles
	for _, file := range pass.Files {
		tok := pass.Fset.File(file.FileStart)
		if ast.IsGenerated(file) {
			if source := cgoSource(pass, file); source != "" {
				ignored = append(ignored[:len(ignored):len(ignored)], source)
			}
			continue
		}
		if src, err := pass.ReadFile(tok.Name()); err == nil && len(src) == tok.Size() {
			checkFile(pass, goLine, file, tok, src)
		}
	}
	for _, name := range ignored {
		checkIgnored(pass, goLine, name)
	}
	for _, name := range pass.OtherFiles {
		checkOther(pass, goLine, name)
	}
	return nil, nil
}

// cgoSource returns the name of the file of which cgo made a file, or "".
func cgoSource(pass *analysis.Pass, file *ast.File) string {
	name := pass.Fset.Position(file.Package).Filename
	if name == pass.Fset.File(file.FileStart).Name() || !strings.HasSuffix(name, ".go") || !filepath.IsAbs(name) {
		return ""
	}
	return name
}

// checkIgnored checks a file that is not built here.
func checkIgnored(pass *analysis.Pass, goLine, name string) {
	if !strings.HasSuffix(name, ".go") {
		checkOther(pass, goLine, name)
		return
	}
	src, err := pass.ReadFile(name)
	if err != nil {
		// Drivers let a pass read its own files only, and cgo's source is none.
		if src, err = os.ReadFile(name); err != nil {
			return
		}
	}
	file, err := parser.ParseFile(pass.Fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(file) {
		return
	}
	checkFile(pass, goLine, file, pass.Fset.File(file.FileStart), src)
}

// checkOther tells of // +build lines in a file that is not Go: what applies fixes could
// not check it.
func checkOther(pass *analysis.Pass, goLine, name string) {
	src, err := pass.ReadFile(name)
	if err != nil {
		return
	}
	h, ok := readHeader(src)
	if !ok || h.goBuild != nil || len(h.plusBuild) == 0 {
		return
	}
	instead := "nothing"
	switch x, known := simplify(h.demanded(), goLine); known {
	case never:
		return
	case depends:
		instead = goBuildLine(x)
	}
	tok := pass.Fset.AddFile(name, -1, len(src))
	tok.SetLinesForContent(src)
	pass.Report(analysis.Diagnostic{
		Pos:      tok.Pos(h.plusBuild[0].from),
		End:      tok.Pos(h.plusBuild[0].to),
		Category: "notgo",
		Message:  fmt.Sprintf("the // +build lines of this file, which is not Go, are left: put %s there", instead),
	})
}

// checkFile checks the constraints of a Go file.
func checkFile(pass *analysis.Pass, goLine string, file *ast.File, tok *token.File, src []byte) {
	h, ok := readHeader(src)
	if !ok || h.goBuild == nil && len(h.plusBuild) == 0 {
		return
	}
	v := verdictOf(h, goLine, file)
	if v.kind == "" {
		return
	}
	at := h.goBuild
	if at == nil || v.kind == "plusbuild" || v.kind == "mismatch" {
		at = &h.plusBuild[0]
	}
	d := analysis.Diagnostic{Pos: tok.Pos(at.from), End: tok.Pos(at.to), Category: v.kind, Message: v.message}
	if v.fixed {
		d.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "Rewrite the build constraint",
			TextEdits: edits(h, v, tok, src),
		}}
	}
	pass.Report(d)
}

// verdict is what becomes of a file's constraints.
type verdict struct {
	kind    string
	message string
	fixed   bool
	lines   []string // to stand there
	keep    bool     // the first line stays as it is
}

// verdictOf decides what becomes of a header in a module of a go line.
func verdictOf(h header, goLine string, file *ast.File) verdict {
	plus := h.demanded()
	var now constraint.Expr
	if h.goBuild != nil {
		now = h.goBuild.expr
	} else {
		now = plus
	}
	then, known := simplify(now, goLine)
	if known == never {
		return verdict{kind: "dead", message: fmt.Sprintf("no Go version from %s on builds this file: it can be deleted", goLine)}
	}
	if !equivalent(now, then, goLine) {
		return verdict{}
	}
	if h.goBuild == nil {
		return replacePlus(h, then, goLine)
	}
	dropPlus := plus != nil && version.Compare(goLine, "go1.18") >= 0
	if dropPlus && !equivalent(now, plus, goLine) {
		return verdict{kind: "mismatch", message: "the // +build lines contradict the //go:build line, which alone counts: correct one of them"}
	}
	if version.Compare(goLine, "go1.21") < 0 || then != nil && then.String() == now.String() {
		if dropPlus {
			return verdict{kind: "plusbuild", message: "the // +build lines repeat the //go:build line", fixed: true, keep: true}
		}
		return verdict{}
	}
	v := verdict{kind: "gotag", message: "the go line of go.mod implies the Go version in this build constraint", fixed: true, lines: goBuildLines(then)}
	before, after := language(now, goLine), language(then, goLine)
	if newLoops(before) != newLoops(after) && keepsLoopVariables(file) {
		v.kind = "unpin"
		v.message = fmt.Sprintf("this build constraint holds the file back at the loops of Go 1.21, while its module is at %s", goLine)
	}
	return v
}

// replacePlus decides what becomes of a header that has // +build lines alone.
func replacePlus(h header, then constraint.Expr, goLine string) verdict {
	if lang := language(then, goLine); newLoops(lang) != newLoops(goLine) {
		return verdict{kind: "newer", message: fmt.Sprintf("the // +build lines are left: as a //go:build line they would give this file the loops of %s", lang)}
	}
	v := verdict{kind: "gobuild", message: "the // +build lines say the same as a //go:build line", fixed: true, lines: goBuildLines(then)}
	if then == nil {
		v.message = "the // +build lines demand nothing that the go line of go.mod does not imply"
		return v
	}
	if version.Compare(goLine, "go1.18") < 0 {
		old, err := constraint.PlusBuildLines(then)
		if err != nil {
			return verdict{}
		}
		v.lines = append(v.lines, old...)
	}
	return v
}

// goBuildLine returns a constraint as a line.
func goBuildLine(x constraint.Expr) string { return "//go:build " + x.String() }

// goBuildLines returns the lines of a constraint, or none.
func goBuildLines(x constraint.Expr) []string {
	if x == nil {
		return nil
	}
	return []string{goBuildLine(x)}
}

// edits returns the edits that put the verdict's lines in the place of the first line of
// the header, and remove the others.
func edits(h header, v verdict, tok *token.File, src []byte) []analysis.TextEdit {
	var out []analysis.TextEdit
	lines := h.plusBuild
	if h.goBuild != nil {
		lines = append([]line{*h.goBuild}, lines...)
	}
	for i, l := range lines {
		switch {
		case i == 0 && v.keep:
		case i == 0 && len(v.lines) > 0:
			out = append(out, analysis.TextEdit{
				Pos:     tok.Pos(l.from),
				End:     tok.Pos(l.to),
				NewText: []byte(strings.Join(v.lines, "\n")),
			})
		default:
			end := l.to
			if end < len(src) && src[end] == '\r' {
				end++
			}
			if end < len(src) && src[end] == '\n' {
				end++
			}
			out = append(out, analysis.TextEdit{Pos: tok.Pos(l.from), End: tok.Pos(end)})
		}
	}
	return out
}
