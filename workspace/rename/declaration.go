package rename

import (
	"go/ast"
	"go/token"
	"iter"
)

// A declaration is where a symbol of a package is declared.
type declaration struct {
	kind  Kind
	name  string // in the package: "Order.CustomerID"
	ident *ast.Ident
	doc   *ast.CommentGroup // nil if it has none

	// field is the field's syntax, if it is one. One that embeds a type has no name of its
	// own: ident is that of the type.
	field    *ast.Field
	embedded bool
}

// declarations yields what a file declares at the level of the package, with the fields and
// methods of its types.
func declarations(f *ast.File) iter.Seq[declaration] {
	return func(yield func(declaration) bool) {
		v := &declarer{yield: yield, going: true}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				v.function(d)
			case *ast.GenDecl:
				v.general(d)
			}
		}
	}
}

type declarer struct {
	yield func(declaration) bool
	going bool
}

func (v *declarer) tell(d declaration) {
	if v.going && d.ident.Name != "_" {
		v.going = v.yield(d)
	}
}

func (v *declarer) function(d *ast.FuncDecl) {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		v.tell(declaration{kind: Func, name: d.Name.Name, ident: d.Name, doc: d.Doc})
		return
	}
	if id := typeIdent(d.Recv.List[0].Type); id != nil {
		v.tell(declaration{kind: Method, name: id.Name + "." + d.Name.Name, ident: d.Name, doc: d.Doc})
	}
}

func (v *declarer) general(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			v.tell(declaration{kind: Type, name: spec.Name.Name, ident: spec.Name, doc: docOf(spec.Doc, d)})
			v.within(spec.Name.Name, spec.Type)
		case *ast.ValueSpec:
			kind := Var
			if d.Tok == token.CONST {
				kind = Const
			}
			for _, id := range spec.Names {
				v.tell(declaration{kind: kind, name: id.Name, ident: id, doc: docOf(spec.Doc, d)})
			}
		}
	}
}

// docOf returns the comment of a specification, which may stand before the keyword.
func docOf(doc *ast.CommentGroup, d *ast.GenDecl) *ast.CommentGroup {
	if doc == nil && !d.Lparen.IsValid() {
		return d.Doc
	}
	return doc
}

// within tells the fields and methods that a type expression declares.
func (v *declarer) within(prefix string, typ ast.Expr) {
	switch t := typ.(type) {
	case *ast.StructType:
		for _, field := range t.Fields.List {
			for _, id := range field.Names {
				v.tell(declaration{kind: Field, name: prefix + "." + id.Name, ident: id, doc: field.Doc, field: field})
				v.within(prefix+"."+id.Name, field.Type)
			}
			if id := typeIdent(field.Type); id != nil && len(field.Names) == 0 {
				v.tell(declaration{kind: Field, name: prefix + "." + id.Name, ident: id, doc: field.Doc, field: field, embedded: true})
			}
		}
	case *ast.InterfaceType:
		for _, m := range t.Methods.List {
			for _, id := range m.Names {
				v.tell(declaration{kind: Method, name: prefix + "." + id.Name, ident: id, doc: m.Doc})
			}
		}
	case *ast.StarExpr:
		v.within(prefix, t.X)
	case *ast.ParenExpr:
		v.within(prefix, t.X)
	case *ast.ArrayType:
		v.within(prefix, t.Elt)
	case *ast.MapType:
		v.within(prefix, t.Value)
	case *ast.ChanType:
		v.within(prefix, t.Value)
	}
}

// typeIdent returns the name of the type in a receiver or an embedded field: without
// pointer, package and type parameters. It is nil if there is none.
func typeIdent(x ast.Expr) *ast.Ident {
	switch x := x.(type) {
	case *ast.Ident:
		return x
	case *ast.StarExpr:
		return typeIdent(x.X)
	case *ast.ParenExpr:
		return typeIdent(x.X)
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.IndexExpr:
		return typeIdent(x.X)
	case *ast.IndexListExpr:
		return typeIdent(x.X)
	}
	return nil
}
