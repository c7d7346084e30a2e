package poolmisuse

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// A pool is a variable or field of type sync.Pool, with all that the package
// does with it.
type pool struct {
	class access.Class
	news  []*ssa.Function // the functions that New is set to
	gets  []*ssa.Call
	puts  []ssa.CallInstruction

	// open reports that other code may set New, take or put: the pool is
	// exported, or its address went where it was not followed.
	open bool
}

// pools finds the pools of a package.
type pools struct {
	byClass map[access.Class]*pool
	order   []*pool
	copies  [][2]access.Class // a pool made in the first becomes the second
}

// findPools returns the pools that the package's code uses, in source order.
func findPools(code *ssabuild.SSA) []*pool {
	p := &pools{byClass: make(map[access.Class]*pool)}
	fns := code.Funcs
	if init := code.Pkg.Func("init"); init != nil {
		fns = append(slices.Clone(fns), init)
	}
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				p.instr(instr)
			}
		}
	}
	p.settle()
	return p.order
}

// at returns the pool that v points to.
func (p *pools) at(v ssa.Value) *pool {
	path, ok := access.Of(v)
	if !ok || path.Class() == "" {
		return nil
	}
	return p.ofClass(path.Class(), exported(v))
}

func (p *pools) ofClass(class access.Class, open bool) *pool {
	found := p.byClass[class]
	if found == nil {
		found = &pool{class: class}
		p.byClass[class] = found
		p.order = append(p.order, found)
	}
	found.open = found.open || open
	return found
}

// exported reports whether other packages can name the pool at addr.
func exported(addr ssa.Value) bool {
	if load, ok := addr.(*ssa.UnOp); ok {
		addr = load.X
	}
	v := alias.Object(addr)
	return v != nil && v.Exported()
}

// instr notes what one instruction does with a pool.
func (p *pools) instr(instr ssa.Instruction) {
	switch instr := instr.(type) {
	case ssa.CallInstruction:
		p.call(instr)
		return
	case *ssa.Store:
		if p.stored(instr) {
			return
		}
	case *ssa.FieldAddr:
		if isPool(instr.X.Type()) {
			return // a store to its New is seen as such
		}
	case *ssa.UnOp:
		return // a copy is seen where it is stored
	case *ssa.MakeClosure:
		if strings.HasSuffix(instr.Fn.Name(), "$bound") {
			p.method(instr)
			return
		}
	}
	for _, op := range instr.Operands(nil) {
		if *op != nil && isPool((*op).Type()) {
			p.escape(*op)
		}
	}
}

func (p *pools) escape(v ssa.Value) {
	if found := p.at(v); found != nil {
		found.open = true
	}
}

// method notes that a method value of a pool is made: what is called through it
// is not followed here.
func (p *pools) method(mc *ssa.MakeClosure) {
	if len(mc.Bindings) == 1 && isPool(mc.Bindings[0].Type()) {
		p.escape(mc.Bindings[0])
	}
}

func (p *pools) call(call ssa.CallInstruction) {
	callee := alias.CalleeOf(call.Common())
	for i, arg := range callee.Args {
		if !isPool(arg.Type()) {
			continue
		}
		found := p.at(arg)
		if found == nil {
			continue
		}
		switch {
		case i == 0 && isMethod(callee.Func, "Get"):
			if c, ok := call.(*ssa.Call); ok {
				found.gets = append(found.gets, c)
			}
		case i == 0 && isMethod(callee.Func, "Put"):
			found.puts = append(found.puts, call)
		default:
			found.open = true
		}
	}
}

// stored notes what a store makes of a pool. It reports false if the store is to
// be looked at as any other instruction.
func (p *pools) stored(st *ssa.Store) bool {
	if fa, ok := st.Addr.(*ssa.FieldAddr); ok && isPool(fa.X.Type()) && alias.FieldOf(fa).Name() == "New" {
		found := p.at(fa.X)
		if found == nil {
			return true
		}
		switch fn := st.Val.(type) {
		case *ssa.Function:
			found.news = append(found.news, fn)
		case *ssa.MakeClosure:
			found.news = append(found.news, fn.Fn.(*ssa.Function))
		case *ssa.Const:
		default:
			found.open = true
		}
		return true
	}
	var from ssa.Value
	switch {
	case isPool(st.Val.Type()): // a pointer
		from = st.Val
		if c, ok := from.(*ssa.Const); ok && c.IsNil() {
			return true
		}
	case isPool(st.Addr.Type()): // a struct
		load, ok := st.Val.(*ssa.UnOp)
		if !ok {
			if c, ok := st.Val.(*ssa.Const); ok && c.Value == nil {
				return true // the zero value
			}
			p.escape(st.Addr)
			return true
		}
		from = load.X
	default:
		return false
	}
	a, b := p.at(from), p.at(st.Addr)
	if a == nil || b == nil {
		if a != nil {
			a.open = true
		}
		if b != nil {
			b.open = true
		}
		return true
	}
	if a != b {
		p.copies = append(p.copies, [2]access.Class{a.class, b.class})
	}
	return true
}

// settle gives each pool what is known of the values that it was made from.
func (p *pools) settle() {
	for range p.copies {
		for _, c := range p.copies {
			from, to := p.byClass[c[0]], p.byClass[c[1]]
			for _, fn := range from.news {
				if !slices.Contains(to.news, fn) {
					to.news = append(to.news, fn)
				}
			}
			if len(from.gets)+len(from.puts) > 0 {
				to.open = true // used under both names
				from.open = true
			}
			to.open = to.open || from.open
		}
	}
}

// isPool reports whether t is *sync.Pool.
func isPool(t types.Type) bool {
	ptr, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	named, ok := types.Unalias(ptr.Elem()).(*types.Named)
	return ok && named.Obj().Name() == "Pool" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync"
}

func isMethod(fn *types.Func, name string) bool {
	return fn != nil && fn.Name() == name && fn.FullName() == "(*sync.Pool)."+name
}

// A typed is a value at the place where it gets into a pool or out of it.
type typed struct {
	value ssa.Value // before it is boxed
	typ   types.Type
	at    ssa.Instruction
}

// made returns what a New function returns, or false if not all of
// it is known.
func made(fn *ssa.Function) (list []typed, known bool) {
	if len(fn.Blocks) == 0 {
		return nil, false
	}
	for _, b := range fn.Blocks {
		ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return)
		if !ok || len(ret.Results) != 1 {
			continue
		}
		iface, ok := ret.Results[0].(*ssa.MakeInterface)
		if !ok {
			return nil, false
		}
		list = append(list, typed{iface.X, iface.X.Type(), ret})
	}
	return list, len(list) > 0
}

// put returns the type of what a call puts into a pool.
func put(call ssa.CallInstruction) (typed, bool) {
	args := alias.CalleeOf(call.Common()).Args
	if len(args) != 2 {
		return typed{}, false
	}
	iface, ok := args[1].(*ssa.MakeInterface)
	if !ok {
		return typed{}, false
	}
	return typed{iface.X, iface.X.Type(), call}, true
}

// asserted returns the assertions on the result of a Get that panic if they
// fail.
func asserted(get *ssa.Call) []*ssa.TypeAssert {
	var list []*ssa.TypeAssert
	for _, ref := range *get.Referrers() {
		if ta, ok := ref.(*ssa.TypeAssert); ok && !ta.CommaOk {
			list = append(list, ta)
		}
	}
	return list
}

// comparedWithNil reports whether the result of a Get is compared with nil.
func comparedWithNil(get *ssa.Call) bool {
	return slices.ContainsFunc(*get.Referrers(), func(ref ssa.Instruction) bool {
		_, ok := ref.(*ssa.BinOp)
		return ok
	})
}
