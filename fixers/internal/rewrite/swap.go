package rewrite

import (
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// ImportOf returns the spec by which a file imports a package under a name that it can be
// called by, or nil.
func ImportOf(file *ast.File, importPath string) *ast.ImportSpec {
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err == nil && path == importPath && (spec.Name == nil || spec.Name.Name != "_" && spec.Name.Name != ".") {
			return spec
		}
	}
	return nil
}

// Qualified returns the uses of an import in its file, at which the cursor stands: the
// selector expressions whose operand is the package's name.
func Qualified(info *types.Info, file inspector.Cursor, spec *ast.ImportSpec) []inspector.Cursor {
	var uses []inspector.Cursor
	name := info.PkgNameOf(spec)
	for cur := range file.Preorder((*ast.Ident)(nil)) {
		if name != nil && cur.ParentEdgeKind() == edge.SelectorExpr_X && info.Uses[cur.Node().(*ast.Ident)] == types.Object(name) {
			uses = append(uses, cur.Parent())
		}
	}
	return uses
}

// SwapImport returns the edits that import another package of the same name in the place of
// one, where all uses of the import, as Qualified returns them, are members of the other too.
// If the file imports the other already, they are named by that.
func SwapImport(pass *analysis.Pass, file *ast.File, spec *ast.ImportSpec, uses []inspector.Cursor, importPath string) []analysis.TextEdit {
	other := ImportOf(file, importPath)
	if other == nil {
		return MoveImport(pass, file, spec, importPath)
	}
	name := pass.TypesInfo.PkgNameOf(other)
	if name == nil {
		return nil
	}
	var edits []analysis.TextEdit
	for _, use := range uses {
		x := use.Node().(*ast.SelectorExpr).X
		if lookup(pass, file, name.Name(), x.Pos()) != types.Object(name) {
			return nil
		}
		edits = append(edits, Replace(x, name.Name()))
	}
	return edits
}
