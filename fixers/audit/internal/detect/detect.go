// Package detect finds code that behaves differently by a GODEBUG setting whose default
// moves, or by a change of the toolchain, in the syntax and types of a package.
//
// A detector says only what it is certain of: what depends on data, as how many parameters a
// query has, is none's. The tests of a code base show that, see the package audit.
package detect

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"
)

// A Detector finds code that is concerned by changes. The category of its diagnostics is the
// change's name.
type Detector struct {
	Changes  []Change // sorted by name
	Analyzer *analysis.Analyzer
}

// A Change is what code can be concerned by.
type Change struct {
	// Name is that of a GODEBUG setting, or of a change of the toolchain.
	Name string

	// Windows tells that nothing changes for other systems.
	Windows bool

	// Shipped tells that the change concerns what ships: what tests do of the kind, they
	// do with themselves.
	Shipped bool

	// Toolchain is the minor version of the toolchain that brings the change, or 0 for
	// a setting. The fields below are set for these only.
	Toolchain int
	Source    string
	Instead   string // what to write to have the old behaviour; may be empty
}

// All returns the detectors, sorted by the name of their first change.
func All() []Detector {
	all := []Detector{
		panicnil, mux, timerLen, aliases, tlsConfigs, keyPairLeaf, keyingMaterial, policies,
		subjectKey, smallKeys, keptHeaders, seeds, colons, customRand, symlinks, procs, mappings,
		testJSON, contentLength, flagNames, leadingZeros, cleanupRun, deletedTail, nilCheck,
	}
	slices.SortFunc(all, func(a, b Detector) int { return cmp.Compare(a.Changes[0].Name, b.Changes[0].Name) })
	return all
}

// Decided are the functions of the library, by setting, of which the detector knows better
// than the library whether a call makes a difference that can be seen.
var Decided = map[string]string{"randseednop": "math/rand.Seed", "x509sha256skid": "crypto/x509.CreateCertificate"}

// setting returns a detector for GODEBUG settings.
func setting(run func(*pass), names ...string) Detector {
	d := Detector{}
	for _, name := range names {
		d.Changes = append(d.Changes, Change{Name: name})
	}
	return d.with(run)
}

// shipped returns a detector for GODEBUG settings that concern what ships.
func shipped(run func(*pass), names ...string) Detector {
	d := setting(run, names...)
	for i := range d.Changes {
		d.Changes[i].Shipped = true
	}
	return d
}

// toolchain returns a detector for a change of the toolchain.
func toolchain(c Change, run func(*pass)) Detector {
	return Detector{Changes: []Change{c}}.with(run)
}

func (d Detector) with(run func(*pass)) Detector {
	name := d.Changes[0].Name
	d.Analyzer = &analysis.Analyzer{
		Name:     name,
		Doc:      "find code that is concerned by the change " + name,
		Requires: []*analysis.Analyzer{inspect.Analyzer},
		Run: func(p *analysis.Pass) (any, error) {
			run(&pass{p, p.ResultOf[inspect.Analyzer].(*inspector.Inspector)})
			return nil, nil
		},
	}
	return d
}

// A pass is a package under analysis.
type pass struct {
	*analysis.Pass
	inspector *inspector.Inspector
}

// found reports code that is concerned by a change.
func (p *pass) found(n ast.Node, change, text string) {
	p.Report(analysis.Diagnostic{Pos: n.Pos(), End: n.End(), Category: change, Message: text})
}

// imports reports whether the package imports one of some packages: what does not is not
// looked at.
func (p *pass) imports(paths ...string) bool {
	for _, imported := range p.Pkg.Imports() {
		if slices.Contains(paths, imported.Path()) {
			return true
		}
	}
	return false
}

// calls calls f with each call of a function or method that is declared somewhere, and the
// full name of that.
func (p *pass) calls(f func(call *ast.CallExpr, name string)) {
	p.inspector.Preorder([]ast.Node{(*ast.CallExpr)(nil)}, func(n ast.Node) {
		call := n.(*ast.CallExpr)
		if fn, ok := typeutil.Callee(p.TypesInfo, call).(*types.Func); ok {
			f(call, fn.Origin().FullName())
		}
	})
}

// literals calls f with each composite literal of a named struct type of another package, as
// "crypto/tls.Config".
func (p *pass) literals(typ string, f func(lit *ast.CompositeLit, fields map[string]ast.Expr)) {
	p.inspector.Preorder([]ast.Node{(*ast.CompositeLit)(nil)}, func(n ast.Node) {
		lit := n.(*ast.CompositeLit)
		if typeName(p.TypesInfo.TypeOf(lit)) != typ {
			return
		}
		fields := make(map[string]ast.Expr)
		for _, elt := range lit.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				if key, ok := kv.Key.(*ast.Ident); ok {
					fields[key.Name] = kv.Value
				}
			}
		}
		if len(lit.Elts) > 0 && len(fields) == 0 { // all fields are there
			return
		}
		f(lit, fields)
	})
}

// typeName returns the name of a named type, or of what a pointer to one points to.
func typeName(t types.Type) string {
	if t == nil {
		return ""
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok {
		return ""
	}
	if n.Obj().Pkg() == nil {
		return n.Obj().Name()
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// text returns the value of a constant string.
func (p *pass) text(e ast.Expr) (string, bool) {
	tv, ok := p.TypesInfo.Types[e]
	if !ok || tv.Value == nil || tv.Value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(tv.Value), true
}

// number returns the value of a constant integer.
func (p *pass) number(e ast.Expr) (int64, bool) {
	tv, ok := p.TypesInfo.Types[e]
	if !ok || tv.Value == nil || tv.Value.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(tv.Value)
}

// variable returns the variable that an expression names, or nil.
func (p *pass) variable(e ast.Expr) types.Object {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	return p.TypesInfo.ObjectOf(id)
}

// bodies calls f with the body of each function and function literal.
func (p *pass) bodies(f func(body *ast.BlockStmt)) {
	p.inspector.Preorder([]ast.Node{(*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)}, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				f(n.Body)
			}
		case *ast.FuncLit:
			f(n.Body)
		}
	})
}

// mentions reports whether a variable is used in a node.
func (p *pass) mentions(n ast.Node, v types.Object) bool {
	if n == nil || v == nil {
		return false
	}
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && p.TypesInfo.Uses[id] == v {
			found = true
		}
		return !found
	})
	return found
}
