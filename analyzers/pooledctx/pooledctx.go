package pooledctx

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// Analyzer finds contexts of web frameworks that outlive their handler.
var Analyzer = &analysis.Analyzer{
	Name:     "pooledctx",
	Doc:      "find contexts of gin, echo, fiber and fasthttp that are used after the handler returned",
	URL:      "https://pkg.go.dev/github.com/gomend/gomend/analyzers/pooledctx",
	Run:      run,
	Requires: []*analysis.Analyzer{ssabuild.Analyzer},
}

func run(pass *analysis.Pass) (any, error) {
	if !usesFramework(pass.Pkg) {
		return nil, nil
	}
	code := pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA)
	w := &world{calls: follow.NewCalls(code.Funcs)}
	r := &reporter{pass: pass, immutable: setsImmutable(code.Funcs)}
	for _, fn := range code.Funcs {
		if len(fn.Blocks) == 0 || handsOver(fn) {
			continue
		}
		for _, param := range fn.Params {
			if ctx, ok := model.RequestContextOf(param.Type()); ok {
				r.check(ctx, param, follow.Follow(w, follow.Start{Fn: fn, Value: param}))
			}
		}
	}
	return nil, nil
}

// usesFramework reports whether the package imports a framework that pools its
// contexts, and is not part of it.
func usesFramework(pkg *types.Package) bool {
	return !model.HasRequestContext(pkg.Path()) && slices.ContainsFunc(pkg.Imports(), func(p *types.Package) bool {
		return model.HasRequestContext(p.Path())
	})
}

// handsOver reports whether fn's caller may wait for what fn starts: fn gets, or
// returns, something to wait with.
func handsOver(fn *ssa.Function) bool {
	sig := fn.Signature
	for v := range sig.Params().Variables() {
		if waitable(v.Type()) {
			return true
		}
	}
	for v := range sig.Results().Variables() {
		if waitable(v.Type()) {
			return true
		}
	}
	return false
}

// waitable reports whether one can wait for a goroutine with a value of type t:
// a channel, a function, or a group.
func waitable(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Chan, *types.Signature:
		return true
	case *types.Pointer:
		named, ok := types.Unalias(u.Elem()).(*types.Named)
		return ok && (named.Obj().Name() == "WaitGroup" || named.Obj().Name() == "Group")
	}
	return false
}

// setsImmutable reports whether the package tells fiber to copy what contexts
// return.
func setsImmutable(fns []*ssa.Function) bool {
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if fa, ok := instr.(*ssa.FieldAddr); ok {
					if field := alias.FieldOf(fa); field != nil && field.Name() == "Immutable" && field.Pkg() != nil && model.HasRequestContext(field.Pkg().Path()) {
						return true
					}
				}
			}
		}
	}
	return false
}

// A world is what is known of the calls that get a context. It is a
// [follow.World] without pools: the framework takes the context back when the
// handler returns, and the ends of its paths are what is looked at.
type world struct{ calls *follow.Calls }

func (w *world) Summary(callee alias.Callee, wanted func(int) bool) follow.Summary {
	return w.calls.Summary(w, callee, wanted)
}

func (w *world) Takes(alias.Callee) (result int, ok bool)     { return 0, false }
func (w *world) Owns(field *types.Var) bool                   { return model.Owns(field) }
func (w *world) Note(note uint8, _ alias.Callee, _ int) uint8 { return note }
