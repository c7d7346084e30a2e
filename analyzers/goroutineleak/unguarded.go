package goroutineleak

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/ssabuild"
	"github.com/gomend/gomend/analyzers/internal/timing"
)

// fieldChannel is what the package does with the channels in a struct's field.
type fieldChannel struct {
	sends    []*ssa.Send   // that wait for nothing else
	receives []*ssa.Select // that also wait for a sign to end, and then end
	other    bool          // it is received from, or used, in another way
	guarded  bool          // elsewhere a send watches for the sign
	buffered bool
	made     bool
}

// unguarded reports sends on a channel in a field whose only receiver is a loop
// that ends on a sign which this sender, unlike another, does not watch.
func unguarded(pass *analysis.Pass, funcs []*ssa.Function) {
	fields := make(map[*types.Var]*fieldChannel)
	var order []*types.Var
	at := func(v ssa.Value) *fieldChannel {
		field, ok := channelField(v)
		if !ok {
			return nil
		}
		if fields[field] == nil {
			fields[field] = &fieldChannel{}
			order = append(order, field)
		}
		return fields[field]
	}
	for _, fn := range funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				noteUse(instr, at)
			}
		}
	}
	for _, field := range order {
		c := fields[field]
		if field.Exported() || !c.made || !c.guarded || c.buffered || c.other || len(c.receives) == 0 {
			continue
		}
		for _, send := range c.sends {
			if sameFunction(send, c.receives) || inTestFile(pass, send.Pos()) {
				continue // a test knows when it ends the loop
			}
			pass.Report(analysis.Diagnostic{
				Pos:      send.Pos(),
				Category: "unguarded-send",
				Message:  fmt.Sprintf("this send blocks for ever once the loop that receives from %s has ended; the sender does not watch for that", field.Name()),
				Related: []analysis.RelatedInformation{{
					Pos:     c.receives[0].Pos(),
					Message: "the loop ends by another case of this select",
				}},
			})
		}
	}
}

// channelField returns the field that a channel was loaded from.
func channelField(v ssa.Value) (*types.Var, bool) {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil, false
	}
	addr, ok := load.X.(*ssa.FieldAddr)
	if !ok {
		return nil, false
	}
	field := timing.Field(addr)
	return field, field != nil && isChannel(field.Type())
}

func isChannel(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

// noteUse notes what instr does with a channel in a field.
func noteUse(instr ssa.Instruction, at func(ssa.Value) *fieldChannel) {
	switch instr := instr.(type) {
	case *ssa.Send:
		if c := at(instr.Chan); c != nil {
			c.sends = append(c.sends, instr)
		}
		if c := at(instr.X); c != nil {
			c.other = true
		}
	case *ssa.Select:
		for i, s := range instr.States {
			c := at(s.Chan)
			if c == nil {
				continue
			}
			if s.Dir == types.SendOnly {
				c.guarded = c.guarded || watches(instr)
				continue
			}
			if instr.Blocking && endsBySign(instr, i) {
				c.receives = append(c.receives, instr)
			} else {
				c.other = true
			}
		}
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			if c := at(instr.X); c != nil {
				c.other = true
			}
		}
	case *ssa.Store:
		noteStore(instr, at)
	case *ssa.Call:
		for _, arg := range instr.Call.Args {
			if c := at(arg); c != nil {
				c.other = true
			}
		}
	case *ssa.Return:
		for _, r := range instr.Results {
			if c := at(r); c != nil {
				c.other = true
			}
		}
	case *ssa.MakeClosure, *ssa.Phi, *ssa.MakeInterface:
		for _, operand := range instr.Operands(nil) {
			if c := at(*operand); c != nil {
				c.other = true
			}
		}
	}
}

// noteStore notes a channel that is put into a field, and one that is taken out
// of a field to be kept elsewhere.
func noteStore(store *ssa.Store, at func(ssa.Value) *fieldChannel) {
	if c := at(store.Val); c != nil {
		c.other = true
	}
	addr, ok := store.Addr.(*ssa.FieldAddr)
	if !ok {
		return
	}
	if field := timing.Field(addr); field == nil || !isChannel(field.Type()) {
		return
	}
	// A load that is never executed stands for the field.
	c := at(&ssa.UnOp{Op: token.MUL, X: addr})
	if made, ok := store.Val.(*ssa.MakeChan); ok {
		c.made = true
		size, ok := made.Size.(*ssa.Const)
		c.buffered = c.buffered || !ok || size.Value == nil || constant.Sign(size.Value) != 0
		return
	}
	if k, ok := store.Val.(*ssa.Const); ok && k.IsNil() {
		return
	}
	c.other = true
}

// endsBySign reports whether a case of the select other than the given one
// receives a sign to end, such as a context's Done, after which the function
// returns without coming back to the select.
func endsBySign(sel *ssa.Select, than int) bool {
	for i, s := range sel.States {
		if i == than || s.Dir != types.RecvOnly || !isSign(s.Chan) {
			continue
		}
		if target := ssabuild.CaseBlock(sel, i); target != nil && !follows(target, sel.Block()) && target != sel.Block() {
			return true
		}
	}
	return false
}

// watches reports whether a select has a case for a sign to end.
func watches(sel *ssa.Select) bool {
	for _, s := range sel.States {
		if s.Dir == types.RecvOnly && isSign(s.Chan) {
			return true
		}
	}
	return false
}

// isSign reports whether ch carries no values, as channels do that are closed
// to say that something ends.
func isSign(ch ssa.Value) bool {
	c, ok := ch.Type().Underlying().(*types.Chan)
	if !ok {
		return false
	}
	st, ok := c.Elem().Underlying().(*types.Struct)
	return ok && st.NumFields() == 0
}

func sameFunction(send *ssa.Send, receives []*ssa.Select) bool {
	for _, r := range receives {
		if r.Parent() == send.Parent() {
			return true
		}
	}
	return false
}
