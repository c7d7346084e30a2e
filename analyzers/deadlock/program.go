package deadlock

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// A program is the package under analysis, and what was found out about it.
type program struct {
	pass *analysis.Pass
	fns  []*ssa.Function

	stores  *stores
	conds   condLocks
	callers map[*ssa.Function][]site
	targets map[ssa.CallInstruction][]target
	impls   map[ifaceMethod][]implementation

	terms     map[*ssa.Function]map[term]int // by outermost function
	summaries map[*ssa.Function]*summary
	imported  map[*types.Func]*summary
	records   map[*ssa.Function]*record
	work      int // steps taken, see maxWork

	assigned    map[*ssa.Function]map[access.Path]bool // see assignedIn
	operations  map[ssa.Instruction]*operation
	chans       *channels                               // see channels
	doneCalls   map[access.Class][]end                  // see dones
	signalCalls map[access.Class][]end                  // see signals
	adders      map[access.Class]map[*ssa.Function]bool // see addersTo
	handed      map[access.Class]bool                   // see releasedForOthers
	forgot      map[*ssa.Function]map[access.Class]bool // see forgets
	entries     map[*ssa.Function][]access.Class        // see entry
}

// A site is a call in a function of the package.
type site struct {
	caller *ssa.Function
	call   ssa.CallInstruction
}

func newProgram(pass *analysis.Pass, built *ssabuild.SSA) *program {
	p := &program{
		pass:      pass,
		fns:       withYields(built.Funcs),
		callers:   make(map[*ssa.Function][]site),
		targets:   make(map[ssa.CallInstruction][]target),
		impls:     make(map[ifaceMethod][]implementation),
		terms:     make(map[*ssa.Function]map[term]int),
		summaries: make(map[*ssa.Function]*summary),
		imported:  make(map[*types.Func]*summary),
		records:   make(map[*ssa.Function]*record),

		assigned:   make(map[*ssa.Function]map[access.Path]bool),
		operations: make(map[ssa.Instruction]*operation),
		forgot:     make(map[*ssa.Function]map[access.Class]bool),
	}
	p.stores = indexStores(withInit(p.fns, built.Pkg), pass.Pkg)
	p.conds = findCondLocks(p)
	p.findCallers()
	return p
}

// withYields returns the functions that have a body.
func withYields(fns []*ssa.Function) []*ssa.Function {
	var all []*ssa.Function
	for _, fn := range fns {
		if len(fn.Blocks) > 0 {
			all = append(all, fn)
		}
	}
	return all
}

// withInit returns the functions and the one that initialises package variables.
func withInit(fns []*ssa.Function, pkg *ssa.Package) []*ssa.Function {
	if init := pkg.Func("init"); init != nil {
		return append(slices.Clip(fns), init)
	}
	return fns
}

// findCallers resolves the calls of the package. Calls through function values
// are resolved by what static calls pass, so those come first.
func (p *program) findCallers() {
	for _, dynamic := range []bool{false, true} {
		for _, fn := range p.fns {
			for call := range calls(fn) {
				if isStatic(call.Common()) == dynamic {
					continue
				}
				ts := p.resolve(call)
				p.targets[call] = ts
				for _, t := range ts {
					p.callers[t.fn] = append(p.callers[t.fn], site{fn, call})
				}
			}
		}
	}
}

func isStatic(call *ssa.CallCommon) bool { return call.StaticCallee() != nil }

// calls yields the calls, go and defer statements of a function.
func calls(fn *ssa.Function) func(yield func(ssa.CallInstruction) bool) {
	return func(yield func(ssa.CallInstruction) bool) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(ssa.CallInstruction); ok && !yield(call) {
					return
				}
			}
		}
	}
}

// inTest reports whether a position is in a test file.
func (p *program) inTest(pos token.Pos) bool {
	return strings.HasSuffix(p.pass.Fset.Position(pos).Filename, "_test.go")
}

// stores tells what the package stores where, by class: what the field of some
// object may hold, not which object's.
type stores struct {
	values   map[access.Class][]ssa.Value // stored in fields and variables
	elements map[access.Class][]ssa.Value // stored in slices and maps
	ifaces   []types.Type                 // types of the package whose values became interfaces

	// changed are the fields that are assigned after their struct was made:
	// only of others is it known what they hold.
	changed map[access.Class]bool
}

func indexStores(fns []*ssa.Function, pkg *types.Package) *stores {
	s := &stores{
		values:   make(map[access.Class][]ssa.Value),
		elements: make(map[access.Class][]ssa.Value),
		changed:  make(map[access.Class]bool),
	}
	seen := make(map[types.Type]bool)
	for _, fn := range fns {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case *ssa.Store:
					s.store(instr)
				case *ssa.MapUpdate:
					if holdsFuncs(instr.Value.Type()) {
						s.element(instr.Map, instr.Value)
					}
				case *ssa.MakeInterface:
					if t := instr.X.Type(); !seen[t] && hasMethodsOf(t, pkg) {
						seen[t] = true
						s.ifaces = append(s.ifaces, t)
					}
				}
			}
		}
	}
	return s
}

// hasMethodsOf reports whether t can have methods that are declared in pkg: it is
// declared there, or embeds what is.
func hasMethodsOf(t types.Type, pkg *types.Package) bool {
	if ptr, ok := types.Unalias(t).(*types.Pointer); ok {
		t = ptr.Elem()
	}
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return t.Obj().Pkg() == pkg && !types.IsInterface(t)
	case *types.Struct:
		return true
	}
	return false
}

func isReference(t types.Type) bool { return isPointer(t) || types.IsInterface(t) }

// holdsFuncs reports whether values of type t may be what the analysis looks
// for in memory: functions, channels, Conds, and interfaces that hold them.
func holdsFuncs(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Signature, *types.Chan, *types.Interface, *types.Slice, *types.Map:
		return true
	case *types.Pointer:
		return timing.IsNamed(t.Elem(), "sync", "Cond")
	}
	return false
}

func (s *stores) store(instr *ssa.Store) {
	if fa, ok := instr.Addr.(*ssa.FieldAddr); ok && isReference(instr.Val.Type()) {
		if _, fresh := fa.X.(*ssa.Alloc); !fresh {
			p, _ := access.Of(fa)
			s.changed[p.Class()] = true
		}
	}
	if !holdsFuncs(instr.Val.Type()) {
		return
	}
	if ia, ok := instr.Addr.(*ssa.IndexAddr); ok {
		s.element(ia.X, instr.Val)
		return
	}
	p, ok := access.Of(instr.Addr)
	if !ok || p.Class() == "" {
		return
	}
	// appended elements: x.f = append(x.f, v)
	if call, ok := instr.Val.(*ssa.Call); ok {
		if b, ok := call.Call.Value.(*ssa.Builtin); ok && b.Name() == "append" && len(call.Call.Args) == 2 {
			for _, v := range appended(call.Call.Args[1]) {
				s.elements[p.Class()] = append(s.elements[p.Class()], v)
			}
			return
		}
	}
	s.values[p.Class()] = append(s.values[p.Class()], instr.Val)
}

func (s *stores) element(container, v ssa.Value) {
	if p, ok := access.Of(container); ok && p.Class() != "" {
		s.elements[p.Class()] = append(s.elements[p.Class()], v)
	}
}

// appended returns the values in the slice that a variadic call is passed.
func appended(slice ssa.Value) []ssa.Value {
	sl, ok := slice.(*ssa.Slice)
	if !ok {
		return nil
	}
	alloc, ok := sl.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var vs []ssa.Value
	for _, ref := range *alloc.Referrers() {
		if ia, ok := ref.(*ssa.IndexAddr); ok {
			for _, ref := range *ia.Referrers() {
				if st, ok := ref.(*ssa.Store); ok && st.Addr == ia {
					vs = append(vs, st.Val)
				}
			}
		}
	}
	return vs
}
