package follow

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
)

// A Fate is what a function does with an argument.
type Fate uint8

const (
	Unknown  Fate = iota // it may keep the argument or give it back
	Borrowed             // it does neither
	Kept                 // it stores, sends, or shares it with a goroutine
	Released             // it gives it back; the caller must not use it again
	Shared               // it gives up a reference to it: it may or may not be the last
)

// A Summary is what a call does with its arguments and where its results come
// from. The zero Summary knows nothing. It is encoded in facts.
type Summary struct {
	Params  []Param  `json:"p,omitempty"` // the receiver first
	Results []Result `json:"r,omitempty"`
}

// A Param is what a function does with one argument.
type Param struct {
	Fate Fate `json:"f,omitempty"`
	// Cleared are the fields of the argument that are replaced before it is
	// given back.
	Cleared []string `json:"c,omitempty"`
}

// A Result is where a result comes from.
type Result struct {
	// Taken reports that it is taken from a pool, and is the caller's to
	// give back.
	Taken bool     `json:"t,omitempty"`
	From  []Source `json:"s,omitempty"`
}

// A Source is an argument that a result is tied to.
type Source struct {
	Param int       `json:"p"`
	Ref   alias.Ref `json:"r"`
}

// Fate returns what is done with the i'th argument.
func (s Summary) Fate(i int) Fate {
	if i < len(s.Params) {
		return s.Params[i].Fate
	}
	return Unknown
}

func (s Summary) cleared(i int) []string {
	if i < len(s.Params) {
		return s.Params[i].Cleared
	}
	return nil
}

// Takes returns the position of the result that is taken from a pool.
func (s Summary) Takes() (int, bool) {
	i := slices.IndexFunc(s.Results, func(r Result) bool { return r.Taken })
	return i, i >= 0
}

// Releases reports whether an argument is given back.
func (s Summary) Releases() bool {
	return slices.ContainsFunc(s.Params, func(p Param) bool { return p.Fate == Released })
}

// IsTelling reports whether a caller in another package is better off with s
// than with nothing: something is taken, given back, or tied to an argument.
func (s Summary) IsTelling() bool {
	return slices.ContainsFunc(s.Params, func(p Param) bool { return p.Fate == Released || p.Fate == Shared }) ||
		slices.ContainsFunc(s.Results, func(r Result) bool { return r.Taken || len(r.From) > 0 })
}

// addParam adds what fn does with its i'th parameter.
func (s *Summary) addParam(world World, fn *ssa.Function, i int) {
	p := fn.Params[i]
	if !alias.HasPointers(p.Type()) {
		s.Params[i].Fate = Borrowed
		return
	}
	trace := Follow(world, Start{Fn: fn, Value: p})
	s.Params[i] = paramOf(trace, fn, p)
	s.addSources(i, trace)
}

// addTaken adds which results fn takes from a pool.
func (s *Summary) addTaken(world World, fn *ssa.Function) {
	for _, start := range Takings(world, fn) {
		trace := Follow(world, start)
		for _, end := range trace.Ends {
			for i, ref := range end.Results {
				if ref == alias.Same && end.Freed == nil && !end.Stored && !end.Shared {
					s.Results[i].Taken = true
				}
			}
		}
	}
}

// Takings returns where in fn an object is taken from a pool.
func Takings(world World, fn *ssa.Function) []Start {
	var starts []Start
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if call, ok := instr.(*ssa.Call); ok {
				if i, ok := world.Takes(alias.CalleeOf(&call.Call)); ok {
					starts = append(starts, Start{Fn: fn, After: call, Value: call, Result: i})
				}
			}
		}
	}
	return starts
}

// paramOf returns what fn does with its parameter p, by the paths on which p was
// followed.
func paramOf(trace *Trace, fn *ssa.Function, p *ssa.Parameter) Param {
	freed, left := 0, false
	fate := Borrowed
	var cleared []*types.Var
	for _, end := range trace.Ends {
		switch {
		case end.Freed != nil:
			if freed++; freed == 1 {
				cleared = end.Cleared
			}
			cleared = slices.DeleteFunc(slices.Clone(cleared), func(f *types.Var) bool { return !slices.Contains(end.Cleared, f) })
		case end.Stored || len(end.Running) > 0:
			fate, left = Kept, true
		case (len(end.Passed) > 0 || end.Shared) && fate == Borrowed:
			fate = Unknown
		}
	}
	switch {
	case !trace.Complete:
		fate = Unknown
	case freed == len(trace.Ends) && freed > 0, freed > 0 && !left && decidesBySize(fn, p):
		fate = Released
	case freed > 0:
		fate = Shared
	}
	param := Param{Fate: fate}
	if fate == Released {
		for _, f := range cleared {
			param.Cleared = append(param.Cleared, f.Name())
		}
	}
	return param
}

// addSources adds which results are tied to the i'th parameter.
func (s *Summary) addSources(i int, trace *Trace) {
	for _, end := range trace.Ends {
		for j, ref := range end.Results {
			if ref == alias.None || ref == alias.Same && !always(trace, j) {
				continue
			}
			from := &s.Results[j].From
			n := slices.IndexFunc(*from, func(from Source) bool { return from.Param == i })
			if n < 0 {
				*from = append(*from, Source{i, ref})
			} else {
				(*from)[n].Ref = max((*from)[n].Ref, ref)
			}
		}
	}
}

// always reports whether the j'th result is the object, or nil, on every path. One
// that is the object on some paths, as what a search through a list returns, is
// not taken for it; memory of it is.
func always(trace *Trace, j int) bool {
	for _, end := range trace.Ends {
		ret, ok := end.At.(*ssa.Return)
		if !ok || end.Results[j] == alias.Same {
			continue
		}
		if !isNil(ret.Results[j]) && !isSlice(ret.Results[j].Type()) {
			return false
		}
	}
	return true
}

func isSlice(t types.Type) bool {
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

// decidesBySize reports whether fn, which gives p back on some paths only,
// decides by what p is (nil, too large) or by settings, rather than by a count
// or a flag that p carries. In the first case the caller has given p up all the
// same.
func decidesBySize(fn *ssa.Function, p *ssa.Parameter) bool {
	for _, b := range fn.Blocks {
		if branch, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok && readsState(branch.Cond, p, 8) {
			return false
		}
	}
	return true
}

// readsState reports whether v is computed from a number or flag stored in p, or
// from an atomic operation.
func readsState(v ssa.Value, p *ssa.Parameter, depth int) bool {
	if depth == 0 {
		return true
	}
	depth--
	switch v := v.(type) {
	case *ssa.Const, *ssa.Parameter, *ssa.Global, *ssa.FreeVar, *ssa.Function, *ssa.Alloc:
		return false
	case *ssa.UnOp:
		if v.Op == token.MUL {
			if _, basic := v.Type().Underlying().(*types.Basic); basic {
				return alias.PlaceOf(v.X).Root == p
			}
			return false
		}
		return v.Op == token.ARROW || readsState(v.X, p, depth)
	case *ssa.BinOp:
		return readsState(v.X, p, depth) || readsState(v.Y, p, depth)
	case *ssa.Phi:
		for _, e := range v.Edges {
			if readsState(e, p, depth/2) {
				return true
			}
		}
		return false
	case *ssa.Extract:
		return true // a call's second result, or what p turns out to be
	case *ssa.Call:
		callee := alias.CalleeOf(&v.Call)
		if callee.Builtin != "" {
			return false
		}
		return callee.Func == nil || !measures[callee.Func.Name()]
	case *ssa.Convert:
		return readsState(v.X, p, depth)
	case *ssa.ChangeType:
		return readsState(v.X, p, depth)
	}
	return false
}

// measures are methods that tell how large something is.
var measures = map[string]bool{"Len": true, "Cap": true, "Size": true, "Available": true, "Buffered": true, "Bits": true}
