package main

import (
	"context"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomend/gomend/cmd/internal/bench/cpu"
	"github.com/gomend/gomend/internal/gocmd"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/rename"
)

// random renames symbols of a code base that are chosen at random.
func random(ctx context.Context, checkout string, symbols int, seed uint64) error {
	cfg := workspace.Config{Dir: checkout}
	w, err := workspace.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer w.Close()
	sel, err := w.Load(ctx, workspace.Work, "work")
	if err != nil {
		return err
	}
	all := places(sel)
	r := rand.New(rand.NewPCG(seed, 0))
	before, err := compiled(ctx, sel, "")
	if err != nil {
		return err
	}
	written, wrong := 0, 0
	for range symbols {
		at := all[r.IntN(len(all))]
		from := cpu.Children()
		result, err := rename.Plan(ctx, cfg, []rename.Request{{Symbol: at, New: "RenamedByGomend"}}, rename.Options{})
		if err != nil {
			fmt.Printf("%s: %v\n", at, err)
			continue
		}
		s := result.Symbols[0]
		fmt.Printf("%s %s: %d places in %d packages", s.Kind, s, s.Edits, result.Packages)
		if n := len(result.Symbols) - 1; n > 0 {
			fmt.Printf(", %d more", n)
		}
		fmt.Printf(", for %s; the go command took %.1f s CPU\n", strings.Join(result.Contexts, ", "), (cpu.Children() - from).Seconds())
		for _, p := range result.Problems {
			fmt.Printf("  not done: %s\n", p.Error())
		}
		if len(result.Problems) > 0 {
			continue
		}
		written++
		after, err := tried(ctx, sel, result.Changes)
		if err != nil {
			return err
		}
		for pkg, message := range after {
			if before[pkg] == "" {
				wrong++
				fmt.Printf("  broken: %s: %s\n", pkg, message)
			}
		}
	}
	fmt.Printf("%d symbols renamed, %d packages that do not compile any more\n", written, wrong)
	if wrong > 0 {
		return fmt.Errorf("%d packages were broken", wrong)
	}
	return nil
}

// places returns where symbols are declared, each by its file, line and column.
func places(sel *workspace.Selection) []string {
	var all []string
	for _, p := range sel.Packages {
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution|parser.ParseComments)
			if err != nil || ast.IsGenerated(f) {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				var ids []*ast.Ident
				switch n := n.(type) {
				case *ast.FuncDecl:
					ids = []*ast.Ident{n.Name}
				case *ast.TypeSpec:
					ids = []*ast.Ident{n.Name}
				case *ast.ValueSpec:
					ids = n.Names
				case *ast.Field:
					ids = n.Names
				}
				for _, id := range ids {
					if id.Name != "_" && id.Name != "main" && id.Name != "init" {
						all = append(all, fset.Position(id.Pos()).String())
					}
				}
				return true
			})
		}
	}
	return all
}

// tried compiles everything with changes, and returns what does not compile, by package.
func tried(ctx context.Context, sel *workspace.Selection, changes []rename.Change) (map[string]string, error) {
	dir, err := os.MkdirTemp("", "gomend-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	replace := make(map[string]string)
	for i, c := range changes {
		name := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(name, c.New, 0o666); err != nil {
			return nil, err
		}
		replace[c.File] = name
	}
	for _, p := range sel.Packages { // what leads to a file is another name to an overlay
		for _, base := range slices.Concat(p.GoFiles, p.TestGoFiles, p.XTestGoFiles) {
			file := filepath.Join(p.Dir, base)
			if target, err := filepath.EvalSymlinks(file); err == nil && replace[target] != "" {
				replace[file] = replace[target]
			}
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, data, 0o666); err != nil {
		return nil, err
	}
	return compiled(ctx, sel, overlay)
}

// compiled compiles all packages and their tests, and returns why some do not compile.
func compiled(ctx context.Context, sel *workspace.Selection, overlay string) (map[string]string, error) {
	broken := make(map[string]string)
	for _, u := range sel.Units {
		args := u.Args()
		if len(args) == 0 {
			continue
		}
		g := gocmd.Go{Dir: u.Dir, Env: u.Env, Overlay: overlay}
		type listed struct {
			ImportPath string
			Error      *struct{ Err string }
		}
		flags := []string{"-e", "-test", "-export", "-json=ImportPath,Error"}
		for l, err := range gocmd.Decode[listed](ctx, g, "list", append(flags, args...)...) {
			if err != nil {
				return nil, err
			}
			if l.Error != nil {
				broken[l.ImportPath] = l.Error.Err
			}
		}
	}
	return broken, nil
}
