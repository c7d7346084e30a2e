package netip

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds packages that use inet.af/netaddr.
var Analyzer = &analysis.Analyzer{
	Name:     "netip",
	Doc:      "use net/netip for inet.af/netaddr",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/netip",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// since is the release with net/netip.
const since = "go1.18"

const (
	netaddr  = "inet.af/netaddr"
	netNetip = "net/netip"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, netaddr) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	var first *ast.ImportSpec
	var edits []analysis.TextEdit
	reason := ""
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) {
			return nil, nil
		}
		spec := rewrite.ImportOf(file, netaddr)
		if first == nil {
			first = spec
		}
		switch {
		case reason != "":
		case ast.IsGenerated(file) && spec != nil:
			reason = "a file that uses it is generated"
		default:
			var more []analysis.TextEdit
			more, reason = inFile(pass, file, cur, spec)
			edits = append(edits, more...)
		}
	}
	if first == nil {
		return nil, nil
	}
	if reason == "" {
		reason = exported(pass.Pkg)
	}
	if reason != "" {
		rewrite.Report(pass, first, "left", "inet.af/netaddr is left: "+reason, nil)
		return nil, nil
	}
	rewrite.Report(pass, first, "package", "use net/netip instead of inet.af/netaddr in this package; some texts differ, and leading zeros are errors", edits)
	return nil, nil
}

// inFile returns the edits of a file, which imports netaddr by a spec or not at all, or the
// reason why the package has to stay.
func inFile(pass *analysis.Pass, file *ast.File, cur inspector.Cursor, spec *ast.ImportSpec) (edits []analysis.TextEdit, reason string) {
	qualifier := ""
	if spec != nil {
		if rewrite.ImportOf(file, netNetip) != nil {
			return nil, "a file imports net/netip, too"
		}
		qualifier, edits = rewrite.Import(pass, file, netNetip, "netip", spec.Pos())
		if qualifier != "netip" {
			return nil, "the name netip stands for something else in a file"
		}
	}
	for cur := range cur.Preorder((*ast.Ident)(nil)) {
		obj := pass.TypesInfo.Uses[cur.Node().(*ast.Ident)]
		if obj == nil {
			continue
		}
		if pkg, ok := obj.(*types.PkgName); ok && pkg.Imported().Path() == netaddr {
			continue // which goes with the member
		}
		if obj.Pkg() == nil || obj.Pkg().Path() != netaddr {
			if obj.Pkg() != nil && obj.Pkg() != pass.Pkg && hasTypes(obj.Type()) {
				return nil, fmt.Sprintf("%s.%s has its types", obj.Pkg().Name(), obj.Name())
			}
			continue
		}
		more, reason := member(pass, cur, obj)
		if reason != "" {
			return nil, reason
		}
		edits = append(edits, more...)
	}
	return edits, ""
}

// hasTypes reports whether a type is made of those of netaddr, as far as its name tells.
func hasTypes(t types.Type) bool { return strings.Contains(types.TypeString(t, nil), netaddr+".") }

// exported says which exported member of a package has types of netaddr, or returns "". What
// others see of a package that is not a command changes with all who use it.
func exported(pkg *types.Package) string {
	if pkg.Name() == "main" || strings.HasSuffix(pkg.Name(), "_test") {
		return ""
	}
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		has := obj.Exported() && hasTypes(obj.Type())
		if t, ok := obj.(*types.TypeName); ok && obj.Exported() {
			has = has || showsTypes(t)
		}
		if has {
			return fmt.Sprintf("%s is exported with its types", name)
		}
	}
	return ""
}

// showsTypes reports whether a type's exported methods, or its exported fields if it is a
// struct, have types of netaddr, or the type is one by itself.
func showsTypes(name *types.TypeName) bool {
	methods := types.NewMethodSet(types.NewPointer(name.Type()))
	for m := range methods.Methods() {
		if m.Obj().Exported() && hasTypes(m.Obj().Type()) {
			return true
		}
	}
	u, ok := name.Type().Underlying().(*types.Struct)
	if !ok {
		return hasTypes(name.Type().Underlying())
	}
	for f := range u.Fields() {
		if (f.Exported() || f.Embedded()) && hasTypes(f.Type()) {
			return true
		}
	}
	return false
}

// member returns the edits of a use of a member of netaddr, or the reason why it has to stay.
func member(pass *analysis.Pass, cur inspector.Cursor, obj types.Object) (edits []analysis.TextEdit, reason string) {
	id := cur.Node().(*ast.Ident)
	if fn, ok := obj.(*types.Func); ok && fn.Signature().Recv() != nil {
		return method(pass, cur, fn)
	}
	left := fmt.Sprintf("net/netip has no %s, or another one", obj.Name())
	if cur.ParentEdgeKind() != edge.SelectorExpr_Sel {
		return nil, left // imported with a dot, or a field of a type of netaddr
	}
	sel := cur.Parent().Node().(*ast.SelectorExpr)
	if x, ok := sel.X.(*ast.Ident); !ok {
		return nil, left
	} else if _, ok := pass.TypesInfo.Uses[x].(*types.PkgName); !ok {
		return nil, left
	}
	if scope := pass.TypesInfo.Scopes[rewrite.FileOf(pass, id.Pos())].Innermost(id.Pos()); scope != nil {
		if _, found := scope.LookupParent("netip", id.Pos()); found != nil {
			return nil, "the name netip stands for something else at one of its uses"
		}
	}
	switch name := obj.Name(); {
	case typeNames[name] != "" && isEmbedded(cur.Parent()):
		return nil, fmt.Sprintf("%s is embedded in a struct, whose field would get another name", name)
	case typeNames[name] != "":
		return []analysis.TextEdit{rewrite.Replace(sel, "netip."+typeNames[name])}, ""
	case functions[name] != "":
		return []analysis.TextEdit{rewrite.Replace(sel, "netip."+functions[name])}, ""
	default:
		return constructor(cur.Parent(), name, left)
	}
}

// constructor returns the edits of a call of a function that makes an address in another way
// in net/netip, or the reason why it has to stay.
func constructor(use inspector.Cursor, name, left string) (edits []analysis.TextEdit, reason string) {
	fun := rewrite.Unparen(use)
	if fun.ParentEdgeKind() != edge.CallExpr_Fun {
		return nil, left
	}
	call := fun.Parent().Node().(*ast.CallExpr)
	switch {
	case name == "IPv4" && len(call.Args) == 4:
		return []analysis.TextEdit{
			rewrite.Replace(use.Node(), "netip.AddrFrom4"),
			{Pos: call.Args[0].Pos(), End: call.Args[0].Pos(), NewText: []byte("[4]byte{")},
			{Pos: call.Args[3].End(), End: call.Args[3].End(), NewText: []byte("}")},
		}, ""
	case name == "IPPrefixFrom" && len(call.Args) == 2:
		return append(toInt(call.Args[1]), rewrite.Replace(use.Node(), "netip.PrefixFrom")), ""
	case name == "IPFrom16" && len(call.Args) == 1:
		return []analysis.TextEdit{
			rewrite.Replace(use.Node(), "netip.AddrFrom16"),
			{Pos: call.End(), End: call.End(), NewText: []byte(".Unmap()")},
		}, ""
	}
	return nil, left
}

// method returns the edits of a use of a method of netaddr's types, or the reason why it has
// to stay.
func method(pass *analysis.Pass, cur inspector.Cursor, fn *types.Func) (edits []analysis.TextEdit, reason string) {
	t := types.Unalias(fn.Signature().Recv().Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok {
		return nil, fmt.Sprintf("net/netip has no %s", fn.Name())
	}
	typ := named.Obj().Name()
	left := fmt.Sprintf("%s.%s is another one in net/netip, or not there", typ, fn.Name())
	if successor := methods[typ][fn.Name()]; successor != "" {
		if successor == fn.Name() {
			return nil, ""
		}
		return []analysis.TextEdit{rewrite.Replace(cur.Node(), successor)}, ""
	}
	if cur.ParentEdgeKind() != edge.SelectorExpr_Sel {
		return nil, left
	}
	fun := rewrite.Unparen(cur.Parent())
	if fun.ParentEdgeKind() != edge.CallExpr_Fun {
		return nil, left
	}
	call := fun.Parent()
	x := call.Node().(*ast.CallExpr)
	switch {
	case typ == "IP" && fn.Name() == "IsZero":
		edits = append(edits, rewrite.Replace(cur.Node(), "IsValid"))
		if call.ParentEdgeKind() == edge.UnaryExpr_X {
			not := call.Parent().Node()
			return append(edits, analysis.TextEdit{Pos: not.Pos(), End: x.Pos()}), ""
		}
		return append(edits, analysis.TextEdit{Pos: x.Pos(), End: x.Pos(), NewText: []byte("!")}), ""
	case typ == "IP" && fn.Name() == "Prefix" && len(x.Args) == 1:
		return toInt(x.Args[0]), ""
	case fn.Name() == "Bits" || fn.Name() == "BitLen":
		if asInt(pass.TypesInfo, call) {
			return nil, ""
		}
		return nil, fmt.Sprintf("%s.%s is an int in net/netip, which matters where it is used", typ, fn.Name())
	}
	return nil, left
}

// isEmbedded reports whether a type's name is that of an embedded field.
func isEmbedded(use inspector.Cursor) bool {
	if use.ParentEdgeKind() == edge.StarExpr_X {
		use = use.Parent()
	}
	if use.ParentEdgeKind() != edge.Field_Type {
		return false
	}
	field := use.Parent()
	_, inStruct := field.Parent().Parent().Node().(*ast.StructType)
	return inStruct && len(field.Node().(*ast.Field).Names) == 0
}

// toInt returns the edits that convert bits, which were a uint8, to an int.
func toInt(bits ast.Expr) []analysis.TextEdit {
	if isLiteral(bits) {
		return nil
	}
	return []analysis.TextEdit{
		{Pos: bits.Pos(), End: bits.Pos(), NewText: []byte("int(")},
		{Pos: bits.End(), End: bits.End(), NewText: []byte(")")},
	}
}

// isLiteral reports whether an expression is a literal.
func isLiteral(x ast.Expr) bool {
	_, ok := x.(*ast.BasicLit)
	return ok
}

// asInt reports whether it makes no difference whether a call returns a uint8 or an int of
// that value: it is compared with a literal, or converted to an int.
func asInt(info *types.Info, call inspector.Cursor) bool {
	switch call.ParentEdgeKind() {
	case edge.BinaryExpr_X, edge.BinaryExpr_Y:
		x := call.Parent().Node().(*ast.BinaryExpr)
		other := x.Y
		if call.ParentEdgeKind() == edge.BinaryExpr_Y {
			other = x.X
		}
		basic, ok := info.TypeOf(x).Underlying().(*types.Basic)
		return ok && basic.Info()&types.IsBoolean != 0 && isLiteral(other)
	case edge.CallExpr_Args:
		fun := info.Types[call.Parent().Node().(*ast.CallExpr).Fun]
		return fun.IsType() && types.Identical(fun.Type, types.Typ[types.Int])
	}
	return false
}
