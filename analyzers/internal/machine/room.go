package machine

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// capacity returns the capacity of a channel that is made with the given size,
// negative if the size is unknown. Such a channel has room for all that is sent: its
// size is chosen for that, be it the length of a list from which the senders' own list
// was made.
func capacity(size value) int {
	if n, ok := size.(intValue); ok {
		return int(n)
	}
	return -1
}

// maxUnbounded is how many values are kept of a channel of unknown capacity.
const maxUnbounded = 3

// kept returns how many values are kept of a channel. Where that is not its
// capacity, there is always room: nobody waits to send because a loop of more turns
// than are counted is taken to turn more often than it does.
func (ch *channelState) kept() int {
	if ch.capacity < 0 {
		return maxUnbounded
	}
	return min(ch.capacity, maxCounted)
}

// slice returns the slice that an instruction takes of an array or slice, if it takes
// all of it. Where it takes a part, what that holds is given away: it can be reached
// through the part as well as through the whole, and what is appended to the part
// shows in the whole.
func (e *explorer) slice(st *state, f *frame, instr *ssa.Slice) value {
	x := e.eval(st, e.operand(f, instr.X))
	if instr.Low == nil && instr.High == nil && instr.Max == nil {
		switch x := x.(type) {
		case pointer:
			if p, ok := instr.X.Type().Underlying().(*types.Pointer); ok && x.path == "" {
				if array, ok := p.Elem().Underlying().(*types.Array); ok && array.Len() <= maxElements {
					return slice{object: x.object, n: int(array.Len())}
				}
			}
		case slice:
			return x
		}
	}
	if mayCarry(elementOf(instr.Type())) {
		e.escape(st, x)
	}
	return nil
}

// elementOf returns the type of what stands in a slice or string.
func elementOf(t types.Type) types.Type {
	if s, ok := t.Underlying().(*types.Slice); ok {
		return s.Elem()
	}
	return types.Typ[types.Byte]
}
