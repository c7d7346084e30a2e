package goroutineleak

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/callers"
	"github.com/gomend/gomend/analyzers/internal/machine"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// commands tells which functions of a package end with the process: the action of a
// command, and what only such actions call, once.
type commands struct {
	funcs   []*ssa.Function
	inTest  func(token.Pos) bool
	callers *callers.Index // in funcs, made when it is asked for
}

// end reports whether a leak was found where a command ends: its action, or what that
// calls, returned an error or an exit code, or a function of a package of its own an
// error.
func (c *commands) end(leak *machine.Leak) bool {
	if pkg := leak.Root.Pkg.Pkg; leak.Failed && pkg.Name() != "main" && strings.Contains(pkg.Path(), "/cmd/") {
		return true // a package that only a command has
	}
	if !leak.Failed && !returnsExitCode(leak.Root) {
		return false
	}
	return c.ends(leak.Root, make(map[*ssa.Function]bool))
}

func (c *commands) ends(fn *ssa.Function, seen map[*ssa.Function]bool) bool {
	if seen[fn] {
		return false
	}
	seen[fn] = true
	if isAction(fn) {
		return true
	}
	if c.callers == nil {
		c.callers = callers.New(c.funcs, c.inTest)
	}
	calls := c.callers.Calls(fn)
	if c.callers.Valued(fn) || len(calls) == 0 {
		return false
	}
	for _, call := range calls {
		if _, ok := call.(*ssa.Call); !ok || ssabuild.InLoop(call.Block()) || !c.ends(call.Parent(), seen) {
			return false
		}
	}
	return true
}

// isAction reports whether fn is what a command does, as the libraries for commands
// call it: it is given the command, or it is its method Run, Exec or Execute, is given
// the arguments and returns an exit code.
func isAction(fn *ssa.Function) bool {
	params := fn.Signature.Params()
	for i := range params.Len() {
		switch t := params.At(i).Type(); {
		case ofCommandLibrary(t):
			return true
		case isStrings(t) && runs(fn) && returnsExitCode(fn):
			return true
		}
	}
	return false
}

// runs reports whether fn is, by its name, the method by which a command is run.
func runs(fn *ssa.Function) bool {
	return fn.Signature.Recv() != nil && (fn.Name() == "Run" || fn.Name() == "Exec" || fn.Name() == "Execute")
}

func ofCommandLibrary(t types.Type) bool {
	named, ok := types.Unalias(timing.Deref(t)).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	path := named.Obj().Pkg().Path()
	return path == "github.com/spf13/cobra" || strings.HasPrefix(path, "github.com/urfave/cli")
}

func isStrings(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	return ok && types.Identical(s.Elem(), types.Typ[types.String])
}

// returnsExitCode reports whether fn returns a number and nothing else.
func returnsExitCode(fn *ssa.Function) bool {
	results := fn.Signature.Results()
	return results.Len() == 1 && types.Identical(results.At(0).Type(), types.Typ[types.Int])
}
