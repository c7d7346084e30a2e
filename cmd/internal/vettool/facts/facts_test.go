package facts_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/gcexportdata"

	"github.com/gomend/gomend/cmd/internal/vettool/facts"
)

// named is a fact that tells the object it was exported for.
type named struct{ Of string }

func (*named) AFact() {}

// hidden is a fact that encodes itself, for its field is not exported.
type hidden struct{ n byte }

func (*hidden) AFact()                       {}
func (h *hidden) GobEncode() ([]byte, error) { return []byte{h.n}, nil }
func (h *hidden) GobDecode(b []byte) error {
	if len(b) != 1 {
		return errors.New("not a byte")
	}
	h.n = b[0]
	return nil
}

var schema = facts.NewSchema([]*analysis.Analyzer{{
	Name: "outer",
	Requires: []*analysis.Analyzer{{
		Name:      "inner",
		FactTypes: []analysis.Fact{new(named), new(hidden)},
	}},
}})

// A program is a chain of packages, each analysed after those that it imports,
// as by the go command: types and facts pass through files alone.
type program struct {
	t       *testing.T
	exports map[string][]byte
	facts   map[string][]byte
}

func newProgram(t *testing.T) *program {
	return &program{t: t, exports: make(map[string][]byte), facts: make(map[string][]byte)}
}

// unit is a package under analysis.
type unit struct {
	*testing.T
	pkg  *types.Package
	info *types.Info
	set  *facts.Set
}

// check type-checks a package; its path is its name.
func (p *program) check(src string) *unit {
	p.t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", src, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	imports := make(map[string]*types.Package)
	direct := make(map[string][]byte)
	conf := types.Config{Importer: importerFunc(func(path string) (*types.Package, error) {
		direct[path] = p.facts[path]
		if pkg := imports[path]; pkg != nil && pkg.Complete() {
			return pkg, nil
		}
		return gcexportdata.Read(bytes.NewReader(p.exports[path]), fset, imports, path)
	})}
	info := &types.Info{Defs: make(map[*ast.Ident]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection)}
	pkg, err := conf.Check(file.Name.Name, fset, []*ast.File{file}, info)
	if err != nil {
		p.t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := gcexportdata.Write(&buf, fset, pkg); err != nil {
		p.t.Fatal(err)
	}
	p.exports[pkg.Path()] = buf.Bytes()
	set, err := facts.NewSet(schema, pkg, direct)
	if err != nil {
		p.t.Fatal(err)
	}
	return &unit{p.t, pkg, info, set}
}

// analyse type-checks a package and exports a fact about every object that it
// declares.
func (p *program) analyse(src string) *unit {
	p.t.Helper()
	u := p.check(src)
	for _, obj := range u.info.Defs {
		if obj != nil && obj.Pkg() == u.pkg {
			u.set.ExportObjectFact(obj, &named{of(obj)})
		}
	}
	u.set.ExportPackageFact(&named{u.pkg.Path()})
	p.facts[u.pkg.Path()] = u.encode()
	return u
}

func (u *unit) encode() []byte {
	u.Helper()
	data, err := u.set.Encode()
	if err != nil {
		u.Fatal(err)
	}
	return data
}

func of(obj types.Object) string { return obj.Pkg().Path() + "." + obj.Name() }

// selected returns the objects that the package selects with a dot from a
// value, by name.
func (u *unit) selected() map[string]types.Object {
	objs := make(map[string]types.Object)
	for _, sel := range u.info.Selections {
		objs[sel.Obj().Name()] = sel.Obj()
	}
	return objs
}

// wantFact checks that a fact about obj is known, and that it is about obj.
func (u *unit) wantFact(obj types.Object) {
	u.Helper()
	if obj == nil {
		u.Error("the object is not there")
		return
	}
	var f named
	if !u.set.ImportObjectFact(obj, &f) || f.Of != of(obj) {
		u.Errorf("fact about %v = %+v, want one of it", obj, f)
	}
}

func (u *unit) wantNoFact(obj types.Object) {
	u.Helper()
	var f named
	if u.set.ImportObjectFact(obj, &f) {
		u.Errorf("fact about %v = %+v, want none", obj, f)
	}
}

func TestFactsOfDirectImports(t *testing.T) {
	p := newProgram(t)
	p.analyse(`package a
		type T struct{ Field int }
		func (T) Method() {}
		func F() {}
		var V int
		type I interface{ Abstract() }`)
	b := p.check(`package b
		import "a"
		func use(t a.T, i a.I) { a.F(); t.Method(); t.Field = a.V; i.Abstract() }`)

	for _, name := range []string{"T", "F", "V", "I"} {
		b.wantFact(b.pkg.Imports()[0].Scope().Lookup(name))
	}
	for _, name := range []string{"Method", "Field", "Abstract"} {
		b.wantFact(b.selected()[name])
	}
	var f named
	if !b.set.ImportPackageFact(b.pkg.Imports()[0], &f) || f.Of != "a" {
		t.Errorf("package fact = %+v, want that of a", f)
	}
}

// A caller may use what it gets from a package that it does not import.
func TestFactsReachedThroughAnAPI(t *testing.T) {
	for _, test := range []struct{ name, api, use string }{
		{"result", `func New() a.T { return a.T{} }`, `b.New().Run()`},
		{"pointer and slice", `func New() []*a.T { return nil }`, `b.New()[0].Run()`},
		{"exported field", `type S struct{ T a.T }`, `b.S{}.T.Run()`},
		{"embedded field", `type inner struct{ a.T }; type S struct{ inner }`, `b.S{}.Run()`},
		{"method of an unexported type", `type s int; func (s) Get() a.T { return a.T{} }; var V s`, `b.V.Get().Run()`},
		{"interface", `type I interface{ Get() a.T }`, `b.I(nil).Get().Run()`},
		{"type argument", `type Box[E any] struct{ E E }; func New() (x Box[a.T]) { return }`, `b.New().E.Run()`},
		{"alias", `type A = a.T`, `b.A{}.Run()`},
		{"constraint", `type C interface{ Get() a.T }; func Do[E C](e E) E { return e }`, `b.Do[b.C](nil).Get().Run()`},
		{"two packages down", `func New() c.T { return c.T{} }`, `b.New().A.Run()`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newProgram(t)
			p.analyse(`package a; type T struct{}; func (T) Run() {}; func Unused() {}`)
			p.analyse(`package c; import "a"; type T struct{ A a.T }`)
			p.analyse(`package b; import ("a"; "c"); var _ a.T; var _ c.T; ` + test.api)
			d := p.check(`package d; import "b"; func use() { ` + test.use + ` }`)
			d.wantFact(d.selected()["Run"])
		})
	}
}

func TestFactsReachedThroughAParameter(t *testing.T) {
	p := newProgram(t)
	p.analyse(`package a; type T struct{}; func (T) Run() {}`)
	p.analyse(`package b; import "a"; type F = func(a.T); func With(F) {}`)
	c := p.check(`package c
		import "b"
		func use[A any](f func(A), run func(A)) {}
		var _ = b.With`)
	sig := c.pkg.Imports()[0].Scope().Lookup("With").Type().(*types.Signature)
	arg := types.Unalias(sig.Params().At(0).Type()).(*types.Signature).Params().At(0).Type().(*types.Named)
	c.wantFact(arg.Method(0))
}

// What an importer can't name without an import of its own is not carried on.
func TestFactsOutOfReachAreNotCarriedOn(t *testing.T) {
	p := newProgram(t)
	var big strings.Builder
	for i := range 500 {
		fmt.Fprintf(&big, "func F%d() {}\n", i)
	}
	p.analyse("package a; type T struct{}; func (T) Run() {}\n" + big.String())
	p.analyse(`package b; import "a"; type S struct{ hidden a.T }; func F() { a.F0() }`)
	if n := len(p.facts["b"]); n > 500 {
		t.Errorf("the facts of b take %d bytes: facts of a are among them", n)
	}
	if bytes.Contains(p.facts["b"], []byte("a.Run")) {
		t.Error("b carries a fact about the method of a type that it hides")
	}
}

func TestGenericObjectsStandForTheirInstances(t *testing.T) {
	p := newProgram(t)
	p.analyse(`package a
		type Box[T any] struct{ Value T }
		func (b *Box[E]) Put(e E) {}
		func (b Box[E]) Get() E { return b.Value }`)
	b := p.analyse(`package b
		import "a"
		type Pair[K, V any] struct { Left K; Box a.Box[V] }
		func (p *Pair[A, B]) Swap() {}
		func use(p Pair[int, string]) { p.Swap(); p.Left++; p.Box.Put(p.Box.Get()) }`)
	for _, name := range []string{"Put", "Get", "Swap", "Left"} {
		b.wantFact(b.selected()[name])
	}
	c := p.check(`package c
		import "b"
		func use(p b.Pair[bool, float64]) { p.Swap(); p.Left = true; p.Box.Put(p.Box.Get()); p.Box.Value++ }`)
	for _, name := range []string{"Put", "Get", "Swap", "Left", "Value"} {
		c.wantFact(c.selected()[name])
	}
	if all := c.set.AllObjectFacts(map[reflect.Type]bool{reflect.TypeFor[*named](): true}); len(all) == 0 {
		t.Error("AllObjectFacts is empty")
	}
}

func TestExportAboutAnInstanceIsAboutItsOrigin(t *testing.T) {
	u := newProgram(t).check(`package a
		type Box[T any] struct{}
		func (Box[T]) Put() {}
		func use() { Box[int]{}.Put(); Box[string].Put(Box[string]{}) }`)
	instance := u.selected()["Put"]
	u.set.ExportObjectFact(instance, &named{"a.Put"})
	u.wantFact(instance.(*types.Func).Origin())
}

func TestAnotherPackagesFactsCannotBeExported(t *testing.T) {
	p := newProgram(t)
	p.analyse(`package a; func F() {}`)
	b := p.check(`package b; import "a"; var _ = a.F`)
	defer func() {
		if msg := fmt.Sprint(recover()); !strings.Contains(msg, "belongs to another package") {
			t.Errorf("panic: %s; want one that says why", msg)
		}
	}()
	b.set.ExportObjectFact(b.pkg.Imports()[0].Scope().Lookup("F"), &named{})
}

func TestPackagesWithoutFactsAreSkipped(t *testing.T) {
	p := newProgram(t)
	p.check(`package a; func F() {}`) // not analysed: its file is empty
	b := p.check(`package b; import "a"; var _ = a.F`)
	b.wantNoFact(b.pkg.Imports()[0].Scope().Lookup("F"))
	b.wantNoFact(types.Universe.Lookup("append"))
	if b.set.ImportPackageFact(b.pkg.Imports()[0], &named{}) {
		t.Error("a package that was not analysed has a fact")
	}
}

func TestFactsThatEncodeThemselves(t *testing.T) {
	p := newProgram(t)
	a := p.check(`package a; func F() {}`)
	a.set.ExportObjectFact(a.pkg.Scope().Lookup("F"), &hidden{42})
	p.facts["a"] = a.encode()
	b := p.check(`package b; import "a"; var _ = a.F`)
	var h hidden
	if !b.set.ImportObjectFact(b.pkg.Imports()[0].Scope().Lookup("F"), &h) || h.n != 42 {
		t.Errorf("fact = %+v, want 42", h)
	}
}

// The same facts give the same file, or importers would be analysed again.
func TestEncodingIsDeterministic(t *testing.T) {
	const src = `package a
		type A struct{ X, Y int }
		type B struct{ A }
		func (A) M() {}
		func (*A) N(B) (r A) { return }
		func F[T any](T) {}`
	first := newProgram(t).analyse(src).encode()
	for range 20 {
		if !bytes.Equal(first, newProgram(t).analyse(src).encode()) {
			t.Fatal("two analyses of the same package give different files")
		}
	}
}

// Nobody else can see an unexported function: a change of its facts must not
// reach the importers.
func TestFactsAboutUnexportedFunctionsStay(t *testing.T) {
	with := newProgram(t).analyse(`package a; func F() {}; func g() {}`)
	without := newProgram(t).analyse(`package a; func F() {}; func h() {}`)
	if !bytes.Equal(with.encode(), without.encode()) {
		t.Error("the file depends on a function that no importer can name")
	}
	with.wantFact(with.pkg.Scope().Lookup("g"))
}

func TestAllPackageFacts(t *testing.T) {
	p := newProgram(t)
	p.analyse(`package a; type T int`)
	p.analyse(`package b; import "a"; type T a.T`)
	c := p.analyse(`package c; import ("a"; "b"); var _ a.T; var _ b.T`)
	var got []string
	for _, f := range c.set.AllPackageFacts(map[reflect.Type]bool{reflect.TypeFor[*named](): true}) {
		got = append(got, f.Package.Path()+"="+f.Fact.(*named).Of)
	}
	slices.Sort(got)
	if want := []string{"a=a", "b=b", "c=c"}; !slices.Equal(got, want) {
		t.Errorf("package facts %v, want %v", got, want)
	}
}

func TestDamagedFilesAreErrors(t *testing.T) {
	p := newProgram(t)
	whole := p.analyse(`package a; type T struct{ X int }; func (T) M() {}`).encode()
	b := p.check(`package b; import "a"; var _ a.T`)
	for n := 1; n < len(whole); n++ {
		if _, err := facts.NewSet(schema, b.pkg, map[string][]byte{"a": whole[:n]}); err == nil {
			t.Errorf("the first %d of %d bytes are taken for a file", n, len(whole))
		}
	}
	broken := bytes.ReplaceAll(whole, []byte(`{"Of"`), []byte(`["Of"`))
	set, err := facts.NewSet(schema, b.pkg, map[string][]byte{"a": broken})
	if err != nil {
		t.Fatal(err)
	}
	if set.ImportObjectFact(b.pkg.Imports()[0].Scope().Lookup("T"), &named{}) || set.Err() == nil {
		t.Error("a fact that can't be decoded is no error")
	}
}

func FuzzDecode(f *testing.F) {
	pkg := types.NewPackage("p", "p")
	set, err := facts.NewSet(schema, pkg, nil)
	if err != nil {
		f.Fatal(err)
	}
	set.ExportPackageFact(&named{"p"})
	data, err := set.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		importer := types.NewPackage("q", "q")
		importer.SetImports([]*types.Package{pkg})
		set, err := facts.NewSet(schema, importer, map[string][]byte{"p": data})
		if err != nil {
			return
		}
		set.AllPackageFacts(map[reflect.Type]bool{reflect.TypeFor[*named](): true})
		set.ImportPackageFact(pkg, &hidden{})
	})
}

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }
