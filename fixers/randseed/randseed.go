package randseed

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/internal/rewrite"
)

// Analyzer finds seeds for the generator that seeds itself.
var Analyzer = &analysis.Analyzer{
	Name:     "randseed",
	Doc:      "remove rand.Seed with the time, since the generator seeds itself",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/fixers/randseed",
	Requires: []*analysis.Analyzer{inspect.Analyzer},
	Run:      run,
}

const mathRand = "math/rand"

// seeding is a call of rand.Seed that is a statement.
type seeding struct {
	file *ast.File
	cur  inspector.Cursor // of the ExprStmt
	call *ast.CallExpr
	seed seed
}

func run(pass *analysis.Pass) (any, error) {
	if !rewrite.Imports(pass.Pkg, mathRand) {
		return nil, nil
	}
	root := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	seedings, mixed := find(pass, root)
	for _, s := range seedings {
		if ast.IsGenerated(s.file) || !fix.Applies(pass, s.file, "go1.20") {
			continue
		}
		report(pass, s, mixed)
	}
	return nil, nil
}

// find returns the statements of the package that seed the generator, and reports whether
// one of its calls may give a fixed seed, or it asks for no seed of the time at all.
func find(pass *analysis.Pass, root inspector.Cursor) (all []seeding, mixed bool) {
	for cur := range root.Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		if !rewrite.Calls(pass.TypesInfo, call, mathRand, "Seed") || len(call.Args) != 1 {
			continue
		}
		s := seeding{file: rewrite.FileOf(pass, call.Pos()), cur: cur.Parent(), call: call, seed: origin(pass, call)}
		if s.seed.of != ofTime && s.seed.of != ofUsedTime {
			mixed = true
		}
		if stmt, ok := s.cur.Node().(*ast.ExprStmt); ok && s.file != nil && ast.Unparen(stmt.X) == call {
			all = append(all, s)
		}
	}
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if strings.HasPrefix(c.Text, "//go:debug") && strings.Contains(c.Text, "randautoseed") {
					mixed = true
				}
			}
		}
	}
	return all, mixed
}

// report reports one statement.
func report(pass *analysis.Pass, s seeding, mixed bool) {
	kind, message := "timeseed", "the generator seeds itself since Go 1.20: a seed of the time is needless"
	var edits []analysis.TextEdit
	switch {
	case s.seed.of == ofConstant && fix.Applies(pass, s.file, "go1.24"):
		kind, message = "constant", fmt.Sprintf("rand.Seed does nothing from the line go 1.24 on: rand.New(rand.NewSource(%s)) draws the same numbers at every run", rewrite.Text(pass, s.call.Args[0]))
	case s.seed.of == ofConstant:
		kind, message = "constant", fmt.Sprintf("rand.Seed with a fixed seed does nothing from the line go 1.24 on: rand.New(rand.NewSource(%s)) keeps these numbers", rewrite.Text(pass, s.call.Args[0]))
	case s.seed.of == ofUsedTime:
		kind, message = "used", "rand.Seed is not removed: its seed is used for something else too"
	case s.seed.of == unknown:
		kind, message = "unknown", "rand.Seed is not removed: its seed may be a fixed one; from the line go 1.24 on the call does nothing"
	case mixed:
		kind, message = "mixed", "rand.Seed is not removed: the package gives the generator another seed too"
	default:
		var ok bool
		if edits, ok = removal(pass, s); !ok {
			kind, message = "alone", "rand.Seed is not removed: it is all that its block does, or a comment speaks of something else"
		}
	}
	d := analysis.Diagnostic{Pos: s.call.Pos(), End: s.call.End(), Category: kind, Message: message}
	if kind == "timeseed" {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "Remove the seed", TextEdits: edits}}
	}
	pass.Report(d)
}

// removal returns the edits that remove a statement, with the variable that has its seed and
// the init function that has nothing else to do.
func removal(pass *analysis.Pass, s seeding) ([]analysis.TextEdit, bool) {
	stmt := s.cur.Node()
	going := []ast.Node{stmt}
	if s.seed.variable != nil {
		going = append(going, s.seed.variable)
	}
	block, ok := s.cur.Parent().Node().(*ast.BlockStmt)
	if !ok {
		return nil, false
	}
	if len(block.List) == countIn(block, going) {
		switch outer := s.cur.Parent().Parent().Node().(type) {
		case *ast.FuncDecl:
			if outer.Recv == nil && outer.Name.Name == "init" && (outer.Doc == nil || aboutSeed(outer.Doc.Text())) {
				if edit, ok := rewrite.Delete(pass, s.file, outer, aboutSeed); ok {
					return []analysis.TextEdit{edit}, true
				}
			}
		case *ast.FuncLit, *ast.BlockStmt:
		default:
			return nil, false
		}
	}
	var edits []analysis.TextEdit
	for _, n := range going {
		edit, ok := rewrite.Delete(pass, s.file, n, aboutSeed)
		if !ok {
			return nil, false
		}
		edits = append(edits, edit)
	}
	return edits, true
}

// countIn returns how many of the nodes are statements of the block.
func countIn(block *ast.BlockStmt, nodes []ast.Node) int {
	n := 0
	for _, stmt := range block.List {
		if slices.Contains(nodes, ast.Node(stmt)) {
			n++
		}
	}
	return n
}

// aboutSeed reports whether a comment speaks of the seed, or to a linter.
func aboutSeed(comment string) bool {
	comment = strings.ToLower(comment)
	return strings.Contains(comment, "seed") || strings.Contains(comment, "rand") || strings.Contains(comment, "nolint") ||
		strings.Contains(comment, "nosec") || strings.Contains(comment, "lint:ignore")
}
