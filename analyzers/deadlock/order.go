package deadlock

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// reportOrders reports the pairs of locks that are taken in both orders.
func (p *program) reportOrders() {
	edges := p.edgesByClasses()
	var reports []inversion
	for key, there := range edges {
		if key.from >= key.to {
			continue
		}
		if inv, ok := p.inversion(there, edges[classPair{key.to, key.from}]); ok {
			reports = append(reports, inv)
		}
	}
	slices.SortFunc(reports, func(a, b inversion) int { return cmp.Compare(a.one.stands(), b.one.stands()) })
	for _, inv := range reports {
		p.reportInversion(inv)
	}
}

type classPair struct{ from, to access.Class }

// An inversion is two places that take two locks in different orders.
type inversion struct{ one, other edge }

func (p *program) edgesByClasses() map[classPair][]edge {
	edges := make(map[classPair][]edge)
	for _, fn := range p.fns {
		rec := p.records[fn]
		if rec == nil || p.inTest(fn.Pos()) {
			continue // a test holds locks to look, while nothing else runs
		}
		for _, e := range rec.edges {
			from, to := e.held.Path.Class(), e.taken.Path.Class()
			if e.maybe && (e.place.comesAgain(fn, e.at) || p.maybeTaken(e.held)) || p.byMistake(e.held) || takenOut(e.held) {
				continue
			}
			if from == "" || to == "" || from == to || isLocal(e.held.Path, fn) || isLocal(e.taken.Path, fn) {
				continue
			}
			edges[classPair{from, to}] = append(edges[classPair{from, to}], e)
		}
	}
	return edges
}

// isLocal reports whether a lock belongs to an object that fn makes itself.
func isLocal(p access.Path, fn *ssa.Function) bool {
	alloc, ok := p.Root().(*ssa.Alloc)
	return ok && alloc.Parent() == fn && p.Direct()
}

// maybeTaken reports whether a lock was taken by a call that can mean several
// functions.
func (p *program) maybeTaken(h hold) bool {
	call, ok := h.by.(ssa.CallInstruction)
	return ok && !isLockCall(call) && !p.isSure(call)
}

// takenOut reports whether a lock is that of an object which the function took out
// of its map before: nobody else comes to it by the way of the map any more.
func takenOut(h hold) bool {
	if !h.Path.IsElement() {
		return false
	}
	for call := range calls(h.by.Parent()) {
		b, ok := call.Common().Value.(*ssa.Builtin)
		if !ok || b.Name() != "delete" || !mustComeBefore(call, h.by) {
			continue
		}
		args := call.Common().Args
		if m, ok := access.Of(args[0]); ok && !m.IsElement() && h.Path.Within(m.Element(args[1])) {
			return true
		}
	}
	return false
}

// inversion returns the two most certain places of two lists that can wait for
// each other.
func (p *program) inversion(one, other []edge) (inversion, bool) {
	var best inversion
	found := false
	for _, a := range one {
		for _, b := range other {
			if !a.held.Mode.conflicts(b.taken.Mode) || !a.taken.Mode.conflicts(b.held.Mode) || p.gated(a, b) {
				continue
			}
			if ofOtherKinds(a.held.by, b.at) || ofOtherKinds(b.held.by, a.at) {
				continue
			}
			inv := inversion{a, b}
			if !a.maybe && !b.maybe && (!p.isLikely(a) || !p.isLikely(b)) {
				continue
			}
			if inv.other.stands() < inv.one.stands() {
				inv = inversion{b, a}
			}
			if !found || inv.rank() < best.rank() {
				best, found = inv, true
			}
		}
	}
	return best, found
}

// ofOtherKinds reports whether two calls take locks of which it is told that they are
// not the same: those that objects of two types embed, each with what has the lock.
func ofOtherKinds(a, b ssa.Instruction) bool {
	one, other := embedder(a), embedder(b)
	return one != nil && other != nil && one != other
}

// embedder returns the type of the object that embeds the one whose lock a call takes,
// or whose method it calls; nil if the call does not come to it by the way of one.
func embedder(instr ssa.Instruction) *types.TypeName {
	call, ok := instr.(ssa.CallInstruction)
	if !ok || len(call.Common().Args) == 0 {
		return nil
	}
	v := call.Common().Args[0]
	if isLockCall(call) {
		lock, ok := v.(*ssa.FieldAddr)
		if !ok {
			return nil
		}
		v = lock.X
	}
	var outermost *types.TypeName
	for {
		if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
			v = load.X
		}
		field, ok := v.(*ssa.FieldAddr)
		if !ok || !timing.Field(field).Embedded() {
			return outermost
		}
		outermost, v = ownerOf(field.X), field.X
	}
}

// related reports whether both locks are reached from one object, so that the
// lock taken is not just any of its kind.
func (e edge) related() bool {
	return e.held.Path.SameRoot(e.taken.Path) || e.held.Path.IsGlobal() || e.taken.Path.IsGlobal()
}

// told reports whether both locks are reached from one object, and it is told from
// which: one of a new object, taken by its maker, nobody else waits for.
func (e edge) told() bool {
	return e.related() && e.held.Path.Rooted() && e.taken.Path.Rooted()
}

// isLikely reports whether both locks are reached from one object, or one of them
// belongs to an element of an object from which, or from one of whose type, the
// other is reached, or the one is taken by a function that was stored with the
// other. Of others it is too little that they are of the same types.
func (p *program) isLikely(e edge) bool {
	return e.related() || e.callsBack() || p.isDrawn(e.held.Path.Root(), e.taken.Path, maxDrawn) || p.isDrawn(e.taken.Path.Root(), e.held.Path, maxDrawn)
}

// callsBack reports whether the second lock is taken in a function that is stored
// in the object that has the first, or in one that it is reached from.
func (e edge) callsBack() bool {
	call, ok := e.at.(ssa.CallInstruction)
	if !ok {
		return false
	}
	return slices.ContainsFunc(append([]ssa.Value{call.Common().Value}, call.Common().Args...), func(v ssa.Value) bool {
		stored, ok := access.Of(v)
		return ok && isFunc(v.Type()) && stored.Steps() != "" && stored.SameRoot(e.held.Path)
	})
}

// maxDrawn bounds how far up the callers are looked at for where an object is from.
const maxDrawn = 2

// isDrawn reports whether v is an element of an object of the type from which a
// lock is reached: where it is found or, if it is a parameter, at some call.
func (p *program) isDrawn(v ssa.Value, lock access.Path, up int) bool {
	owner := ownerOf(lock.Root())
	if v == nil || owner == nil {
		return false
	}
	if from, ok := elementOf(v); ok {
		return ownerOf(from) == owner
	}
	param, ok := v.(*ssa.Parameter)
	if !ok || up == 0 {
		return false
	}
	i := slices.Index(param.Parent().Params, param)
	for _, s := range p.callers[param.Parent()] {
		for _, t := range p.targets[s.call] {
			if t.fn == param.Parent() && i < len(t.values) && p.isDrawn(t.values[i], lock, up-1) {
				return true
			}
		}
	}
	return false
}

// elementOf returns the object from whose arrays, slices or maps v is taken.
func elementOf(v ssa.Value) (ssa.Value, bool) {
	element := false
	for range 16 {
		switch w := v.(type) {
		case *ssa.Extract:
			if next, ok := w.Tuple.(*ssa.Next); ok {
				v, element = next.Iter.(*ssa.Range).X, true
				continue
			}
			if lookup, ok := w.Tuple.(*ssa.Lookup); ok {
				v, element = lookup.X, true
				continue
			}
		case *ssa.Lookup:
			v, element = w.X, true
			continue
		case *ssa.Index:
			v, element = w.X, true
			continue
		case *ssa.IndexAddr:
			v, element = w.X, true
			continue
		case *ssa.UnOp:
			if w.Op == token.MUL {
				v = w.X
				continue
			}
		case *ssa.FieldAddr:
			if element {
				v = w.X
				continue
			}
		}
		break
	}
	return v, element
}

// ownerOf returns the declared type of what v points to; nil if it has none.
func ownerOf(v ssa.Value) *types.TypeName {
	if v == nil {
		return nil
	}
	t := types.Unalias(v.Type())
	for {
		ptr, ok := t.(*types.Pointer)
		if !ok {
			break
		}
		t = types.Unalias(ptr.Elem())
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj()
	}
	return nil
}

func (e edge) stands() token.Pos { return e.place.pos }

// rank orders inversions: those through fewer uncertain calls first.
func (inv inversion) rank() int {
	n := 0
	for _, e := range []edge{inv.one, inv.other} {
		if e.maybe {
			n += 4
		}
		if !e.related() {
			n += 2
		}
		if e.place.pos != e.at.Pos() {
			n++
		}
	}
	return n
}

// gated reports whether a third lock keeps the two places apart.
func (p *program) gated(a, b edge) bool {
	held := p.around(a)
	for _, class := range p.around(b) {
		if slices.Contains(held, class) {
			return true
		}
	}
	return false
}

// around returns the classes of the other locks that are held at an edge.
func (p *program) around(e edge) []access.Class {
	return slices.Concat(e.others, p.entry()[e.fn], p.lentTo(e.fn))
}

// lentTo returns the classes of locks that fn releases for its callers in each of
// its ways, so that it is called with them.
func (p *program) lentTo(fn *ssa.Function) []access.Class {
	var classes []access.Class
	for i, o := range p.summaries[fn].outcomes() {
		var owed []access.Class
		for _, l := range o.Owed {
			if c := l.Path.Class(); c != "" && (i == 0 || slices.Contains(classes, c)) {
				owed = append(owed, c)
			}
		}
		classes = owed
	}
	return classes
}

// entry returns, for each function, the classes of locks that all of its callers
// hold.
func (p *program) entry() map[*ssa.Function][]access.Class {
	if p.entries != nil {
		return p.entries
	}
	p.entries = make(map[*ssa.Function][]access.Class)
	known := make(map[*ssa.Function]bool) // others may yet be called with anything
	for _, fn := range p.fns {
		if !p.allCallersKnown(fn) {
			known[fn] = true
		}
	}
	for changed, round := true, 0; changed && round < 16; round++ {
		changed = false
		for _, fn := range p.fns {
			if !p.allCallersKnown(fn) {
				continue
			}
			classes, ok := p.heldByCallers(fn, known)
			if ok && (!known[fn] || !slices.Equal(classes, p.entries[fn])) {
				p.entries[fn], known[fn] = classes, true
				changed = true
			}
		}
	}
	return p.entries
}

// allCallersKnown reports whether fn is called by the package alone, and where.
func (p *program) allCallersKnown(fn *ssa.Function) bool {
	if len(p.callers[fn]) == 0 || fn.Parent() == nil && ast.IsExported(fn.Name()) {
		return false
	}
	return true
}

// heldByCallers returns the classes that are held at every call of fn whose
// caller is known. It reports false if none is.
func (p *program) heldByCallers(fn *ssa.Function, known map[*ssa.Function]bool) ([]access.Class, bool) {
	var common []access.Class
	any := false
	for _, s := range p.callers[fn] {
		if !known[s.caller] {
			continue
		}
		held := p.heldAt(s)
		if !any {
			common, any = held, true
			continue
		}
		common = slices.DeleteFunc(slices.Clone(common), func(c access.Class) bool { return !slices.Contains(held, c) })
	}
	return common, any
}

// heldAt returns the classes of locks that are held at a call.
func (p *program) heldAt(s site) []access.Class {
	if _, ok := s.call.(*ssa.Go); ok {
		return nil
	}
	var classes []access.Class
	if rec := p.records[s.caller]; rec != nil {
		for _, h := range rec.held[s.call] {
			if c := h.Path.Class(); c != "" {
				classes = append(classes, c)
			}
		}
	}
	for _, c := range slices.Concat(p.entries[s.caller], p.lentTo(s.caller)) {
		if !slices.Contains(classes, c) {
			classes = append(classes, c)
		}
	}
	slices.Sort(classes)
	return classes
}

func (p *program) reportInversion(inv inversion) {
	one, other := inv.one, inv.other
	kind := kindLockOrder
	switch {
	case one.maybe || other.maybe:
		kind = kindMaybeOrder
	case !one.told() || !other.told():
		kind = kindLikelyOrder
	}
	d := analysis.Diagnostic{
		Pos:      one.stands(),
		Category: kind,
		Message: fmt.Sprintf("%s locks %s%s while it holds %s, and %s locks them in the other order%s: when both run, each can wait for the other for ever",
			one.fn.Name(), name(one.taken), one.via(), name(one.held.lock), other.fn.Name(), other.via()),
		Related: []analysis.RelatedInformation{{Pos: one.held.by.Pos(), Message: name(one.held.lock) + " is locked here"}},
	}
	d.Related = append(d.Related, one.place.steps(one.fn, one.at)...)
	d.Related = append(d.Related,
		analysis.RelatedInformation{Pos: other.held.by.Pos(), Message: "in the other order: " + name(other.held.lock) + " is locked here"},
		analysis.RelatedInformation{Pos: other.stands(), Message: "and " + name(other.taken) + " here"})
	d.Related = append(d.Related, other.place.steps(other.fn, other.at)...)
	p.pass.Report(d)
}

// via tells by the way of which functions the second lock is taken.
func (e edge) via() string {
	if names := e.place.chain(e.at); len(names) > 0 {
		return e.place.inside() + " through " + strings.Join(names, ", ")
	}
	return e.place.inside()
}

// name returns a lock's name for messages: its path, or its class if that is all
// that is known.
func name(l lock) string {
	if l.Path.Rooted() {
		return l.Path.String()
	}
	return l.Path.Class().Short()
}
