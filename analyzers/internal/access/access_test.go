package access_test

import (
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// build returns the SSA form of a file and the functions of it.
func build(t *testing.T, file string) (*token.FileSet, []*ssa.Function) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	pkg, _, err := ssautil.BuildPackage(&types.Config{Importer: importer.Default()}, fset,
		types.NewPackage("example.org/"+f.Name.Name, f.Name.Name), []*ast.File{f}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var fns []*ssa.Function
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Pkg == pkg || fn.Parent() != nil {
			fns = append(fns, fn)
		}
	}
	return fset, fns
}

// calls calls f with every call to one of the functions that make statements.
func calls(fns []*ssa.Function, f func(name string, call *ssa.Call)) {
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				call, ok := instr.(*ssa.Call)
				if !ok {
					continue
				}
				if callee := call.Call.StaticCallee(); callee != nil {
					f(callee.Name(), call)
				}
			}
		}
	}
}

// TestOf checks the statements that testdata/paths.go makes of paths.
func TestOf(t *testing.T) {
	fset, fns := build(t, "testdata/paths.go")
	checked := 0
	calls(fns, func(name string, call *ssa.Call) {
		at := fset.Position(call.Pos())
		switch name {
		case "same", "other":
			checked++
			a, aok := access.Of(call.Call.Args[0])
			b, bok := access.Of(call.Call.Args[1])
			if !aok || !bok {
				t.Errorf("%v: a pointer has no path", at)
			}
			if same := a == b; same != (name == "same") {
				t.Errorf("%v: %v and %v: same = %t", at, a, b, same)
			}
		case "named":
			checked++
			p, _ := access.Of(call.Call.Args[0])
			if got, want := p.String(), constant.StringVal(call.Call.Args[1].(*ssa.Const).Value); got != want {
				t.Errorf("%v: path is written %s, want %s", at, got, want)
			}
		}
	})
	if checked < 41 {
		t.Errorf("only %d statements were checked", checked)
	}
}

// TestClass checks that all instances of a declaration are of one class, and
// that a parameter of an undeclared type is of none.
func TestClass(t *testing.T) {
	_, fns := build(t, "testdata/classes.go")
	got := make(map[string]access.Class)
	calls(fns, func(name string, call *ssa.Call) {
		if name == "class" {
			p, _ := access.Of(call.Call.Args[0])
			got[constant.StringVal(call.Call.Args[1].(*ssa.Const).Value)] = p.Class()
		}
	})
	want := map[string]access.Class{
		"field":     "example.org/classes.T.mu",
		"other T":   "example.org/classes.T.mu",
		"element":   "example.org/classes.T.mu",
		"nested":    "example.org/classes.T.in.mu",
		"pointer":   "example.org/classes.T.ref",
		"generic":   "example.org/classes.G.mu",
		"global":    "example.org/classes.mu",
		"local":     "example.org/classes.f.local",
		"parameter": "",
	}
	for name, class := range want {
		if got[name] != class {
			t.Errorf("%s is of class %q, want %q", name, got[name], class)
		}
	}
}

// TestRelative checks what a function's paths become at its calls.
func TestRelative(t *testing.T) {
	fset, fns := build(t, "testdata/calls.go")
	checked := 0
	calls(fns, func(name string, call *ssa.Call) {
		if name != "lock" && name != "lockValue" {
			return
		}
		checked++
		callee := call.Call.StaticCallee()
		var inner access.Path
		calls([]*ssa.Function{callee}, func(_ string, c *ssa.Call) {
			inner, _ = access.Of(c.Call.Args[0])
		})
		rel, ok := inner.Relative(callee)
		if !ok {
			t.Fatalf("%v is not relative to %v", inner, callee)
		}
		if i, ok := rel.Param(); !ok || i != 0 || !rel.Portable() {
			t.Errorf("%v begins at parameter %d, %t", rel, i, ok)
		}
		data, err := rel.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		var decoded access.Path
		if err := decoded.UnmarshalJSON(data); err != nil || decoded != rel {
			t.Errorf("%v decodes as %v, %v", rel, decoded, err)
		}
		p, ok := rel.At(access.Args(call.Call.Args))
		want := constant.StringVal(call.Call.Args[1].(*ssa.Const).Value)
		if !ok || p.String() != want {
			t.Errorf("%v: locks %v, %t, want %s", fset.Position(call.Pos()), p, ok, want)
		}
	})
	if checked != 5 {
		t.Errorf("%d calls were checked, want 5", checked)
	}
}

// TestRelativeRefusesLocals checks that what only a function has is nothing to
// its callers, and that such a path is not encoded.
func TestRelativeRefusesLocals(t *testing.T) {
	_, fns := build(t, "testdata/classes.go")
	calls(fns, func(name string, call *ssa.Call) {
		if name != "class" || constant.StringVal(call.Call.Args[1].(*ssa.Const).Value) != "local" {
			return
		}
		p, _ := access.Of(call.Call.Args[0])
		if q, ok := p.Relative(call.Parent()); ok {
			t.Errorf("the local %v became %v", p, q)
		}
		if _, err := p.MarshalJSON(); err == nil {
			t.Errorf("the local %v was encoded", p)
		}
	})
}
