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
	conf := types.Config{
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return export(pkg, path) }),
		Error: func(err error) {
			var e types.Error
			if !errors.As(err, &e) || !unusedImport.MatchString(e.Msg) {
				errs = append(errs, err)
				return
			}
			name := fset.Position(e.Pos).Filename
			contents[name] = removeImport(contents[name], fset.Position(e.Pos).Offset)
		},
	}
	if pkg.Module != nil && pkg.Module.GoVersion != "" {
		conf.GoVersion = "go" + pkg.Module.GoVersion
	}
	conf.Check(pkg.PkgPath, fset, files, nil) // the errors went to conf.Error
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

// removeImport puts blanks in the place of the import spec at a byte of a file, so that the
// places of others stay as the type checker has told them.
func removeImport(src []byte, at int) []byte {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ImportsOnly)
	if err != nil {
		return src
	}
	out := bytes.Clone(src)
	for _, d := range file.Decls {
		decl := d.(*ast.GenDecl)
		for _, spec := range decl.Specs {
			var unused ast.Node = spec
			if fset.Position(spec.Pos()).Offset > at || at >= fset.Position(spec.End()).Offset {
				continue
			}
			if len(decl.Specs) == 1 {
				unused = decl
			}
			for i := fset.Position(unused.Pos()).Offset; i < fset.Position(unused.End()).Offset; i++ {
				if out[i] != '\n' {
					out[i] = ' '
				}
			}
		}
	}
	return out
}
