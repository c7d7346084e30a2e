package deadlock

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

const (
	maxTargets = 8  // functions that a call through a value may mean
	maxFlow    = 10 // assignments that a function value is followed through
)

// A target is a function that a call may call.
type target struct {
	in *program
	fn *ssa.Function

	values []ssa.Value  // what fn is called with, the receiver first
	recv   access.Path  // the receiver, if it is embedded in values[0]
	args   []access.Arg // values by their paths, once they are asked for

	// via is the call whose result fn, a function literal, is; fn's
	// variables are then those of that call.
	via *ssa.Call

	// sure tells that the call calls fn and no other function.
	sure bool
}

// bound returns the target with its arguments known by their paths.
func (t target) bound() target {
	if t.args == nil && len(t.values) > 0 {
		t.args = access.Args(t.values)
		if !t.recv.IsZero() {
			t.args[0] = access.Arg{Path: t.recv}
		}
	}
	return t
}

// restate returns what p, a path of the target's summary, names at the call.
func (t target) restate(p access.Path) (access.Path, bool) {
	p, ok := p.At(t.bound().args)
	if !ok || t.via == nil || p.Root() == nil {
		return t.in.settle(p), ok
	}
	maker := origin(t.via.Call.StaticCallee())
	if p.Root().Parent() != maker {
		return p, true
	}
	p, ok = p.Relative(maker)
	if !ok {
		return p, false
	}
	p, ok = p.At(access.Args(t.via.Call.Args))
	return t.in.settle(p), ok
}

// origin returns the generic function that fn is an instance of, or fn.
func origin(fn *ssa.Function) *ssa.Function {
	if fn != nil && fn.Origin() != nil {
		return fn.Origin()
	}
	return fn
}

// resolve returns the functions that a call may call, and that are known: of the
// package, or of another one by a fact.
func (p *program) resolve(instr ssa.CallInstruction) []target {
	call := instr.Common()
	if call.IsInvoke() {
		return p.implementations(instr)
	}
	funcs := p.funcsOf(call.Value, maxFlow)
	var targets []target
	for _, f := range funcs {
		targets = append(targets, p.called(f, call.Args, len(funcs) == 1))
	}
	return targets
}

// A funcValue is a function that a value may be.
type funcValue struct {
	fn   *ssa.Function
	recv ssa.Value // of a method value, or nil
	via  *ssa.Call // the call that returned it, or nil
	sure bool      // the value is this function wherever it comes from
}

// called returns the target that a call of f with these arguments has.
func (p *program) called(f funcValue, args []ssa.Value, only bool) target {
	if f.recv != nil {
		args = append([]ssa.Value{f.recv}, args...)
	}
	return target{in: p, fn: f.fn, values: args, via: f.via, sure: only && f.sure}
}

// funcsOf returns the functions that v may be.
func (p *program) funcsOf(v ssa.Value, depth int) []funcValue {
	if depth == 0 {
		return nil
	}
	depth--
	switch v := v.(type) {
	case *ssa.Function:
		return declared(v, nil)
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		if fn.Parent() == nil && len(v.Bindings) == 1 { // a method value
			return p.methodValue(fn, v.Bindings[0])
		}
		return []funcValue{{fn: fn, sure: true}}
	case *ssa.ChangeType:
		return p.funcsOf(v.X, depth)
	case *ssa.MakeInterface:
		return p.funcsOf(v.X, depth)
	case *ssa.TypeAssert:
		return p.funcsOf(v.X, depth)
	case *ssa.Phi:
		return p.funcsOfAll(v.Edges, depth)
	case *ssa.Parameter:
		return p.funcsOfAll(p.argumentsFor(v), depth)
	case *ssa.FreeVar, *ssa.UnOp:
		return p.funcsIn(v, depth)
	case *ssa.Extract:
		if l, ok := v.Tuple.(*ssa.Lookup); ok && v.Index == 0 {
			return p.funcsIn(l, depth)
		}
		if call, ok := v.Tuple.(*ssa.Call); ok {
			return p.returned(call, v.Index, depth)
		}
		if next, ok := v.Tuple.(*ssa.Next); ok && !next.IsString && v.Index == 2 {
			return p.funcsIn(next.Iter.(*ssa.Range).X, depth)
		}
	case *ssa.Lookup, *ssa.Index, *ssa.Field:
		return p.funcsIn(v, depth)
	case *ssa.Call:
		return p.returned(v, 0, depth)
	}
	return nil
}

// declared returns the declared function that fn is or wraps.
func declared(fn *ssa.Function, recv ssa.Value) []funcValue {
	fn = origin(fn)
	if len(fn.Blocks) == 0 || fn.Synthetic != "" {
		if obj, ok := fn.Object().(*types.Func); ok {
			if f := fn.Prog.FuncValue(obj.Origin()); f != nil {
				fn = f
			}
		}
	}
	return []funcValue{{fn: fn, recv: recv, sure: true}}
}

// methodValue returns the method that a method value such as x.m is.
func (p *program) methodValue(wrapper *ssa.Function, recv ssa.Value) []funcValue {
	obj, ok := wrapper.Object().(*types.Func)
	if !ok {
		return nil
	}
	if fn := wrapper.Prog.FuncValue(obj.Origin()); fn != nil {
		return []funcValue{{fn: fn, recv: recv, sure: true}}
	}
	return nil // of an interface
}

func (p *program) funcsOfAll(vs []ssa.Value, depth int) []funcValue {
	var all []funcValue
	seen := make(map[funcValue]bool)
	if len(vs) > maxTargets {
		return nil
	}
	for _, v := range vs {
		for _, f := range p.funcsOf(v, depth) {
			f.sure = f.sure && len(vs) == 1
			if !seen[f] {
				seen[f] = true
				all = append(all, f)
			}
		}
	}
	if len(all) > maxTargets {
		return nil
	}
	return all
}

// argumentsFor returns what the package's static calls pass for a parameter.
func (p *program) argumentsFor(param *ssa.Parameter) []ssa.Value {
	fn := param.Parent()
	i := 0
	for i < len(fn.Params) && fn.Params[i] != param {
		i++
	}
	var args []ssa.Value
	for _, s := range p.callers[fn] {
		call := s.call.Common()
		if callee := call.StaticCallee(); callee != nil && origin(callee) == fn && i < len(call.Args) {
			args = append(args, call.Args[i])
		}
	}
	return args
}

// funcsIn returns the functions that were stored where v loads from.
func (p *program) funcsIn(v ssa.Value, depth int) []funcValue {
	if path, ok := access.Of(v); ok && path.Root() != nil && path.Steps() == "" && path.Root() != v {
		return p.funcsOf(path.Root(), depth) // a variable assigned once
	}
	var stored []ssa.Value
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return nil
		}
		if ia, ok := v.X.(*ssa.IndexAddr); ok {
			stored = p.elementsOf(ia.X)
		} else if path, ok := access.Of(v.X); ok && path.Class() != "" {
			stored = p.stores.values[path.Class()]
		}
	case *ssa.Field:
		if path, ok := access.Of(v); ok && path.Class() != "" {
			stored = p.stores.values[path.Class()]
		}
	case *ssa.Lookup:
		stored = p.elementsOf(v.X)
	case *ssa.Index:
		stored = p.elementsOf(v.X)
	default:
		stored = p.elementsOf(v)
	}
	funcs := p.funcsOfAll(stored, depth)
	if path, ok := access.Of(v); !ok || path.Class() == "" || isAccessible(path.Class()) && !p.inMain() {
		for i := range funcs {
			funcs[i].sure = false // other packages can store others there
		}
	}
	return funcs
}

func (p *program) elementsOf(container ssa.Value) []ssa.Value {
	path, ok := access.Of(container)
	if !ok || path.Class() == "" {
		return nil
	}
	return p.stores.elements[path.Class()]
}

// returned returns the functions that the i'th result of a call may be.
func (p *program) returned(call *ssa.Call, i, depth int) []funcValue {
	callee := origin(call.Call.StaticCallee())
	if callee == nil || len(callee.Blocks) == 0 {
		return nil
	}
	var results []ssa.Value
	for _, b := range callee.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if ok && i < len(ret.Results) {
			if c, ok := ret.Results[i].(*ssa.Const); ok && c.Value == nil {
				continue
			}
			results = append(results, ret.Results[i])
		}
	}
	funcs := p.funcsOfAll(results, depth)
	for j := range funcs {
		f := &funcs[j]
		switch {
		case f.recv != nil:
			// A method value of the callee's: name its receiver here.
			funcs[j].via = call
		case f.fn.Parent() == callee:
			f.via = call
		}
	}
	return funcs
}

// implementations returns the methods of the package that a call of an
// interface's method may call. It is sure if the interface is the package's and
// one type implements it.
func (p *program) implementations(instr ssa.CallInstruction) []target {
	call := instr.Common()
	iface, ok := call.Value.Type().Underlying().(*types.Interface)
	if !ok || isSync(call.Method) {
		return nil
	}
	if _, isParam := types.Unalias(call.Value.Type()).(*types.TypeParam); isParam {
		return nil
	}
	caller := instr.Parent()
	values := append([]ssa.Value{call.Value}, call.Args...)
	var targets []target
	for _, m := range p.methods(iface, call) {
		if p.inTest(m.fn.Pos()) && !p.inTest(caller.Pos()) {
			continue
		}
		t := target{in: p, fn: m.fn, values: values}
		if len(m.index) > 1 {
			if path, ok := access.Of(call.Value); ok {
				t.recv = embedded(path, m.recv, m.index)
			}
		}
		targets = append(targets, t)
	}
	if len(targets) > maxTargets {
		return nil
	}
	if len(targets) == 1 && call.Method.Pkg() == p.pass.Pkg {
		targets[0].sure = true
	}
	return targets
}

// An implementation is a method of the package that a call of an interface's
// method may call.
type implementation struct {
	fn    *ssa.Function
	recv  types.Type // the type that implements the interface
	index []int      // the selection of the method from it
}

type ifaceMethod struct {
	iface types.Type
	name  string
}

// methods returns the methods that a call of an interface's method may call.
func (p *program) methods(iface *types.Interface, call *ssa.CallCommon) []implementation {
	key := ifaceMethod{call.Value.Type(), call.Method.Id()}
	if found, ok := p.impls[key]; ok {
		return found
	}
	var found []implementation
	for _, t := range p.stores.ifaces {
		if types.IsInterface(t) {
			continue
		}
		obj, index, _ := types.LookupFieldOrMethod(t, false, call.Method.Pkg(), call.Method.Name())
		m, ok := obj.(*types.Func)
		if !ok || m.Pkg() != p.pass.Pkg || !types.Implements(t, iface) {
			continue
		}
		fn := call.Value.Parent().Prog.FuncValue(m.Origin())
		if fn != nil && len(fn.Blocks) > 0 {
			found = append(found, implementation{fn, t, index})
		}
	}
	p.impls[key] = found
	return found
}
