package errorsjoin

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds errors that are joined by libraries, or in messages alone.
var Analyzer = &analysis.Analyzer{
	Name:     "errorsjoin",
	Doc:      "join errors with errors.Join or several %w",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/errorsjoin",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release with errors.Join, and with formats that wrap several errors.
const since = "go1.20"

// The libraries that join errors.
const (
	multierr   = "go.uber.org/multierr"
	multierror = "github.com/hashicorp/go-multierror"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, multierr, multierror, "fmt") {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	library(pass, root, multierr, uberJoins)
	library(pass, root, multierror, hashicorpJoins)
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for call := range cur.Preorder((*ast.CallExpr)(nil)) {
			errorf(pass, call)
		}
	}
	return nil, nil
}

// A joining is a place where a library joins errors, with the edits that do it without.
type joining struct {
	at    *ast.Ident
	edits []analysis.TextEdit
}

// library reports what a package uses of a library, in all its files or not at all: errors
// that the library joins in one file may be taken apart in another, or in another package of
// the module. The function turns the
// use of a name into edits, or says why the name has to stay.
func library(pass *analysis.Pass, root inspector.Cursor, path string, turn func(pass *analysis.Pass, file *ast.File, id inspector.Cursor) ([]analysis.TextEdit, string)) {
	if !rewrite.Imports(pass.Pkg, path) {
		return
	}
	var joinings []joining
	var specs []*ast.ImportSpec
	reason := ""
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		specs = append(specs, importsOf(file, path)...)
		for cur := range cur.Preorder((*ast.Ident)(nil)) {
			id := cur.Node().(*ast.Ident)
			obj := pass.TypesInfo.Uses[id]
			if obj == nil || obj.Pkg() == nil || obj.Pkg().Path() != path || reason != "" {
				continue
			}
			if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
				reason = "a file of the package is generated, or of an older Go"
				continue
			}
			var edits []analysis.TextEdit
			if edits, reason = turn(pass, file, cur); len(edits) > 0 {
				joinings = append(joinings, joining{id, edits})
			}
		}
	}
	if reason == "" && len(joinings) > 0 {
		reason = lookedInto(pass, path)
	}
	if reason != "" {
		for _, spec := range specs {
			if fix.Applies(pass, rewrite.FileOf(pass, spec.Pos()), since) {
				rewrite.Report(pass, spec, "left", fmt.Sprintf("%s is left: %s", path, reason), nil)
			}
		}
		return
	}
	for _, j := range joinings {
		kind, name := "multierr", "multierr."+j.at.Name
		if path == multierror {
			kind, name = "multierror", "multierror's"
		}
		rewrite.Report(pass, j.at, kind, fmt.Sprintf("use errors.Join instead of %s: the message will be another one", name), j.edits)
	}
}

// importsOf returns the specs by which a file imports a path.
func importsOf(file *ast.File, path string) []*ast.ImportSpec {
	var specs []*ast.ImportSpec
	for _, spec := range file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == path {
			specs = append(specs, spec)
		}
	}
	return specs
}

// isError reports whether an expression is of the type error itself.
func isError(info *types.Info, x ast.Expr) bool {
	t := info.TypeOf(x)
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}
