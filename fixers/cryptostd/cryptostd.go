package cryptostd

import (
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds imports of golang.org/x/crypto that the standard library has taken over.
var Analyzer = &analysis.Analyzer{
	Name:     "cryptostd",
	Doc:      "use the standard library's ed25519, sha3, hkdf and pbkdf2 instead of golang.org/x/crypto's",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/cryptostd",
	Run:      run,
	Requires: []*analysis.Analyzer{inspect.Analyzer},
}

// The packages of golang.org/x/crypto.
const (
	xEd25519 = "golang.org/x/crypto/ed25519"
	xSHA3    = "golang.org/x/crypto/sha3"
	xHKDF    = "golang.org/x/crypto/hkdf"
	xPBKDF2  = "golang.org/x/crypto/pbkdf2"
)

// since is the release with crypto/ed25519, newer is the one with crypto/sha3 and the
// others.
const (
	since = "go1.13"
	newer = "go1.24"
)

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, xEd25519, xSHA3, xHKDF, xPBKDF2) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	for cur := range root.Preorder((*ast.File)(nil)) {
		file := cur.Node().(*ast.File)
		if !fix.Applies(pass, file, since) || ast.IsGenerated(file) {
			continue
		}
		if spec := rewrite.ImportOf(file, xEd25519); spec != nil {
			ed25519(pass, file, spec, rewrite.Qualified(pass.TypesInfo, cur, spec))
		}
		if !fix.Applies(pass, file, newer) {
			continue
		}
		if spec := rewrite.ImportOf(file, xSHA3); spec != nil {
			sha3(pass, file, cur, spec)
		}
		if spec := rewrite.ImportOf(file, xHKDF); spec != nil {
			derive(pass, file, cur, spec, "hkdf", hkdfKey)
		}
		if spec := rewrite.ImportOf(file, xPBKDF2); spec != nil {
			derive(pass, file, cur, spec, "pbkdf2", pbkdf2Key)
		}
	}
	return nil, nil
}

// ed25519 reports an import of the package, whose types are other names for those of
// crypto/ed25519.
func ed25519(pass *analysis.Pass, file *ast.File, spec *ast.ImportSpec, uses []inspector.Cursor) {
	for _, use := range uses {
		name, ok := pass.TypesInfo.Uses[use.Node().(*ast.SelectorExpr).Sel].(*types.TypeName)
		if ok && !name.IsAlias() {
			rewrite.Report(pass, spec, "left", fmt.Sprintf("golang.org/x/crypto/ed25519 is left: in this version, its %s is a type of its own", name.Name()), nil)
			return
		}
	}
	if edits := rewrite.SwapImport(pass, file, spec, uses, "crypto/ed25519"); len(edits) > 0 {
		rewrite.Report(pass, spec, "ed25519", "use crypto/ed25519 instead of golang.org/x/crypto/ed25519", edits)
	}
}

// sha3 reports an import of package sha3. It is replaced as a whole or not at all, since the
// new package has the name of the old.
func sha3(pass *analysis.Pass, file *ast.File, cur inspector.Cursor, spec *ast.ImportSpec) {
	uses := rewrite.Qualified(pass.TypesInfo, cur, spec)
	for _, use := range uses {
		if reason := misfit(pass.TypesInfo, cur, use); reason != "" {
			rewrite.Report(pass, spec, "left", "golang.org/x/crypto/sha3 is left: "+reason, nil)
			return
		}
	}
	if edits := rewrite.SwapImport(pass, file, spec, uses, "crypto/sha3"); len(edits) > 0 {
		rewrite.Report(pass, spec, "sha3", "use crypto/sha3 instead of golang.org/x/crypto/sha3", edits)
	}
}
