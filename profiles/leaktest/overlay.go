package leaktest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed hook/hook.go
var hookSource string

// callsSource is added to package testing. The hook itself needs packages that
// testing must not import, and so is in testing/internal/testdeps, which every
// test executable links too.
//
// A test that asks whether its output is verbose is told what the user asked for,
// not that the go command wants to know of each test.
const callsSource = `package testing

const gomendVerbose = %t

type gomendHook interface {
	GomendBegin()
	GomendTest(name string)
	GomendBenchmark(name string)
	GomendEnd()
}

var gomend gomendHook

func gomendBegin(deps any) {
	if hook, ok := deps.(gomendHook); ok {
		gomend = hook
		hook.GomendBegin()
	}
}

func gomendTest(name string) {
	if gomend != nil {
		gomend.GomendTest(name)
	}
}

func gomendBenchmark(name string) {
	if gomend != nil {
		gomend.GomendBenchmark(name)
	}
}

func gomendEnd() {
	if gomend != nil {
		gomend.GomendEnd()
	}
}
`

// calls are what is put at the beginning of functions of package testing, by the file
// and the function's name. After a method's receiver comes a point.
var calls = map[string]map[string]string{
	"testing.go": {
		"MainStart": "gomendBegin(deps); ",
		"tRunner":   "gomendTest(t.name); ",
		"M.after":   "gomendEnd(); ",
		"Verbose":   "if !gomendVerbose { return false }; ",
	},
	"benchmark.go": {
		"B.runN":    "gomendTest(b.name); ",
		"B.doBench": "gomendBenchmark(b.name); ",
	},
}

// A mode is how test executables are to behave.
type mode struct {
	verbose bool // what testing.Verbose returns
	growth  bool // tell of all goroutines after each round

	// env are variables that tests are to see, each NAME=value, or NAME if they are
	// to see none.
	env []string
}

// hook returns the source of the hook for the mode.
func (m mode) hook() string {
	return strings.NewReplacer(
		"\npackage hook\n", "\npackage testdeps\n",
		"gomendGrowth = false", fmt.Sprintf("gomendGrowth = %t", m.growth),
		`gomendEnv    = ""`, fmt.Sprintf("gomendEnv    = %q", strings.Join(m.env, "\n")),
	).Replace(hookSource)
}

// writeOverlay writes an overlay of the toolchain in goroot to dir, and returns the
// name of the file for the go command's -overlay flag.
func writeOverlay(dir, goroot string, mode mode) (string, error) {
	testing := filepath.Join(goroot, "src", "testing")
	contents := map[string]string{
		filepath.Join(testing, "gomend.go"):                         fmt.Sprintf(callsSource, mode.verbose),
		filepath.Join(testing, "internal", "testdeps", "gomend.go"): mode.hook(),
	}
	for file, calls := range calls {
		name := filepath.Join(testing, file)
		source, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("the toolchain's source is needed: %w", err)
		}
		if contents[name], err = instrument(name, string(source), calls); err != nil {
			return "", err
		}
	}
	replace := make(map[string]string)
	for original, content := range contents {
		to := filepath.Join(dir, fmt.Sprintf("%d.go", len(replace)))
		if err := os.WriteFile(to, []byte(content), 0o666); err != nil {
			return "", err
		}
		replace[original] = to
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o666)
}

// instrument adds the calls to the source of a file. Lines keep their numbers.
func instrument(name, source string, calls map[string]string) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	done := 0
	var b strings.Builder
	end := 0
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || calls[funcName(fn)] == "" || fn.Body == nil {
			continue
		}
		at := fset.Position(fn.Body.Lbrace).Offset + 1
		b.WriteString(source[end:at])
		b.WriteString(" " + calls[funcName(fn)])
		end = at
		done++
	}
	b.WriteString(source[end:])
	if done != len(calls) {
		return "", fmt.Errorf("%s is of a Go release that gomend does not know: it lacks one of %s; please report it", name, strings.Join(slices.Sorted(maps.Keys(calls)), ", "))
	}
	return b.String(), nil
}

// funcName returns a function's name, after that of its receiver's type and a point
// if it is a method.
func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name + "." + fn.Name.Name
	}
	return ""
}
