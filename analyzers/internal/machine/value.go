package machine

import (
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ssa"
)

// A value is what the machine knows of an SSA value. The types below are all
// there are.
type value any

type (
	intValue  int64
	boolValue bool
	nilValue  struct{}

	// symbol is an unknown value with an identity.
	symbol int32

	// negation is the negation of an unknown boolean.
	negation symbol

	// pointer is the address of a part of an object of the heap.
	pointer struct {
		object int32
		path   string // "" or a sequence of ".N" and "[N]"
	}

	// slice is a slice over the first n elements of an object of the heap.
	slice struct {
		object int32
		n      int
	}

	channel int32 // index into state.channels
	context int32 // index into state.contexts
	cancel  int32 // the cancel function of the context

	// background is a context that is never done.
	background struct{}

	// iteration is a range over a map, at the given turn.
	iteration struct {
		over symbol
		turn int
	}

	// errorValue is an error that is not nil, by where it comes from.
	errorValue string

	// boxed is a value in an interface, with its dynamic type.
	boxed struct {
		dynamic types.Type
		value   value
	}
)

// closure is a function with what it captured.
type closure struct {
	fn    *ssa.Function
	binds []value
}

// aggregate is a struct or array value; absent parts are zero.
type aggregate struct {
	parts map[string]value
}

// tuple is the result of a call that returns several values, or of an
// instruction with an ok.
type tuple []value

// known reports whether v is more than an unknown value: something that the
// machine can follow.
func known(v value) bool {
	switch v.(type) {
	case nil, symbol, negation:
		return false
	}
	return true
}

// carries reports whether v is or holds something that goroutines wait for,
// or the means to reach it.
func carries(v value) bool {
	switch v := v.(type) {
	case pointer, slice, channel, cancel, *closure:
		if c, ok := v.(*closure); ok {
			return slices.ContainsFunc(c.binds, carries)
		}
		return true
	case boxed:
		return carries(v.value)
	case *aggregate:
		for _, part := range v.parts {
			if carries(part) {
				return true
			}
		}
	case tuple:
		return slices.ContainsFunc(v, carries)
	}
	return false
}

// symbols interns unknown values by what they are made of, so that the same
// expression over the same unknowns is the same unknown.
type symbols struct {
	byKey map[string]symbol
	all   []expression
}

// expression is how a symbol is made. Leaves have no operator.
type expression struct {
	op   token.Token // comparison or arithmetic; ILLEGAL for leaves and others
	x, y value
	of   []symbol // the leaves it depends on, sorted

	length   bool // it is the length of something
	kept     bool // it is state that the program keeps itself
	constant bool // it is a constant that is known only by identity
	text     bool // it is a constant string: another one is another string
}

func (s *symbols) leaf(key string) symbol {
	if id, ok := s.byKey[key]; ok {
		return id
	}
	id := symbol(len(s.all))
	s.byKey[key] = id
	s.all = append(s.all, expression{of: []symbol{id}})
	return id
}

// fixed returns the symbol of a constant that is known only by identity.
func (s *symbols) fixed(key string) symbol {
	id := s.leaf(key)
	s.all[id].constant = true
	return id
}

// text returns the symbol of a constant string, given in Go's syntax.
func (s *symbols) text(quoted string) symbol {
	id := s.fixed("const:" + quoted)
	s.all[id].text = true
	return id
}

// texts reports whether x and y are constant strings.
func (s *symbols) texts(x, y value) bool {
	a, ok1 := x.(symbol)
	b, ok2 := y.(symbol)
	return ok1 && ok2 && s.all[a].text && s.all[b].text
}

// derived returns the symbol for something computed from operands in a way
// that key names, such as a field of an unknown struct.
func (s *symbols) derived(key string, operands ...value) symbol {
	buf := append([]byte(nil), key...)
	for _, v := range operands {
		buf = append(buf, '|')
		buf = appendKey(buf, v)
	}
	if id, ok := s.byKey[string(buf)]; ok {
		return id
	}
	id := symbol(len(s.all))
	s.byKey[string(buf)] = id
	s.all = append(s.all, expression{of: s.leaves(operands)})
	return id
}

func (s *symbols) binary(op token.Token, x, y value) symbol {
	id := s.derived(op.String(), x, y)
	s.all[id].op, s.all[id].x, s.all[id].y = op, x, y
	return id
}

func (s *symbols) leaves(operands []value) []symbol {
	var of []symbol
	for _, v := range operands {
		switch v := v.(type) {
		case symbol:
			of = append(of, s.all[v].of...)
		case negation:
			of = append(of, s.all[v].of...)
		}
	}
	slices.Sort(of)
	return slices.Compact(of)
}

// appendKey appends a text that identifies v within one exploration.
func appendKey(buf []byte, v value) []byte {
	switch v := v.(type) {
	case nil:
		return append(buf, '?')
	case intValue:
		return strconv.AppendInt(append(buf, 'i'), int64(v), 10)
	case boolValue:
		return strconv.AppendBool(buf, bool(v))
	case nilValue:
		return append(buf, "nil"...)
	case symbol:
		return strconv.AppendInt(append(buf, 's'), int64(v), 10)
	case negation:
		return strconv.AppendInt(append(buf, '!'), int64(v), 10)
	case pointer:
		return append(strconv.AppendInt(append(buf, 'P'), int64(v.object), 10), v.path...)
	case channel:
		return strconv.AppendInt(append(buf, 'C'), int64(v), 10)
	case iteration:
		buf = strconv.AppendInt(append(buf, 'R'), int64(v.over), 10)
		return strconv.AppendInt(append(buf, '.'), int64(v.turn), 10)
	}
	return fmt.Appendf(buf, "%T%v", v, v)
}

// constantValue returns what the machine knows of a constant: small integers,
// booleans and nil; strings only by which they are, and numbers of other kinds
// by identity.
func (e *explorer) constantValue(c *ssa.Const) value {
	if c.Value == nil {
		switch c.Type().Underlying().(type) {
		case *types.Struct, *types.Array:
			return &aggregate{}
		}
		if _, ok := types.Unalias(c.Type()).(*types.TypeParam); ok {
			return e.symbols.leaf("zero:" + c.Type().String())
		}
		return nilValue{}
	}
	switch c.Value.Kind() {
	case constant.Bool:
		return boolValue(constant.BoolVal(c.Value))
	case constant.Int:
		if n, ok := constant.Int64Val(c.Value); ok {
			return intValue(n)
		}
	case constant.String:
		return e.symbols.text(c.Value.ExactString())
	}
	return e.symbols.fixed("const:" + c.Value.ExactString())
}

// zero returns the zero value of a type, nil if only its identity matters.
func (e *explorer) zero(t types.Type) value {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case t.Info()&types.IsBoolean != 0:
			return boolValue(false)
		case t.Info()&types.IsInteger != 0:
			return intValue(0)
		case t.Info()&types.IsString != 0:
			return e.symbols.text(`""`)
		case t.Kind() == types.UnsafePointer:
			return nilValue{}
		}
		return e.symbols.fixed("zero:" + t.Name())
	case *types.Struct, *types.Array:
		return &aggregate{}
	case *types.Interface:
		return nilValue{}
	}
	return nilValue{}
}
