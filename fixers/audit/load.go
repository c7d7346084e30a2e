package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// code is the packages of a unit with their syntax and types, each once: with its tests
// where it has some.
type code struct {
	fset  *token.FileSet
	pkgs  []*packages.Package
	files map[string]place // by absolute name
}

// A place is a file in a package.
type place struct {
	pkg  *packages.Package
	file *ast.File
}

// load type-checks packages of a unit, with their tests.
func (a *audit) load(ctx context.Context, u *unit, args []string) (*code, error) {
	overlay, err := readOverlay(a.cfg.Overlay)
	if err != nil {
		return nil, err
	}
	cfg := &packages.Config{
		Context: ctx, Dir: u.Dir, Env: u.g.Environ(), Tests: true, Fset: token.NewFileSet(), Overlay: overlay,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes |
			packages.NeedModule | packages.NeedForTest,
	}
	if len(a.cfg.Tags) > 0 {
		cfg.BuildFlags = []string{"-tags=" + strings.Join(a.cfg.Tags, ",")}
	}
	all, err := packages.Load(cfg, args...)
	if err != nil {
		return nil, err
	}
	chosen := make(map[string]*packages.Package)
	for _, p := range all {
		switch {
		case strings.HasSuffix(p.ID, ".test"), p.ForTest != "" && p.PkgPath != p.ForTest && p.PkgPath != p.ForTest+"_test":
			// The test's main package is generated; a package that was compiled again
			// for the tests of another is there by itself.
		case chosen[p.PkgPath] == nil || p.ForTest != "":
			chosen[p.PkgPath] = p
		}
	}
	c := &code{fset: cfg.Fset, files: make(map[string]place)}
	for _, p := range chosen {
		if len(p.Errors) > 0 {
			a.undone("package "+importPath(p), listError(p.Errors[0]))
			if p.Types == nil || p.IllTyped {
				continue
			}
		}
		c.pkgs = append(c.pkgs, p)
	}
	slices.SortFunc(c.pkgs, func(x, y *packages.Package) int { return strings.Compare(x.PkgPath, y.PkgPath) })
	for _, p := range c.pkgs {
		for _, file := range p.Syntax {
			c.files[c.fset.Position(file.FileStart).Filename] = place{p, file}
		}
	}
	return c, nil
}

// readOverlay returns the files that an overlay of the go command's format replaces, or
// adds. One that it takes away is replaced by a file that is never built.
func readOverlay(name string) (map[string][]byte, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var o struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, fmt.Errorf("%s: %w: it has to be in the format of the go command's -overlay flag", name, err)
	}
	files := make(map[string][]byte)
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(o.Replace)) {
		with := o.Replace[path]
		content := []byte("//go:build ignore\n\npackage ignored\n")
		if with != "" {
			if content, err = os.ReadFile(with); err != nil {
				errs = append(errs, err)
			}
		}
		files[path] = content
	}
	return files, errors.Join(errs...)
}

// listError returns an error of a package in one line. What the go command printed of a build
// begins with the package's name.
func listError(e packages.Error) error {
	for line := range strings.Lines(e.Msg) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# ") {
			e.Msg = line
			break
		}
	}
	if e.Pos == "" || e.Pos == "-" {
		return errors.New(e.Msg)
	}
	return e
}

// importPath returns the import path under which people know a package: without "_test".
func importPath(p *packages.Package) string {
	if p.ForTest != "" {
		return p.ForTest
	}
	return p.PkgPath
}

func isTest(name string) bool { return strings.HasSuffix(filepath.Base(name), "_test.go") }

// module returns the name of the module that a package belongs to.
func module(p *packages.Package) string {
	if p.Module == nil {
		return ""
	}
	return p.Module.Path
}
