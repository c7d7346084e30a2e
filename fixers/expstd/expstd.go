package expstd

import (
	"bytes"
	"fmt"
	"go/ast"
	"slices"
	"strconv"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds uses of the packages of golang.org/x/exp that the standard library has
// taken over.
var Analyzer = &analysis.Analyzer{
	Name:     "expstd",
	Doc:      "use the standard library's slices, maps and cmp instead of golang.org/x/exp",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/expstd",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// The packages of golang.org/x/exp.
const (
	expSlices      = "golang.org/x/exp/slices"
	expMaps        = "golang.org/x/exp/maps"
	expConstraints = "golang.org/x/exp/constraints"
	expSlog        = "golang.org/x/exp/slog"
)

// since is the release that has slices, maps, cmp and log/slog; collects is the one that
// has iterators, by which a map's keys become a slice.
const (
	since    = "go1.21"
	collects = "go1.23"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, expSlices, expMaps, expConstraints, expSlog) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if fix.Applies(pass, file, since) && !ast.IsGenerated(file) {
			inFile(pass, file, cur)
		}
	}
	return nil, nil
}

// inFile reports the imports of a file. Those of slices and maps are replaced as a whole or
// not at all, since the new package has the name of the old.
func inFile(pass *analysis.Pass, file *ast.File, cur inspector.Cursor) {
	var ofSlices, ofMaps *change
	for _, spec := range file.Imports {
		switch path, err := strconv.Unquote(spec.Path.Value); {
		case err != nil:
		case path == expSlices:
			ofSlices = newChange(pass, file, cur, spec, "slices")
		case path == expMaps:
			ofMaps = newChange(pass, file, cur, spec, "maps")
		case path == expConstraints:
			constraints(pass, file, cur, spec)
		case path == expSlog:
			rewrite.Report(pass, spec, "slog-left", "golang.org/x/exp/slog is left: its types and its default logger are others than log/slog's, so that all of a program has to change at once", nil)
		}
	}
	if ofSlices != nil {
		ofSlices.examine()
	}
	if ofMaps != nil {
		ofMaps.slices = ofSlices
		ofMaps.examine()
	}
	if ofMaps != nil && ofMaps.reason == "" && ofMaps.needsSlices {
		// The new code for maps names the package slices as the file will once both
		// are changed.
		ofSlices.edit(ofMaps.edits...)
		ofSlices.kind = worse(ofSlices.kind, ofMaps.kind)
		ofSlices.report("use the standard library's slices and maps instead of golang.org/x/exp's")
		return
	}
	for _, c := range []*change{ofSlices, ofMaps} {
		if c != nil {
			c.report(fmt.Sprintf("use the standard library's %s instead of golang.org/x/exp's", c.name))
		}
	}
}

// A change is what is to be done with an import of slices or maps.
type change struct {
	pass   *analysis.Pass
	file   *ast.File
	cursor inspector.Cursor
	spec   *ast.ImportSpec
	name   string  // "slices" or "maps"
	slices *change // of the same file's import of slices, for maps

	edits       []analysis.TextEdit
	kind        string
	needsSlices bool   // whether the edits are right only with those of slices
	reason      string // why the import has to stay
}

func newChange(pass *analysis.Pass, file *ast.File, cur inspector.Cursor, spec *ast.ImportSpec, name string) *change {
	return &change{pass: pass, file: file, cursor: cur, spec: spec, name: name, kind: name}
}

// kinds are the kinds with a fix, the more trusted first.
var kinds = []string{"slices", "maps", "less", "keys", "keys-nil", "nan", "tail"}

// worse returns that of two kinds which is to be trusted less.
func worse(a, b string) string {
	for i := len(kinds) - 1; i >= 0; i-- {
		if kinds[i] == a || kinds[i] == b {
			return kinds[i]
		}
	}
	return a
}

// examine looks at each use of the import.
func (c *change) examine() {
	if c.spec.Name != nil && (c.spec.Name.Name == "." || c.spec.Name.Name == "_") {
		c.reason = "it is imported with the name " + c.spec.Name.Name
		return
	}
	moved, qualifier := c.importStd()
	needed := false
	for _, use := range rewrite.Qualified(c.pass.TypesInfo, c.cursor, c.spec) {
		gone := c.use(use)
		if c.reason != "" {
			return
		}
		if !gone {
			needed = true
			if x := use.Node().(*ast.SelectorExpr).X; qualifier != "" {
				if !c.stands(qualifier, rewrite.ImportOf(c.file, c.name), x.Pos()) {
					c.reason = fmt.Sprintf("the name %s stands for something else at one of its uses", qualifier)
					return
				}
				c.edit(rewrite.Replace(x, qualifier))
			}
		}
	}
	if needed && qualifier == "" {
		c.edit(moved...)
	}
}

// importStd returns the edits that import the standard library's package in the place of
// the other, or a name if the file has imported it already, by which it has to be called.
func (c *change) importStd() (moved []analysis.TextEdit, qualifier string) {
	if spec := rewrite.ImportOf(c.file, c.name); spec != nil {
		return nil, c.pass.TypesInfo.PkgNameOf(spec).Name()
	}
	return rewrite.MoveImport(c.pass, c.file, c.spec, c.name), ""
}

// edit adds edits to the change, each once.
func (c *change) edit(edits ...analysis.TextEdit) {
	for _, e := range edits {
		same := func(o analysis.TextEdit) bool {
			return o.Pos == e.Pos && o.End == e.End && bytes.Equal(o.NewText, e.NewText)
		}
		if !slices.ContainsFunc(c.edits, same) {
			c.edits = append(c.edits, e)
		}
	}
}

// report reports the import, with the change unless there is a reason to leave it.
func (c *change) report(message string) {
	if c.reason != "" {
		rewrite.Report(c.pass, c.spec, "left", fmt.Sprintf("golang.org/x/exp/%s is left: %s", c.name, c.reason), nil)
		return
	}
	switch c.kind {
	case "keys-nil":
		message += "; the slice of an empty map's keys or values will be nil here"
	case "nan":
		message += "; floating-point numbers that are no number will have a place in the order"
	case "tail":
		message += "; from Go 1.22 on, what Delete and its like cut off is cleared, which whoever shares the array will see"
	}
	rewrite.Report(c.pass, c.spec, c.kind, message, c.edits)
}

// constraints reports the uses of package constraints, each by itself.
func constraints(pass *analysis.Pass, file *ast.File, cur inspector.Cursor, spec *ast.ImportSpec) {
	for _, use := range rewrite.Qualified(pass.TypesInfo, cur, spec) {
		sel := use.Node().(*ast.SelectorExpr)
		if sel.Sel.Name != "Ordered" {
			rewrite.Report(pass, sel, "constraints-left", fmt.Sprintf("constraints.%s is left: the standard library has no such constraint", sel.Sel.Name), nil)
			continue
		}
		qualifier, edits := rewrite.Import(pass, file, "cmp", "cmp", sel.Pos())
		if qualifier == "" {
			edits = append(edits, rewrite.Replace(sel, "Ordered"))
		} else {
			edits = append(edits, rewrite.Replace(sel.X, qualifier))
		}
		rewrite.Report(pass, sel, "ordered", "use cmp.Ordered instead of constraints.Ordered", edits)
	}
}
