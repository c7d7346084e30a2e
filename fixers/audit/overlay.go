package audit

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// tracerFile is added to the package internal/godebug of a test binary. A Matcher of the
// pattern "vy" prints each call stack once, as for a setting with the value "1#vy".
const tracerFile = `package godebug

import "internal/bisect"

var (
	gomendAsks, _    = bisect.New("vy")
	gomendDiffers, _ = bisect.New("vy")
)
`

// tracerCalls are what two methods of a Setting are given, before the statement of the index:
// Value, by which the library asks for it, and IncNonDefault, by which it notes that the
// setting made a difference. What has no default that changed is not printed.
var tracerCalls = []struct {
	method string
	index  int
	call   string
}{
	{"IncNonDefault", 0, "gomendDiffers.Stack(&stderr); "},
	{"Value", 1, "if s.info != nil && s.info.Changed != 0 { gomendAsks.Stack(&stderr) }; "},
}

// traceOverlay writes an overlay for the go command into dir, with which test binaries print
// the call stack when a setting is asked for, and when it made a difference, and returns its
// name. What base replaces, another overlay, stays replaced.
//
// Programs print the first by themselves if GODEBUG has patterns, but so do then all programs
// that a test runs, to its surprise. For the second there are only metrics
// (/godebug/non-default-behavior), which count the same calls and do not tell where they came
// from.
func traceOverlay(goroot, base, dir string) (string, error) {
	folder := filepath.Join(goroot, "src", "internal", "godebug")
	name := filepath.Join(folder, "godebug.go")
	src, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	patched, err := patchGodebug(src)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	replace := make(map[string]string)
	if base != "" {
		data, err := os.ReadFile(base)
		if err != nil {
			return "", err
		}
		var o struct{ Replace map[string]string }
		if err := json.Unmarshal(data, &o); err != nil {
			return "", fmt.Errorf("%s: %w", base, err)
		}
		replace = o.Replace
	}
	for path, content := range map[string][]byte{name: patched, filepath.Join(folder, "gomend_tracer.go"): []byte(tracerFile)} {
		with := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(with, content, 0o666); err != nil {
			return "", err
		}
		replace[path] = with
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o666)
}

// patchGodebug returns the source of internal/godebug with the calls added. Its lines keep
// their numbers.
func patchGodebug(src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "godebug.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	inserts := make(map[int]string) // by offset
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || f.Recv == nil || f.Body == nil {
			continue
		}
		for _, t := range tracerCalls {
			if f.Name.Name == t.method && t.index < len(f.Body.List) {
				inserts[fset.Position(f.Body.List[t.index].Pos()).Offset] = t.call
			}
		}
	}
	if len(inserts) != len(tracerCalls) {
		return nil, fmt.Errorf("it does not have the methods Value and IncNonDefault as gomend knows them")
	}
	var patched []byte
	last := 0
	for _, at := range slices.Sorted(maps.Keys(inserts)) {
		patched = append(append(patched, src[last:at]...), inserts[at]...)
		last = at
	}
	return append(patched, src[last:]...), nil
}
