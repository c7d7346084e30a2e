package rename

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"golang.org/x/tools/go/packages"
)

// A checker type-checks packages with the changes, and compares what their identifiers
// stand for with what they stood for.
type checker struct {
	*changer
	load *load

	files map[string]*ast.File           // that change, as they will be, by name
	again map[*packages.Package]*rebuilt // the packages that were type-checked again
	was   map[token.Pos]token.Pos        // where an identifier of these files stood before
}

// A rebuilt package is one that was type-checked with the changes.
type rebuilt struct {
	types *types.Package
	info  *types.Info
	files []*ast.File
}

// check type-checks what the changes reach of a load.
func (c *changer) check(ctx context.Context, l *load) error {
	k := &checker{
		changer: c, load: l,
		files: make(map[string]*ast.File),
		again: make(map[*packages.Package]*rebuilt),
		was:   make(map[token.Pos]token.Pos),
	}
	for _, pkg := range l.all {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !k.reaches(pkg) {
			continue
		}
		if err := k.rebuild(pkg); err != nil {
			return err
		}
	}
	for _, pkg := range l.all {
		if r := k.again[pkg]; r != nil {
			k.compare(pkg, r)
		}
	}
	return nil
}

// reaches reports whether a file of the package changes, or a package that it imports was
// type-checked again.
func (k *checker) reaches(pkg *packages.Package) bool {
	for _, imported := range pkg.Imports {
		if k.again[imported] != nil {
			return true
		}
	}
	return slices.ContainsFunc(pkg.CompiledGoFiles, k.changed)
}

func (k *checker) changed(name string) bool {
	_, ok := k.cgo[name]
	return ok || slices.Contains(k.set.Files(), name)
}

// rebuild type-checks a package with the changes. What it imports is what was type-checked
// again, or what it was.
func (k *checker) rebuild(pkg *packages.Package) error {
	r := &rebuilt{info: &types.Info{
		Defs: make(map[*ast.Ident]types.Object), Uses: make(map[*ast.Ident]types.Object),
		Implicits: make(map[ast.Node]types.Object), Selections: make(map[*ast.SelectorExpr]*types.Selection),
		Types: make(map[ast.Expr]types.TypeAndValue), Instances: make(map[*ast.Ident]types.Instance),
	}}
	for _, f := range pkg.Syntax {
		changed, err := k.syntax(f)
		if err != nil {
			return err
		}
		r.files = append(r.files, changed)
	}
	before := make(map[string]bool)
	for _, e := range pkg.TypeErrors {
		before[e.Msg] = true
	}
	cfg := types.Config{
		Importer:         importer(func(path string) (*types.Package, error) { return k.imported(pkg, path) }),
		Sizes:            pkg.TypesSizes,
		IgnoreFuncBodies: !k.load.hasBodies(pkg),
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) || before[e.Msg] {
				return
			}
			k.problem(k.load.place(e.Pos).position(), strings.TrimSpace(e.Msg))
		},
	}
	if pkg.Module != nil && pkg.Module.GoVersion != "" {
		cfg.GoVersion = "go" + pkg.Module.GoVersion
	}
	r.types, _ = cfg.Check(pkg.PkgPath, k.load.fset, r.files, r.info) // errors were told
	k.again[pkg] = r
	return nil
}

// An importer is a function that finds a package by its path.
type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

func (k *checker) imported(pkg *packages.Package, path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	imported := pkg.Imports[path]
	if imported == nil {
		return nil, fmt.Errorf("no package %s", path)
	}
	if r := k.again[imported]; r != nil {
		return r.types, nil
	}
	if imported.Types == nil {
		return nil, fmt.Errorf("no types of %s", path)
	}
	return imported.Types, nil
}

// syntax returns a file as it will be.
func (k *checker) syntax(f *ast.File) (*ast.File, error) {
	name := k.load.fset.PositionFor(f.FileStart, false).Filename
	if !k.changed(name) {
		return f, nil
	}
	if done := k.files[name]; done != nil {
		return done, nil
	}
	content, err := k.content(name)
	if err != nil {
		return nil, err
	}
	changed, err := parser.ParseFile(k.load.fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("the change makes no Go of it: %w", err)
	}
	k.files[name] = changed
	before, after := identifiers(f), identifiers(changed)
	for i := range min(len(before), len(after)) {
		k.was[after[i].Pos()] = before[i].Pos()
	}
	return changed, nil
}

// content returns what a file will be; of one that cgo has made, what cgo will.
func (k *checker) content(name string) ([]byte, error) {
	sites, ok := k.cgo[name]
	if !ok {
		return k.set.Content(name)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(sites, func(a, b cgoSite) int { return a.offset - b.offset })
	var edits []udiff.Edit
	for _, s := range slices.CompactFunc(sites, func(a, b cgoSite) bool { return a.offset == b.offset }) {
		edits = append(edits, udiff.Edit{Start: s.offset, End: s.offset + len(s.old), New: s.new})
	}
	return udiff.ApplyBytes(data, edits)
}

// compare looks for identifiers that stand for something else than before.
func (k *checker) compare(pkg *packages.Package, r *rebuilt) {
	for i, f := range pkg.Syntax {
		before, after := identifiers(f), identifiers(r.files[i])
		if len(before) != len(after) {
			k.problem(k.load.place(f.Name.Pos()).position(), "the change adds names to the file, or removes some")
			continue
		}
		for j, id := range before {
			was, is := objectOf(pkg.TypesInfo, id), objectOf(r.info, after[j])
			if is == nil || k.same(was, is) {
				continue // of what stands for nothing the compiler has told
			}
			at, name := k.load.place(id.Pos()).position(), after[j].Name
			if was == nil {
				k.problem(at, fmt.Sprintf("%s would begin to stand for %s", name, k.describe(is)))
			} else {
				k.problem(at, fmt.Sprintf("%s would stand for %s, and no more for %s", name, k.describe(is), k.describe(was)))
			}
		}
	}
}

// same reports whether an object is, with the changes, what another one was: it is declared
// at the same identifier.
func (k *checker) same(was, is types.Object) bool {
	if was == nil {
		return false
	}
	if a, ok := was.(*types.PkgName); ok {
		b, ok := is.(*types.PkgName)
		return ok && a.Imported().Path() == b.Imported().Path()
	}
	if !is.Pos().IsValid() || !was.Pos().IsValid() {
		return was.Pos() == is.Pos() && was.Name() == is.Name()
	}
	at := is.Pos()
	if before, ok := k.was[at]; ok {
		at = before
	}
	return at == was.Pos()
}

// describe tells a reader what an object is, and where.
func (k *checker) describe(obj types.Object) string {
	kind := "what is declared"
	switch obj := obj.(type) {
	case *types.Var:
		kind = "the variable"
		if obj.IsField() {
			kind = "the field"
		}
	case *types.Func:
		kind = "the function"
		if obj.Signature().Recv() != nil {
			kind = "the method"
		}
	case *types.TypeName:
		kind = "the type"
	case *types.Const:
		kind = "the constant"
	case *types.PkgName:
		return "the package " + obj.Imported().Path()
	}
	if !obj.Pos().IsValid() {
		return kind + " of the language"
	}
	at := obj.Pos()
	if before, ok := k.was[at]; ok {
		at = before
	}
	p := k.load.place(at)
	return fmt.Sprintf("%s in line %d of %s", kind, p.line, filepath.Base(p.file))
}

// objectOf returns what an identifier stands for; of the name of a type that a field embeds,
// the type.
func objectOf(info *types.Info, id *ast.Ident) types.Object {
	if obj := info.Uses[id]; obj != nil {
		return origin(obj)
	}
	if obj := info.Defs[id]; obj != nil {
		return origin(obj)
	}
	return nil
}

// identifiers returns those of a file in their order, which a change of names keeps.
func identifiers(f *ast.File) []*ast.Ident {
	var all []*ast.Ident
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			all = append(all, id)
		}
		return true
	})
	return all
}
