package automaxprocs

import (
	"go/ast"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds imports of go.uber.org/automaxprocs.
var Analyzer = &analysis.Analyzer{
	Name: "automaxprocs",
	Doc:  "leave GOMAXPROCS to the runtime, which knows containers' CPU limits since Go 1.25",
	URL:  "https://pkg.go.dev/github.com/gomend/gomend/fixers/automaxprocs",
	Run:  run,
}

// since is the release whose runtime looks at the CPU limit of its cgroup.
const since = "go1.25"

// The packages of automaxprocs: what the first does when it is imported, the second does
// when it is asked to.
const (
	module   = "go.uber.org/automaxprocs"
	maxprocs = "go.uber.org/automaxprocs/maxprocs"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, module, maxprocs) {
		return nil, nil
	}
	for _, file := range pass.Files {
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		for _, spec := range file.Imports {
			switch path, err := strconv.Unquote(spec.Path.Value); {
			case err != nil:
			case path == maxprocs:
				leave(pass, spec, "maxprocs.Set is called with options, or its result used")
			case path != module:
			case pass.Pkg.Name() != "main":
				leave(pass, spec, "the package is not a program's main one, and the programs that import it may be of an older Go")
			case runtimeIsOff(pass):
				leave(pass, spec, "a //go:debug line tells the runtime not to look at CPU limits")
			default:
				remove(pass, file, spec)
			}
		}
	}
	return nil, nil
}

// remove reports an import that the runtime makes needless.
func remove(pass *analysis.Pass, file *ast.File, spec *ast.ImportSpec) {
	edit, ok := rewrite.Delete(pass, file, whole(file, spec), aboutProcs)
	if !ok {
		leave(pass, spec, "the import shares its line or a comment with something else")
		return
	}
	message := "remove automaxprocs: the runtime follows the container's CPU limit itself, but rounds it up, to 2 at least, where automaxprocs rounds down, to 1 at least"
	rewrite.Report(pass, spec, "import", message, []analysis.TextEdit{edit})
}

// whole returns the declaration of a spec that is alone in it, else the spec.
func whole(file *ast.File, spec *ast.ImportSpec) ast.Node {
	for _, decl := range file.Decls {
		if gen, ok := decl.(*ast.GenDecl); ok && len(gen.Specs) == 1 && gen.Specs[0] == ast.Spec(spec) {
			return gen
		}
	}
	return spec
}

// procs are words by which a comment speaks of what automaxprocs is for.
var procs = regexp.MustCompile(`(?i)maxprocs|cgroup|quota|\bcpus?\b|container`)

// aboutProcs reports whether a comment is about automaxprocs, and goes with it.
func aboutProcs(comment string) bool { return procs.MatchString(comment) }

// runtimeIsOff reports whether a //go:debug line of the package keeps the runtime from
// looking at CPU limits.
func runtimeIsOff(pass *analysis.Pass) bool {
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				settings, ok := strings.CutPrefix(c.Text, "//go:debug ")
				if ok && c.Pos() < file.Package && strings.TrimSpace(settings) == "containermaxprocs=0" {
					return true
				}
			}
		}
	}
	return false
}

// leave reports that an import stays, and why.
func leave(pass *analysis.Pass, spec *ast.ImportSpec, reason string) {
	rewrite.Report(pass, spec, "left", "automaxprocs is left: "+reason, nil)
}
