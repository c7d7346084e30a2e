package errorsjoin

import (
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// errModule ends the walk over a module's files.
var errModule = errors.New("the module's own errors are looked into")

// lookedInto says where in a package's module, its tests included, more of a library is used
// than the functions that join errors, or errors are looked into as its errors are: there,
// those of this package may arrive. It returns the empty string if there is no such place.
// Only the source's text is looked at, and it errs on the side of finding one.
func lookedInto(pass *analysis.Pass, library string) string {
	root := rewrite.ModuleRoot(pass, pass.Files[0])
	if root == "" {
		return ""
	}
	place := ""
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			_, err := os.Stat(filepath.Join(name, "go.mod"))
			if name != root && (err == nil || entry.Name() == "vendor" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		// Drivers let a pass read its own files only.
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if used := usesMore(src, library); used != "" {
			rel, err := filepath.Rel(root, name)
			if err != nil {
				return err
			}
			place = fmt.Sprintf("%s has %s, where errors of this package may be looked into", filepath.ToSlash(rel), used)
			return errModule
		}
		return nil
	})
	if err != nil && place == "" {
		return fmt.Sprintf("the module's files can't be read: %v", err)
	}
	return place
}

// usesMore returns what of a library, or like it, a file has besides the functions that join
// errors, or "".
func usesMore(src []byte, library string) string {
	like := map[string]string{multierr: "Errors() []error", multierror: "WrappedErrors("}[library]
	if bytes.Contains(src, []byte(like)) {
		return like
	}
	if !bytes.Contains(src, []byte(strconv.Quote(library))) {
		return ""
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if err != nil {
		return library
	}
	for _, spec := range importsOf(file, library) {
		name := strings.TrimPrefix(path.Base(library), "go-")
		if spec.Name != nil {
			name = spec.Name.Name
		}
		// A variable that collects errors names the type, too, unless errors.As sets it.
		collects := regexp.MustCompile(`var (\w+) \*` + name + `\.Error\b|:= new\(` + name + `\.Error\)|:= &` + name + `\.Error\{\}`)
		for _, m := range collects.FindAllSubmatch(src, -1) {
			if len(m[1]) > 0 && bytes.Contains(src, append([]byte("&"), m[1]...)) {
				return "&" + string(m[1])
			}
		}
		text := collects.ReplaceAll(src, nil)
		for _, m := range regexp.MustCompile(`\b`+name+`\.([A-Z]\w*)`).FindAllSubmatch(text, -1) {
			if member := string(m[1]); member != "Append" && (member != "Combine" || library != multierr) {
				return string(m[0])
			}
		}
	}
	return ""
}
