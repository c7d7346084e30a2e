package poolmisuse

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/alias"
	"github.com/gomend/gomend/analyzers/internal/follow"
)

// lifecycle reports what is wrong with the life of one object: it is used, or
// put back again, after it was put back; it is put back while something else
// still has it, or still holding what it was lent.
func (r *reporter) lifecycle(trace *follow.Trace) {
	for _, use := range trace.Uses {
		r.use(use)
	}
	for _, rel := range trace.Releases {
		if rel.Before != nil {
			r.doublePut(rel)
		}
		if len(rel.Running) > 0 && !isChan(strip(rel.Arg).Type()) {
			r.putWhileShared(rel)
		}
		if rel.Note == resetToUser && isPoolPut(rel.At) {
			r.dirtyPut(rel)
		}
	}
	for _, end := range trace.Ends {
		if end.Freed != nil {
			for _, left := range end.Left {
				r.left(*end.Freed, left, end.Failed)
			}
		}
	}
}

// isChan reports whether t is a channel: one that is pooled is there to be shared.
func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

func (r *reporter) use(use follow.Use) {
	put := related(r.start(use.After), "put back here")
	if use.After.Deferred != nil {
		put = related(use.After.Deferred.Pos(), "put back when the function returns")
	}
	if _, ok := use.At.(*ssa.Go); ok {
		r.add("escapes", r.pos(use.At), "a goroutine gets an object that was already put back into its pool: "+
			"two users of the pool write to the same memory; put it back when the goroutine is done", put)
		return
	}
	what, mend := "an object is used", "use it before the Put"
	switch {
	case isPart(use.Value):
	case use.Ref == alias.Inside:
		what, mend = "memory of a pooled object is used", "copy what is needed before the Put"
	case use.Ref <= alias.View:
		what, mend = "what holds memory of a pooled object is used", "copy what is needed before the Put"
	}
	if _, ok := use.At.(*ssa.Return); ok {
		what = strings.Replace(what, "is used", "is returned", 1)
	}
	d := r.add("use-after-put", r.pos(use.At), fmt.Sprintf("%s after it was put back into its pool: "+
		"whoever takes it next overwrites it, so data of two requests mix; %s", what, mend), put)
	if d != nil {
		d.SuggestedFixes = r.cloneResult(use)
	}
}

// isPart reports whether v is a pointer to a part of an object, which one uses
// by using the object.
func isPart(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.FieldAddr, *ssa.IndexAddr:
		return true
	}
	return false
}

func (r *reporter) doublePut(rel follow.Release) {
	first := r.start(*rel.Before)
	pos := r.start(rel.Giving)
	if rel.Deferred != nil && rel.Before.Deferred == nil {
		// The explicit Put is the one too many.
		first, pos = pos, first
	}
	r.add("double-put", pos, fmt.Sprintf("%s is put back twice on one path: the pool hands it out twice, "+
		"and two goroutines write to the same memory; put it back once", r.name(rel.Giving, rel.Arg)),
		related(first, "also put back here"))
}

func (r *reporter) putWhileShared(rel follow.Release) {
	var others []analysis.RelatedInformation
	who := "a goroutine"
	for _, share := range rel.Running {
		message := "the goroutine that has it"
		switch share.At.(type) {
		case *ssa.Send, *ssa.Select:
			who, message = "who receives it from a channel", "sent here"
		}
		others = append(others, related(r.pos(share.At), message))
	}
	r.add("escapes", r.start(rel.Giving), fmt.Sprintf("%s is put back while %s may still use it: "+
		"the next user of the pool writes to the same memory; let the last user put it back, or wait for it first",
		r.name(rel.Giving, rel.Arg), who), others...)
}

// left reports a package variable or field that still refers to an object that
// was put back. Where something failed, the object of the field is given up as a
// rule, and nobody reads the field again.
func (r *reporter) left(put follow.Giving, left follow.Left, failed bool) {
	if left.Store == nil {
		return // see closeTwice
	}
	kind, where := "stale-field", "a field"
	switch root := left.Place.Root.(type) {
	case *ssa.Global:
		kind, where = "escapes", root.Name()
	case *ssa.Alloc:
		return // a variable of the function around a function literal
	}
	if failed && kind == "stale-field" {
		return
	}
	what := "refers to an object"
	if left.Ref == alias.Inside {
		what = "refers to memory of an object"
	}
	r.add(kind, r.pos(left.Store), fmt.Sprintf("%s still %s that is put back into its pool: "+
		"who reads it later sees what another user of the pool writes; copy the data, or clear it before the Put", where, what),
		related(r.start(put), "put back here"))
}

// closeTwice reports a Close method that puts a field of its receiver back and
// leaves it set, so that a second Close puts the same object back again.
func (r *reporter) closeTwice(fn *ssa.Function, trace *follow.Trace) {
	if fn.Name() != "Close" || fn.Signature.Recv() == nil || len(fn.Params) != 1 || fn.Signature.Results().Len() != 1 {
		return // of what is no io.Closer, one owner knows when to end it
	}
	for _, end := range trace.Ends {
		if end.Freed == nil {
			continue
		}
		for _, left := range end.Left {
			if left.Store != nil || left.Place.Root != ssa.Value(fn.Params[0]) || guarded(fn, left.Place) || r.closeSeen[fn] {
				continue
			}
			r.closeSeen[fn] = true
			r.add("close-twice", r.start(*end.Freed), "Close puts a field back into the pool and leaves it set: "+
				"a second Close, which callers of io.Closer do make, puts the same object back again, and methods called after Close use what others have; "+
				"set the field to nil")
		}
	}
}

// guarded reports whether fn looks at state of its receiver, other than the
// field itself, before it decides what to do: a closed flag, a sync.Once.
func guarded(fn *ssa.Function, field alias.Place) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			switch instr := instr.(type) {
			case *ssa.If:
				if readsReceiver(instr.Cond, fn.Params[0], field, 6) {
					return true
				}
			case ssa.CallInstruction:
				callee := alias.CalleeOf(instr.Common())
				if callee.Func != nil && callee.Func.Pkg() != nil && strings.HasPrefix(callee.Func.Pkg().Path(), "sync") && !isPoolPut(instr) {
					return true
				}
			}
		}
	}
	return false
}

func readsReceiver(v ssa.Value, recv *ssa.Parameter, field alias.Place, depth int) bool {
	if depth == 0 {
		return false
	}
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.MUL {
			p := alias.PlaceOf(v.X)
			return p.Root == ssa.Value(recv) && p != field
		}
		return readsReceiver(v.X, recv, field, depth-1)
	case *ssa.BinOp:
		return readsReceiver(v.X, recv, field, depth-1) || readsReceiver(v.Y, recv, field, depth-1)
	case *ssa.Phi:
		return slices.ContainsFunc(v.Edges, func(e ssa.Value) bool { return readsReceiver(e, recv, field, depth-1) })
	case *ssa.Call:
		return slices.Contains(alias.CalleeOf(&v.Call).Args, ssa.Value(recv))
	}
	return false
}

func (r *reporter) dirtyPut(rel follow.Release) {
	pos := r.start(rel.Giving)
	if rel.Deferred != nil {
		pos = rel.Deferred.Pos()
	}
	name := r.name(rel.Giving, rel.Arg)
	d := r.add("dirty-put", pos, fmt.Sprintf("%s goes back into the pool still holding what it was reset to: "+
		"the pool keeps that buffer, connection or request alive; Reset it to nil or io.Discard before the Put", name))
	if d != nil {
		d.SuggestedFixes = r.resetFirst(rel, name)
	}
}

// isPoolPut reports whether a call is to sync.Pool's Put itself.
func isPoolPut(call ssa.CallInstruction) bool {
	fn := alias.CalleeOf(call.Common()).Func
	return fn != nil && fn.FullName() == "(*sync.Pool).Put"
}
