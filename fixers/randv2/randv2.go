package randv2

import (
	"fmt"
	"go/ast"
	"go/types"
	"strconv"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds files that could use math/rand/v2.
var Analyzer = &analysis.Analyzer{
	Name: "randv2",
	Doc:  "use math/rand/v2 for math/rand",
	URL:  "https://pkg.go.dev/github.com/gomend/gomend/fixers/randv2",
	Run:  run,
}

const (
	first  = "math/rand"
	second = "math/rand/v2"
)

// names is the functions of math/rand that math/rand/v2 has with the same types, by their
// names there.
var names = map[string]string{
	"ExpFloat64":  "ExpFloat64",
	"Float32":     "Float32",
	"Float64":     "Float64",
	"Int":         "Int",
	"Int31":       "Int32",
	"Int31n":      "Int32N",
	"Int63":       "Int64",
	"Int63n":      "Int64N",
	"Intn":        "IntN",
	"NormFloat64": "NormFloat64",
	"Perm":        "Perm",
	"Shuffle":     "Shuffle",
	"Uint32":      "Uint32",
	"Uint64":      "Uint64",
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, first) {
		return nil, nil
	}
	seeds := false
	for _, obj := range pass.TypesInfo.Uses {
		seeds = seeds || rewrite.IsMember(obj, first, "Seed")
	}
	for _, file := range pass.Files {
		if !ast.IsGenerated(file) && fix.Applies(pass, file, "go1.22") {
			check(pass, file, seeds)
		}
	}
	return nil, nil
}

// check checks a file of a package that calls Seed or not.
func check(pass *analysis.Pass, file *ast.File, seeds bool) {
	spec := importOf(file, first)
	if spec == nil || importOf(file, second) != nil || spec.Name != nil && spec.Name.Name == "_" {
		return
	}
	used := members(pass.TypesInfo, file)
	if len(used) == 0 {
		return
	}
	for _, id := range used {
		kind, reason := obstacle(pass.TypesInfo.Uses[id])
		if kind == "functions" && seeds {
			kind, reason = "seeded", "the package seeds the generator"
		}
		if kind != "functions" {
			pass.Report(analysis.Diagnostic{
				Pos:      spec.Pos(),
				End:      spec.End(),
				Category: kind,
				Message:  fmt.Sprintf("math/rand/v2 is not used: %s", reason),
			})
			return
		}
	}
	edits := []analysis.TextEdit{rewrite.Replace(spec.Path, strconv.Quote(second))}
	for _, id := range used {
		if name := names[id.Name]; name != id.Name {
			edits = append(edits, rewrite.Replace(id, name))
		}
	}
	pass.Report(analysis.Diagnostic{
		Pos:            spec.Pos(),
		End:            spec.End(),
		Category:       "functions",
		Message:        "math/rand/v2 has all functions that this file uses of math/rand",
		SuggestedFixes: []analysis.SuggestedFix{{Message: "Use math/rand/v2", TextEdits: edits}},
	})
}

// importOf returns the import of a path in a file, or nil if there is none, or several.
func importOf(file *ast.File, path string) *ast.ImportSpec {
	var found *ast.ImportSpec
	for _, spec := range file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == path {
			if found != nil {
				return nil
			}
			found = spec
		}
	}
	return found
}

// members returns the identifiers in a file that name something of math/rand, in their order,
// methods and fields left aside.
func members(info *types.Info, file *ast.File) []*ast.Ident {
	var ids []*ast.Ident
	ast.Inspect(file, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok {
			return true
		}
		obj := info.Uses[id]
		if obj != nil && obj.Pkg() != nil && obj.Pkg().Path() == first && obj.Parent() == obj.Pkg().Scope() {
			ids = append(ids, id)
		}
		return true
	})
	return ids
}

// obstacle returns the kind of a file that uses a member of math/rand, with what stands
// against the second version unless that is "functions".
func obstacle(obj types.Object) (kind, reason string) {
	switch {
	case names[obj.Name()] != "":
		return "functions", ""
	case obj.Name() == "Seed":
		return "seeded", "the package seeds the generator"
	case obj.Name() == "Read":
		return "read", "it has no Read; for random bytes that must not be guessed there is crypto/rand"
	}
	return "generator", fmt.Sprintf("rand.%s makes or names a generator of its own, and those of the second version draw other numbers", obj.Name())
}
