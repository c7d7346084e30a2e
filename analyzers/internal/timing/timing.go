// Package timing is what the rules about timers share: the calls that start
// timers, how long those run, and how often the code around them runs.
package timing

import (
	"go/constant"
	"go/token"
	"go/types"
	"iter"
	"regexp"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/model"
	"github.com/gomend/gomend/analyzers/internal/pathwalk"
	"github.com/gomend/gomend/analyzers/internal/ssabuild"
)

// A Package answers questions about one package.
type Package struct {
	pass *analysis.Pass
	ssa  *ssabuild.SSA
	root inspector.Cursor

	calls []Call // nil until somebody asks

	// periods are the durations of package variables that are set once; nil
	// until somebody asks.
	periods map[*ssa.Global]time.Duration
}

// New returns the answers for the package under analysis.
func New(pass *analysis.Pass, ssa *ssabuild.SSA, root inspector.Cursor) *Package {
	return &Package{pass: pass, ssa: ssa, root: root}
}

// A Call is a call that has to do with the clock.
type Call struct {
	*ssa.Call
	Kind model.Timer
}

// Calls returns the package's calls that have to do with the clock, in source
// order.
func (p *Package) Calls() []Call {
	if p.calls != nil {
		return p.calls
	}
	p.calls = []Call{}
	for _, fn := range p.ssa.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if call, ok := instr.(*ssa.Call); ok {
					if kind := model.TimerOf(Callee(call)); kind != model.NoTimer {
						p.calls = append(p.calls, Call{call, kind})
					}
				}
			}
		}
	}
	return p.calls
}

// InTest reports whether pos is in a test file.
func (p *Package) InTest(pos token.Pos) bool {
	return pos.IsValid() && strings.HasSuffix(p.pass.Fset.File(pos).Name(), "_test.go")
}

// Callee returns the function or the interface's method that is called, or nil.
func Callee(call ssa.CallInstruction) *types.Func {
	common := call.Common()
	if common.IsInvoke() {
		return common.Method
	}
	if fn := common.StaticCallee(); fn != nil {
		obj, _ := fn.Object().(*types.Func)
		return obj
	}
	return nil
}

// Static returns the function that is called, as its declaration has it, or nil
// if the call is dynamic.
func Static(call ssa.CallInstruction) *ssa.Function {
	return Origin(call.Common().StaticCallee())
}

// Origin returns the generic function that fn is an instance of, or fn.
func Origin(fn *ssa.Function) *ssa.Function {
	if fn == nil || fn.Origin() == nil {
		return fn
	}
	return fn.Origin()
}

// Receiver returns the receiver of a call of a method, or nil.
func Receiver(common *ssa.CallCommon) ssa.Value {
	if common.IsInvoke() {
		return common.Value
	}
	if fn := common.StaticCallee(); fn != nil && fn.Signature.Recv() != nil && len(common.Args) > 0 {
		return common.Args[0]
	}
	return nil
}

// Period returns the argument that says when a timer fires, or nil.
func Period(call ssa.CallInstruction) ssa.Value {
	for _, arg := range call.Common().Args {
		if IsNamed(arg.Type(), "time", "Duration") {
			return arg
		}
	}
	return nil
}

// IsNamed reports whether t is the named type pkg.name.
func IsNamed(t types.Type, pkg, name string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == name && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == pkg
}

// Deref returns what t points to, or t if it is no pointer.
func Deref(t types.Type) types.Type {
	if ptr, ok := t.Underlying().(*types.Pointer); ok {
		return ptr.Elem()
	}
	return t
}

// Field returns the field that addr is the address of, or nil if its struct is
// known by a constraint only. A generic type's field is that of the declaration.
func Field(addr *ssa.FieldAddr) *types.Var {
	s, ok := Deref(addr.X.Type()).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	return s.Field(addr.Field).Origin()
}

// IsChannel reports whether addr is the address of a field C, which the channel
// of a timer or ticker has.
func IsChannel(addr *ssa.FieldAddr) bool {
	field := Field(addr)
	return field != nil && field.Name() == "C"
}

// Source returns the call that has made the timer or the channel v, if it is in
// the same function: v is its result, or the channel of its result.
func Source(v ssa.Value) (Call, bool) {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		switch addr := load.X.(type) {
		case *ssa.FieldAddr:
			if !IsChannel(addr) {
				return Call{}, false
			}
			return Source(addr.X)
		default:
			stored := pathwalk.OnlyStored(addr)
			if stored == nil {
				return Call{}, false
			}
			return Source(stored)
		}
	}
	call, ok := v.(*ssa.Call)
	if !ok {
		return Call{}, false
	}
	kind := model.TimerOf(Callee(call))
	return Call{call, kind}, kind != model.NoTimer
}

// ending are the names of channels that tell that something ends.
var ending = regexp.MustCompile(`(?i)done|quit|stop|clos|dying|dead|exit|shutdown|cancel|kill|term`)

// IsSignal reports whether a receive from ch succeeds seldom: ch carries no data,
// and either its name says that something is over, as that of a channel done, or
// a function returns it. Such a channel is closed to tell many at once, as that
// of ctx.Done(), and a loop that does not ask for another one would spin.
func IsSignal(ch ssa.Value) bool {
	t, ok := ch.Type().Underlying().(*types.Chan)
	if !ok {
		return false
	}
	if s, ok := t.Elem().Underlying().(*types.Struct); !ok || s.NumFields() > 0 {
		return false
	}
	_, isCall := ch.(*ssa.Call)
	return isCall || ending.MatchString(nameOf(ch))
}

// nameOf returns the name that the source has for v, if it has one.
func nameOf(v ssa.Value) string {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v.Name()
	case *ssa.Phi:
		return v.Comment
	case *ssa.UnOp:
		switch addr := v.X.(type) {
		case *ssa.FieldAddr:
			if field := Field(addr); field != nil {
				return field.Name()
			}
		case *ssa.Global, *ssa.FreeVar:
			return addr.Name()
		case *ssa.Alloc:
			return addr.Comment
		}
	}
	return ""
}

// Duration returns the duration that v is on every path, if it is one: a
// constant, or a package variable that nothing sets but its declaration.
func (p *Package) Duration(v ssa.Value) (time.Duration, bool) {
	switch v := v.(type) {
	case *ssa.Const:
		return durationOf(v)
	case *ssa.Convert:
		return p.Duration(v.X)
	case *ssa.ChangeType:
		return p.Duration(v.X)
	case *ssa.UnOp:
		if global, ok := v.X.(*ssa.Global); ok && v.Op == token.MUL {
			d, ok := p.variables()[global]
			return d, ok
		}
		if stored := pathwalk.OnlyStored(v.X); stored != nil && v.Op == token.MUL {
			return p.Duration(stored)
		}
	}
	return 0, false
}

func durationOf(k *ssa.Const) (time.Duration, bool) {
	if k.Value == nil || k.Value.Kind() != constant.Int {
		return 0, false
	}
	n, exact := constant.Int64Val(k.Value)
	return time.Duration(n), exact
}

// variables returns the package's variables that are durations and are set once,
// by their declaration, outside of tests. Such a variable stands for a constant
// that tests want to shorten.
func (p *Package) variables() map[*ssa.Global]time.Duration {
	if p.periods != nil {
		return p.periods
	}
	p.periods = make(map[*ssa.Global]time.Duration)
	for instr, global := range writes(p.ssa.Pkg.Func("init")) {
		if d, ok := initialDuration(instr); ok {
			p.periods[global] = d
		}
	}
	for _, fn := range p.ssa.Funcs {
		if p.InTest(fn.Pos()) {
			continue
		}
		for _, global := range writes(fn) {
			delete(p.periods, global)
		}
	}
	return p.periods
}

// initialDuration returns the constant that the package initialiser stores.
func initialDuration(instr ssa.Instruction) (time.Duration, bool) {
	store, ok := instr.(*ssa.Store)
	if !ok {
		return 0, false
	}
	k, ok := store.Val.(*ssa.Const)
	if !ok {
		return 0, false
	}
	return durationOf(k)
}

// writes returns the instructions of fn that write a package variable, or may
// because they take its address.
func writes(fn *ssa.Function) iter.Seq2[ssa.Instruction, *ssa.Global] {
	return func(yield func(ssa.Instruction, *ssa.Global) bool) {
		var operands []*ssa.Value
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if load, ok := instr.(*ssa.UnOp); ok && load.Op == token.MUL {
					continue
				}
				operands = instr.Operands(operands[:0])
				for _, op := range operands {
					if global, ok := (*op).(*ssa.Global); ok && !yield(instr, global) {
						return
					}
				}
			}
		}
	}
}
