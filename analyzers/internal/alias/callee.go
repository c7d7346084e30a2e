package alias

import (
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Callee is what a call calls and with what. A method value and a function
// literal are seen through.
type Callee struct {
	Func    *types.Func      // declared function or method; nil for others
	Body    *ssa.Function    // its origin's code if this package has it
	Closure *ssa.MakeClosure // what captures Body's free variables, if any
	Builtin string
	Field   *types.Var  // struct field that holds the function
	Args    []ssa.Value // the receiver first
}

// CalleeOf returns what a call calls.
func CalleeOf(call *ssa.CallCommon) Callee {
	if call.IsInvoke() {
		return Callee{Func: call.Method.Origin(), Args: append([]ssa.Value{call.Value}, call.Args...)}
	}
	return calleeOf(call.Value, call.Args)
}

func calleeOf(v ssa.Value, args []ssa.Value) Callee {
	switch v := v.(type) {
	case *ssa.Builtin:
		return Callee{Builtin: v.Name(), Args: args}
	case *ssa.Function:
		return ofFunction(v, args)
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		if method, ok := fn.Object().(*types.Func); ok && strings.HasSuffix(fn.Name(), "$bound") {
			c := Callee{Func: method.Origin(), Args: append([]ssa.Value{v.Bindings[0]}, args...)}
			if body := fn.Prog.FuncValue(method.Origin()); body != nil && len(body.Blocks) > 0 {
				c.Body = body
			}
			return c
		}
		c := ofFunction(fn, args)
		c.Closure = v
		return c
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return ofVariable(v.X, args)
		}
	case *ssa.ChangeType:
		return calleeOf(v.X, args)
	}
	return Callee{Args: args}
}

// ofVariable returns what is called through the variable or field at addr.
func ofVariable(addr ssa.Value, args []ssa.Value) Callee {
	if fa, ok := addr.(*ssa.FieldAddr); ok {
		return Callee{Field: FieldOf(fa), Args: args}
	}
	// A variable that holds one function for all its life.
	if alloc, ok := PlaceOf(addr).Root.(*ssa.Alloc); ok {
		if stored := onlyFunction(alloc); stored != nil {
			return calleeOf(stored, args)
		}
	}
	return Callee{Args: args}
}

func ofFunction(fn *ssa.Function, args []ssa.Value) Callee {
	if origin := fn.Origin(); origin != nil {
		fn = origin
	}
	c := Callee{Args: args}
	c.Func, _ = fn.Object().(*types.Func)
	if len(fn.Blocks) > 0 {
		c.Body = fn
	}
	return c
}

// onlyFunction returns the function that a local variable of a function type
// holds, if it is assigned once.
func onlyFunction(alloc *ssa.Alloc) ssa.Value {
	if _, ok := alloc.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Signature); !ok {
		return nil
	}
	var stored ssa.Value
	if !storesOf(alloc, &stored) {
		return nil
	}
	return stored
}

// FuncFields returns, for each struct field of a function type that the package
// of fns assigns, the functions that it is assigned. A call through such a field
// may call each of them.
func FuncFields(fns []*ssa.Function) map[*types.Var][]*ssa.Function {
	fields := make(map[*types.Var][]*ssa.Function)
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				store, ok := instr.(*ssa.Store)
				if !ok {
					continue
				}
				addr, ok := store.Addr.(*ssa.FieldAddr)
				if !ok {
					continue
				}
				if target, ok := store.Val.(*ssa.Function); ok {
					if field := FieldOf(addr); field != nil {
						fields[field] = append(fields[field], target)
					}
				}
			}
		}
	}
	return fields
}
