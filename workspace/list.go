package workspace

import (
	"context"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/internal/gocmd"
)

// A Package is a package of the code base.
type Package struct {
	ImportPath string
	Name       string
	// Dir is the absolute path of the package's directory. The file names
	// below are relative to it.
	Dir string
	// Module is the module that the package belongs to.
	Module *Module

	GoFiles      []string // for this platform, but for tests and cgo files
	CgoFiles     []string
	TestGoFiles  []string // of the package's own tests
	XTestGoFiles []string // of the external test package
	// IgnoredGoFiles are the files that the build constraints of this
	// platform leave out.
	IgnoredGoFiles []string
	// OtherFiles are those in other languages that are built into the package,
	// such as assembly and C, and IgnoredOtherFiles those that build constraints
	// leave out.
	OtherFiles, IgnoredOtherFiles []string

	Imports      []string
	TestImports  []string
	XTestImports []string

	// Errors are the reasons why the package, or one that it imports, can't be
	// loaded. Commands such as "go vet" refuse to run at all if they are given a
	// package that has any.
	Errors []PackageError

	// TestErrors are the same for the package's tests; they are known once
	// [Selection.CheckTests] has been called.
	TestErrors []PackageError
}

// A PackageError is a reason why the go command can't load a package. It knows of
// package clauses and imports; what does not type-check shows when it is built.
type PackageError struct {
	// Pos is where it stands, often the import declaration; its file name is
	// absolute. It is the zero Position if the go command names none.
	Pos token.Position
	// Message is the go command's.
	Message string
	// Stack are the import paths that lead to the package that can't be
	// loaded, from the outermost.
	Stack []string
}

func (e *PackageError) Error() string {
	if e.Pos.IsValid() {
		return e.Pos.String() + ": " + e.Message
	}
	return e.Message
}

// OtherPlatforms reports whether the package has no file for this platform.
func (p *Package) OtherPlatforms() bool {
	return len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 && len(p.IgnoredGoFiles) > 0
}

// Loadable reports whether commands such as "go vet" can be given the package.
func (p *Package) Loadable() bool {
	return len(p.Errors)+len(p.TestErrors) == 0 && !p.OtherPlatforms()
}

// listed is what "go list -json" prints of a package.
type listed struct {
	ImportPath, Name, Dir, ForTest                               string
	GoFiles, CgoFiles, TestGoFiles, XTestGoFiles, IgnoredGoFiles []string
	CFiles, CXXFiles, MFiles, HFiles, FFiles, SFiles             []string
	SwigFiles, SwigCXXFiles, SysoFiles, IgnoredOtherFiles        []string
	Imports, TestImports, XTestImports                           []string
	Module                                                       *struct{ Dir string }
	Error                                                        *listedError
	DepsErrors                                                   []*listedError
}

type listedError struct {
	ImportStack []string
	Pos, Err    string
}

// listFields keeps the go command from computing and printing the rest.
const listFields = "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,IgnoredGoFiles," +
	"CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles,IgnoredOtherFiles," +
	"Imports,TestImports,XTestImports,Module,Error,DepsErrors"

// list lists the packages that args name in the directory and environment of g.
// Packages that belong to none of the modules are left out.
func list(ctx context.Context, g gocmd.Go, modules []*Module, args []string) ([]*Package, error) {
	byDir := make(map[string]*Module)
	for _, m := range modules {
		byDir[m.Dir] = m
	}
	var pkgs []*Package
	for l, err := range gocmd.Decode[listed](ctx, g, "list", append([]string{"-e", listFields}, args...)...) {
		if err != nil {
			return nil, err
		}
		// A pattern that matches nothing is listed as a package without
		// module, as is a dependency named by its path.
		if l.Module == nil || byDir[l.Module.Dir] == nil {
			continue
		}
		pkgs = append(pkgs, l.toPackage(byDir[l.Module.Dir], g.Dir))
	}
	slices.SortFunc(pkgs, func(a, b *Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return pkgs, nil
}

func (l *listed) toPackage(m *Module, runDir string) *Package {
	p := &Package{
		ImportPath:        l.ImportPath,
		Name:              l.Name,
		Dir:               l.Dir,
		Module:            m,
		GoFiles:           l.GoFiles,
		CgoFiles:          l.CgoFiles,
		TestGoFiles:       l.TestGoFiles,
		XTestGoFiles:      l.XTestGoFiles,
		IgnoredGoFiles:    l.IgnoredGoFiles,
		OtherFiles:        slices.Concat(l.CFiles, l.CXXFiles, l.MFiles, l.HFiles, l.FFiles, l.SFiles, l.SwigFiles, l.SwigCXXFiles, l.SysoFiles),
		IgnoredOtherFiles: l.IgnoredOtherFiles,
		Imports:           l.Imports,
		TestImports:       l.TestImports,
		XTestImports:      l.XTestImports,
	}
	if p.Dir == "" { // as with a package whose files are all for other platforms
		rel := strings.TrimPrefix(strings.TrimPrefix(l.ImportPath, m.Path), "/")
		p.Dir = filepath.Join(m.Dir, filepath.FromSlash(rel))
	}
	if !p.OtherPlatforms() {
		p.Errors = l.errors(runDir)
	}
	return p
}

// errors returns all that went wrong with loading the package, its own first.
func (l *listed) errors(runDir string) []PackageError {
	var errs []PackageError
	all := l.DepsErrors
	if l.Error != nil {
		all = append([]*listedError{l.Error}, all...)
	}
	for _, e := range all {
		errs = append(errs, PackageError{
			Pos:     gocmd.ParsePosition(e.Pos, runDir),
			Message: e.Err,
			Stack:   e.ImportStack,
		})
	}
	return errs
}
