package goroutineleak

import (
	"fmt"
	"go/token"
	"go/types"
	"iter"
	"path/filepath"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// replies reports channels without room that are handed over in a request for its
// answer, where who asks may stop waiting and who answers does nothing but send.
func replies(pass *analysis.Pass, funcs []*ssa.Function) {
	answers := make(map[*types.Var]*answer)
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				noteAnswer(instr, answers)
			}
		}
	}
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				made, ok := instr.(*ssa.MakeChan)
				if !ok || !isZero(made.Size) {
					continue
				}
				q, ok := questionOf(made)
				if !ok {
					continue
				}
				if a := answers[q.field]; a != nil && len(a.sends) > 0 && !a.other {
					reportReply(pass, made, q, a)
				}
			}
		}
	}
}

func reportReply(pass *analysis.Pass, made *ssa.MakeChan, q question, a *answer) {
	send, here := pass.Fset.Position(a.sends[0].Pos()), pass.Fset.Position(made.Pos())
	at := fmt.Sprintf("line %d", send.Line)
	if send.Filename != here.Filename {
		at = fmt.Sprintf("%s:%d", filepath.Base(send.Filename), send.Line)
	}
	d := analysis.Diagnostic{
		Pos:      made.Pos(),
		Category: "abandoned-reply",
		Message: fmt.Sprintf("who answers on this channel, at %s, blocks for ever if the select at line %d ends without the answer: nobody is left to receive",
			at, pass.Fset.Position(q.wait.Pos()).Line),
		Related: []analysis.RelatedInformation{
			{Pos: a.sends[0].Pos(), Message: "the answer is sent here, whether or not somebody waits for it"},
			{Pos: q.leaves, Message: "who asked leaves here without the answer"},
		},
	}
	if call := makeCall(pass, made); call != nil && len(call.Args) == 1 && len(a.sends) == 1 && !follows(a.sends[0].Block(), a.sends[0].Block()) {
		d.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "Give the channel room for the answer",
			TextEdits: []analysis.TextEdit{{Pos: call.Rparen, End: call.Rparen, NewText: []byte(", 1")}},
		}}
	}
	pass.Report(d)
}

// answer is what the package does with the channels in a struct's field that it
// takes out of there.
type answer struct {
	sends []*ssa.Send
	other bool // more than to send, to close or to compare with nil
}

// noteAnswer notes what is done with a channel that instr takes out of a field.
func noteAnswer(instr ssa.Instruction, answers map[*types.Var]*answer) {
	v, ok := instr.(ssa.Value)
	if !ok {
		return
	}
	field, ok := takenFrom(v)
	if !ok {
		return
	}
	a := answers[field]
	if a == nil {
		a = &answer{}
		answers[field] = a
	}
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Send:
			if ref.Chan == v {
				a.sends = append(a.sends, ref)
				continue
			}
		case *ssa.Call:
			if b, ok := ref.Call.Value.(*ssa.Builtin); ok && b.Name() == "close" {
				continue
			}
		case *ssa.Defer:
			if b, ok := ref.Call.Value.(*ssa.Builtin); ok && b.Name() == "close" {
				continue
			}
		case *ssa.BinOp, *ssa.DebugRef:
			continue
		}
		a.other = true
	}
}

// takenFrom returns the field that v, a channel, is taken from, if only the
// package can do that.
func takenFrom(v ssa.Value) (*types.Var, bool) {
	if !isChannel(v.Type()) {
		return nil, false
	}
	var field *types.Var
	switch v := v.(type) {
	case *ssa.UnOp:
		addr, ok := v.X.(*ssa.FieldAddr)
		if !ok || v.Op != token.MUL {
			return nil, false
		}
		field = timing.Field(addr)
	case *ssa.Field:
		if s, ok := v.X.Type().Underlying().(*types.Struct); ok {
			field = s.Field(v.Field).Origin()
		}
	}
	return field, field != nil && !field.Exported()
}

// question is the use of a channel for the answer to a request.
type question struct {
	field  *types.Var  // of the request that holds the channel
	wait   *ssa.Select // for the answer
	leaves token.Pos   // the case by which who asked may leave
}

// questionOf returns how the channel that made makes is used for an answer: it is
// put into one field and received from, and one of the receives may give up.
func questionOf(made *ssa.MakeChan) (question, bool) {
	var q question
	var receives []ssa.Instruction
	var waits []*ssa.Select
	for v := range sameChannel(made) {
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.Store:
				addr, ok := ref.Addr.(*ssa.FieldAddr)
				if !ok || ref.Val != v || q.field != nil {
					return question{}, false
				}
				q.field = timing.Field(addr)
			case *ssa.UnOp:
				receives = append(receives, ref)
			case *ssa.Select:
				for _, s := range ref.States {
					switch {
					case s.Send == v, s.Chan == v && s.Dir == types.SendOnly:
						return question{}, false
					case s.Chan == v:
						receives, waits = append(receives, ref), append(waits, ref)
					}
				}
			case *ssa.ChangeType, *ssa.DebugRef:
			default:
				return question{}, false
			}
		}
	}
	if q.field == nil {
		return question{}, false
	}
	for _, wait := range waits {
		if pos, ok := givesUp(wait, made, receives); ok {
			q.wait, q.leaves = wait, pos
			return q, true
		}
	}
	return question{}, false
}

// sameChannel yields v and its conversions to channels of one direction.
func sameChannel(v ssa.Value) iter.Seq[ssa.Value] {
	return func(yield func(ssa.Value) bool) {
		if !yield(v) {
			return
		}
		for _, ref := range *v.Referrers() {
			if c, ok := ref.(*ssa.ChangeType); ok && !yield(c) {
				return
			}
		}
	}
}

// givesUp reports whether a case of the select for time that has passed, or for
// the end of a context, leads out of the function without another receive.
func givesUp(wait *ssa.Select, made *ssa.MakeChan, receives []ssa.Instruction) (token.Pos, bool) {
	if !wait.Blocking {
		return token.NoPos, false
	}
	receiving := map[*ssa.BasicBlock]bool{made.Block(): true}
	for _, r := range receives {
		receiving[r.Block()] = true
	}
	for i, s := range wait.States {
		if s.Dir != types.RecvOnly || !isTimeout(s.Chan) {
			continue
		}
		if target := ssabuild.CaseBlock(wait, i); target != nil && returnsPast(target, receiving) {
			return s.Pos, true
		}
	}
	return token.NoPos, false
}

// returnsPast reports whether the function can return from b without passing
// through one of the blocks in between.
func returnsPast(b *ssa.BasicBlock, between map[*ssa.BasicBlock]bool) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	var visit func(b *ssa.BasicBlock) bool
	visit = func(b *ssa.BasicBlock) bool {
		if seen[b] || between[b] {
			return false
		}
		seen[b] = true
		if _, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok {
			return true
		}
		for _, succ := range b.Succs {
			if visit(succ) {
				return true
			}
		}
		return false
	}
	return visit(b)
}

// isTimeout reports whether ch is the channel of a timer or of a context's end:
// they say nothing of whether who answers is still there.
func isTimeout(ch ssa.Value) bool {
	switch ch := ch.(type) {
	case *ssa.Call:
		if ch.Call.IsInvoke() {
			return ch.Call.Method.Name() == "Done" && timing.IsNamed(ch.Call.Value.Type(), "context", "Context")
		}
		callee := timing.Callee(ch)
		return callee != nil && callee.FullName() == "time.After"
	case *ssa.UnOp:
		addr, ok := ch.X.(*ssa.FieldAddr)
		return ok && ch.Op == token.MUL && timing.IsNamed(timing.Deref(addr.X.Type()), "time", "Timer")
	}
	return false
}

func isZero(size ssa.Value) bool {
	k, ok := size.(*ssa.Const)
	return ok && k.Value != nil && k.Int64() == 0
}

func isChannel(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}
