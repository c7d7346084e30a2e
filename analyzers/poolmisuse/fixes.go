package poolmisuse

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
)

// cloneResult returns the fix that returns a copy of the bytes of an object that
// a deferred call puts back.
func (r *reporter) cloneResult(use follow.Use) []analysis.SuggestedFix {
	ret, ok := use.At.(*ssa.Return)
	if !ok || use.After.Deferred == nil || use.Ref != alias.Inside || !isBytes(use.Value.Type()) {
		return nil
	}
	var stmt *ast.ReturnStmt
	for _, n := range r.path(ret.Pos()) {
		if s, ok := n.(*ast.ReturnStmt); ok {
			stmt = s
			break
		}
	}
	if stmt == nil || len(stmt.Results) != len(ret.Results) {
		return nil
	}
	bytes := r.importName(stmt, "bytes")
	if bytes == "" {
		return nil
	}
	for i, v := range ret.Results {
		if v != use.Value {
			continue
		}
		e := stmt.Results[i]
		return []analysis.SuggestedFix{{
			Message: "Return a copy of the bytes",
			TextEdits: []analysis.TextEdit{
				{Pos: e.Pos(), End: e.Pos(), NewText: []byte(bytes + ".Clone(")},
				{Pos: e.End(), End: e.End(), NewText: []byte(")")},
			},
		}}
	}
	return nil
}

func isBytes(t types.Type) bool {
	s, ok := t.(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// importName returns the name under which the file around n imports a package.
func (r *reporter) importName(n ast.Node, path string) string {
	for _, f := range r.pass.Files {
		if n.Pos() < f.FileStart || n.Pos() >= f.FileEnd {
			continue
		}
		for _, spec := range f.Imports {
			if strings.Trim(spec.Path.Value, `"`) != path {
				continue
			}
			if spec.Name == nil {
				return path
			}
			if spec.Name.Name != "_" && spec.Name.Name != "." {
				return spec.Name.Name
			}
		}
	}
	return ""
}

// resetFirst returns the fix that resets what is put back before that.
func (r *reporter) resetFirst(rel follow.Release, name string) []analysis.SuggestedFix {
	call := r.callAt(rel.At)
	if call == nil || len(call.Args) != 1 {
		return nil
	}
	if _, ok := call.Args[0].(*ast.Ident); !ok {
		return nil
	}
	for _, n := range r.path(call.Pos()) {
		switch n := n.(type) {
		case *ast.ExprStmt:
			return []analysis.SuggestedFix{{
				Message: fmt.Sprintf("Reset %s before the Put", name),
				TextEdits: []analysis.TextEdit{{
					Pos: n.Pos(), End: n.Pos(), NewText: []byte(name + ".Reset(nil)\n" + r.indent(n)),
				}},
			}}
		case *ast.DeferStmt:
			if n.Call != call {
				return nil
			}
			indent := r.indent(n)
			return []analysis.SuggestedFix{{
				Message: fmt.Sprintf("Reset %s before the Put", name),
				TextEdits: []analysis.TextEdit{
					{Pos: call.Pos(), End: call.Pos(), NewText: []byte("func() {\n" + indent + "\t" + name + ".Reset(nil)\n" + indent + "\t")},
					{Pos: call.End(), End: call.End(), NewText: []byte("\n" + indent + "}()")},
				},
			}}
		}
	}
	return nil
}

// indent returns the white space that the line of n begins with.
func (r *reporter) indent(n ast.Node) string {
	column := r.pass.Fset.Position(n.Pos()).Column
	return strings.Repeat("\t", column-1)
}

// deferLiteral returns the fix that defers a function literal in place of a call
// whose argument is evaluated too early.
func (r *reporter) deferLiteral(d *ssa.Defer) []analysis.SuggestedFix {
	call := r.callAt(d)
	if call == nil {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message: "Defer a function literal",
		TextEdits: []analysis.TextEdit{
			{Pos: call.Pos(), End: call.Pos(), NewText: []byte("func() { ")},
			{Pos: call.End(), End: call.End(), NewText: []byte(" }()")},
		},
	}}
}
