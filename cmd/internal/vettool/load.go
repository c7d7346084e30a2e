package vettool

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"go/version"
	"os"
	"runtime"
	"strings"
	"time"

	"golang.org/x/tools/go/gcexportdata"
)

// A loadedPackage is a package with its syntax and types.
type loadedPackage struct {
	fset   *token.FileSet
	files  []*source
	syntax []*ast.File
	types  *types.Package
	info   *types.Info
	sizes  types.Sizes
	took   time.Duration
}

// maxErrors is how many errors of a package are printed, as by the compiler.
const maxErrors = 10

// A brokenPackageError tells why a package does not parse or type-check, one
// error a line.
type brokenPackageError struct{ lines []string }

func (e *brokenPackageError) Error() string { return strings.Join(e.lines, "\n") }

func (e *brokenPackageError) add(posn token.Position, msg string) {
	switch {
	case len(e.lines) < maxErrors:
		e.lines = append(e.lines, fmt.Sprintf("%s: %s", posn, msg))
	case len(e.lines) == maxErrors:
		e.lines = append(e.lines, "too many errors")
	}
}

// load parses and type-checks the package.
func load(cfg *config, overlay overlay) (*loadedPackage, error) {
	began := time.Now()
	if err := checkGoVersion(cfg); err != nil {
		return nil, err
	}
	pkg := &loadedPackage{
		fset:  token.NewFileSet(),
		sizes: types.SizesFor("gc", cmp.Or(os.Getenv("GOARCH"), runtime.GOARCH)),
	}
	broken := new(brokenPackageError)
	for _, name := range cfg.GoFiles {
		src, err := parseSource(pkg.fset, cfg, overlay, name)
		var list scanner.ErrorList
		if errors.As(err, &list) {
			for _, e := range list {
				broken.add(e.Pos, e.Msg)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		pkg.files = append(pkg.files, src)
		pkg.syntax = append(pkg.syntax, src.syntax)
	}
	if broken.lines != nil {
		return nil, broken
	}
	if err := pkg.check(cfg); err != nil {
		return nil, err
	}
	pkg.took = time.Since(began)
	return pkg, nil
}

// checkGoVersion reports an error if the package's language is newer than the
// type checker that this binary was built with.
func checkGoVersion(cfg *config) error {
	built := version.Lang(runtime.Version())
	if built == "" || version.Compare(version.Lang(cfg.GoVersion), built) <= 0 {
		return nil
	}
	return fmt.Errorf("package %s needs %s and this gomend was built with %s: build gomend with the newer Go",
		cfg.ImportPath, cfg.GoVersion, runtime.Version())
}

func (pkg *loadedPackage) check(cfg *config) error {
	broken := new(brokenPackageError)
	imports := newImporter(cfg, pkg.fset)
	conf := types.Config{
		Importer:  imports,
		Sizes:     pkg.sizes,
		GoVersion: cfg.GoVersion,
		Error: func(err error) {
			var e types.Error
			if errors.As(err, &e) && strings.HasPrefix(e.Msg, "\t") {
				return // continues the error before
			}
			if errors.As(err, &e) {
				broken.add(e.Fset.Position(e.Pos), e.Msg)
			}
		},
	}
	pkg.info = &types.Info{
		Types:        make(map[ast.Expr]types.TypeAndValue),
		Defs:         make(map[*ast.Ident]types.Object),
		Uses:         make(map[*ast.Ident]types.Object),
		Implicits:    make(map[ast.Node]types.Object),
		Instances:    make(map[*ast.Ident]types.Instance),
		Scopes:       make(map[ast.Node]*types.Scope),
		Selections:   make(map[*ast.SelectorExpr]*types.Selection),
		FileVersions: make(map[*ast.File]string),
	}
	var err error
	pkg.types, err = conf.Check(cfg.ImportPath, pkg.fset, pkg.syntax, pkg.info)
	switch {
	case imports.err != nil:
		return imports.err
	case broken.lines != nil:
		return broken
	}
	return err
}

// An importer reads the types of imported packages. That they come from the
// compiler's export data, and that the go command says where it is, is known
// here alone: a later go command may hand types on by another way.
type importer struct {
	cfg    *config
	fset   *token.FileSet
	loaded map[string]*types.Package
	err    error // the first failure to read export data
}

func newImporter(cfg *config, fset *token.FileSet) *importer {
	return &importer{cfg: cfg, fset: fset, loaded: make(map[string]*types.Package)}
}

// Import implements [types.Importer].
func (imp *importer) Import(importPath string) (*types.Package, error) {
	path, ok := imp.cfg.ImportMap[importPath]
	if !ok {
		return nil, fmt.Errorf("the go command did not resolve import %q", importPath)
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := imp.loaded[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	pkg, err := imp.read(path)
	if err != nil && imp.err == nil {
		imp.err = fmt.Errorf("importing %s: %w", path, err)
	}
	return pkg, err
}

func (imp *importer) read(path string) (*types.Package, error) {
	name, ok := imp.cfg.PackageFile[path]
	if !ok {
		return nil, errors.New("the go command gave no export data for it")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	pkg, err := gcexportdata.Read(r, imp.fset, imp.loaded, path)
	if err != nil {
		return nil, fmt.Errorf("its export data can't be read by a gomend that was built with %s; if the go command is newer, build gomend with it: %w", runtime.Version(), err)
	}
	return pkg, nil
}

func parseSource(fset *token.FileSet, cfg *config, overlay overlay, name string) (*source, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	syntax, err := parser.ParseFile(fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return newSource(fset, cfg, overlay, syntax, content)
}
