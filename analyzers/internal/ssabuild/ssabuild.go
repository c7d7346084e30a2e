// Package ssabuild builds the SSA form of a package for the passes that follow
// values and control flow.
//
// It differs from golang.org/x/tools/go/analysis/passes/buildssa in what it
// knows of calls that do not return. buildssa learns it from facts about every
// dependency, the standard library included; gomend computes no facts there
// (see package model), and its passes must tell a call that ends the goroutine,
// as t.Fatal does, from one that ends the process: the first leaves other
// goroutines behind, the second leaves nothing. What else never returns, the
// analyzer's flag says (see [model.TeamFlag]).
package ssabuild

import (
	"go/ast"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
)

// Analyzer builds the SSA form of the package; its result is a *[SSA].
var Analyzer = &analysis.Analyzer{
	Name:       "gomendssa",
	Doc:        "build the SSA form for later passes",
	Flags:      model.TeamFlag(),
	Run:        run,
	Requires:   []*analysis.Analyzer{ctrlflow.Analyzer},
	ResultType: reflect.TypeFor[*SSA](),
}

// SSA is the SSA form of a package's source functions.
type SSA struct {
	Pkg *ssa.Package

	// Funcs are the package's functions that have source, literals
	// included, in source order: a literal follows the function around it.
	Funcs []*ssa.Function
}

func run(pass *analysis.Pass) (any, error) {
	cfgs := pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs)
	prog := ssa.NewProgram(pass.Fset, ssa.BuilderMode(0))
	prog.SetNoReturn(func(fn *types.Func) bool {
		return cfgs.NoReturn(fn) || model.ExitOf(fn) != model.Returns ||
			model.TeamSays(&pass.Analyzer.Flags, model.NeverReturns, fn)
	})
	for _, p := range pass.Pkg.Imports() {
		prog.CreatePackage(p, nil, nil, true)
	}
	pkg := prog.CreatePackage(pass.Pkg, pass.Files, pass.TypesInfo, false)
	pkg.Build()

	result := &SSA{Pkg: pkg}
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		result.Funcs = append(result.Funcs, fn)
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, file := range pass.Files {
		for _, decl := range file.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok {
				add(prog.FuncValue(pass.TypesInfo.Defs[decl.Name].(*types.Func)))
			}
		}
	}
	// Function literals in package-level variable initialisers belong to
	// the synthetic package initialiser.
	if init := pkg.Func("init"); init != nil {
		for _, anon := range init.AnonFuncs {
			add(anon)
		}
	}
	return result, nil
}

// Outermost returns the declared function that fn, a function literal, stands in,
// or fn if it is declared itself.
func Outermost(fn *ssa.Function) *ssa.Function {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	return fn
}

// ExitOf returns how control leaves fn's block b: [model.Returns] if it goes on
// or returns normally. A panic of the source is model.Panics; a call that does
// not return is what the model says it is, and ends the goroutine if only the
// control flow of its body is known, which errs towards a path that counts.
func ExitOf(b *ssa.BasicBlock) model.Exit {
	if len(b.Instrs) == 0 {
		return model.Returns
	}
	p, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Panic)
	if !ok {
		return model.Returns
	}
	for i := len(b.Instrs) - 2; i >= 0; i-- {
		call, ok := b.Instrs[i].(*ssa.Call)
		if !ok {
			continue
		}
		if call.Pos() != p.Pos() {
			break
		}
		if callee := call.Call.StaticCallee(); callee != nil {
			if fn, ok := callee.Object().(*types.Func); ok {
				if exit := model.ExitOf(fn); exit != model.Returns {
					return exit
				}
				return model.EndsRoutine
			}
		}
		break
	}
	return model.Panics
}

// EdgeOf returns the position among its successor's predecessors of the edge to
// from's i'th successor. Both successors of a branch can be the same block.
func EdgeOf(from *ssa.BasicBlock, i int) int {
	to := from.Succs[i]
	skip := 0
	for _, s := range from.Succs[:i] {
		if s == to {
			skip++
		}
	}
	for n, pred := range to.Preds {
		if pred == from {
			if skip == 0 {
				return n
			}
			skip--
		}
	}
	return 0
}
