package iofs

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// rewrite returns the edits that make the callback one of WalkDir's, or says what it asks
// of the info that a DirEntry can't tell.
func (v *visitor) rewrite() (edits []analysis.TextEdit, reason string) {
	edits = append(edits, rewrite.Replace(v.kind.Sel, "DirEntry"))
	if v.info == nil {
		return edits, ""
	}
	for cur := range v.body.Preorder((*ast.Ident)(nil)) {
		if v.pass.TypesInfo.Uses[cur.Node().(*ast.Ident)] != v.info {
			continue
		}
		cur = rewrite.Unparen(cur)
		switch parent := cur.Parent().Node().(type) {
		case *ast.SelectorExpr:
			switch name := parent.Sel.Name; {
			case name == "Name" || name == "IsDir":
			case name == "Mode" && rewrite.AsksType(v.pass.TypesInfo, cur.Parent()):
				edits = append(edits, rewrite.Replace(parent.Sel, "Type"))
			case name == "Mode":
				return nil, "the files' permissions are asked for"
			default:
				return nil, "the files' " + name + " is asked for"
			}
		case *ast.BinaryExpr:
			if !v.pass.TypesInfo.Types[parent.X].IsNil() && !v.pass.TypesInfo.Types[parent.Y].IsNil() {
				return nil, "the info is compared with another one"
			}
		case *ast.CallExpr:
			return nil, "the info is passed to " + rewrite.Text(v.pass, parent.Fun)
		default:
			return nil, "the info is handed on as an os.FileInfo"
		}
	}
	return edits, ""
}
