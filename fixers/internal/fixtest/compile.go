package fixtest

import (
	"bytes"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// unusedImport is what the type checker says of imports that a fix made needless.
var unusedImport = regexp.MustCompile(`^("[^"]+") imported (as \S+ )?and not used$`)

// compile type-checks a package with other contents of some files, and returns the errors.
// Imports that nothing uses are no error: they are removed from the contents, as whoever
// applies fixes does.
func compile(t *testing.T, pkg *packages.Package, contents map[string][]byte) []error {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range pkg.CompiledGoFiles {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		var src any
		if text, ok := contents[name]; ok {
			src = text
		}
		file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return []error{err}
		}
		files = append(files, file)
	}
	var errs []error
	unused := make(map[string][]int) // the places of imports in files
	conf := types.Config{
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return export(pkg, path) }),
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) || !unusedImport.MatchString(e.Msg) {
				errs = append(errs, err)
				return
			}
			at := fset.PositionFor(e.Pos, false)
			unused[at.Filename] = append(unused[at.Filename], at.Offset)
		},
	}
	if pkg.Module != nil && pkg.Module.GoVersion != "" {
		conf.GoVersion = "go" + pkg.Module.GoVersion
	}
	conf.Check(pkg.PkgPath, fset, files, nil) // the errors went to conf.Error
	for name, places := range unused {
		slices.Sort(places)
		for _, at := range slices.Backward(places) {
			contents[name] = removeImport(contents[name], at)
		}
	}
	return errs
}

// export opens the export data of a package that pkg imports, or that a fix makes it import.
func export(pkg *packages.Package, path string) (io.ReadCloser, error) {
	if imported := pkg.Imports[path]; imported != nil && imported.ExportFile != "" {
		return os.Open(imported.ExportFile)
	}
	cmd := exec.Command("go", "list", "-export", "-f", "{{.Export}}", path)
	cmd.Dir = pkg.Dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOWORK=off")
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	return os.Open(strings.TrimSpace(string(out)))
}

// removeImport removes the import spec at a byte of a file with its line, or the declaration
// if it has no other, with its line unless a comment stands there.
func removeImport(src []byte, at int) []byte {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return src
	}
	for _, d := range file.Decls {
		decl := d.(*ast.GenDecl)
		for _, spec := range decl.Specs {
			if fset.Position(spec.Pos()).Offset > at || at >= fset.Position(spec.End()).Offset {
				continue
			}
			var unused ast.Node = spec
			if len(decl.Specs) == 1 {
				unused = decl
			}
			from, to := fset.Position(unused.Pos()).Offset, fset.Position(unused.End()).Offset
			start := bytes.LastIndexByte(src[:from], '\n') + 1
			if i := bytes.IndexByte(src[to:], '\n'); i >= 0 && (unused == spec || len(bytes.TrimSpace(src[to:to+i])) == 0) {
				from, to = start, to+i+1
			}
			return slices.Concat(src[:from], src[to:])
		}
	}
	return src
}
