package deadlock

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/gomend/gomend/analyzers/internal/access"
)

// A term is a side of a condition: a constant, or a value by its access path.
type term struct {
	Path    access.Path `json:"p,omitzero"`
	Literal string      `json:"l,omitempty"` // the constant, "nil" included
	Result  int         `json:"r,omitempty"` // 1 plus the index of a result, in an outcome
}

// A cond is a condition in a normal form: x op y with op one of ==, < and <=,
// or, with op ILLEGAL, the truth of x. Two conditions in the same form are of
// one outcome, as long as nothing they read was written in between.
type cond struct {
	Op token.Token `json:"o,omitempty"`
	X  term        `json:"x,omitzero"`
	Y  term        `json:"y,omitzero"`
}

// A fact is the outcome of a condition on the paths that lead somewhere. Many
// states share the condition, which is large and is never changed.
type fact struct {
	Cond *cond `json:"c"`
	True bool  `json:"t,omitempty"`
}

// on returns the fact with another left side.
func (f fact) on(x term) fact {
	return fact{&cond{f.Cond.Op, x, f.Cond.Y}, f.True}
}

func (c *cond) equals(d *cond) bool { return c == d || *c == *d }

var literalNil = term{Literal: "nil"}

// termOf returns the term for a value; it reports false if the value has none.
func termOf(v ssa.Value) (term, bool) {
	switch v := v.(type) {
	case *ssa.Const:
		if v.Value == nil {
			return literalNil, true
		}
		return term{Literal: v.Value.ExactString()}, true
	case *ssa.MakeInterface:
		if c, ok := v.X.(*ssa.Const); ok && c.Value != nil {
			return term{Literal: c.Value.ExactString()}, true
		}
	case *ssa.Extract:
		if assert, ok := v.Tuple.(*ssa.TypeAssert); ok && v.Index == 1 {
			p, ok := access.Of(assert.X)
			return term{Path: p, Literal: typeLiteral(assert.AssertedType)}, ok
		}
	case *ssa.Call:
		// The length of what has a path is as stable as the path.
		if b, ok := v.Call.Value.(*ssa.Builtin); ok && b.Name() == "len" {
			if p, ok := access.Of(v.Call.Args[0]); ok {
				return term{Path: p, Literal: "len"}, true
			}
		}
	}
	p, ok := access.Of(v)
	return term{Path: p}, ok
}

// isType begins the literal of a term that is true where an interface holds a
// value of the type that follows, one that is not an interface itself.
const isType = "is "

// typeLiteral returns the literal that, with the path of an interface, says what is
// asserted of its value.
func typeLiteral(t types.Type) string {
	if types.IsInterface(t) {
		return "does " + t.String()
	}
	return isType + t.String()
}

// excludes reports whether two conditions say of one interface that its value is of
// two types, of which it can have but one.
func (c *cond) excludes(d *cond) bool {
	return c.Op == token.ILLEGAL && d.Op == token.ILLEGAL && c.X.Path == d.X.Path && c.X.Literal != d.X.Literal &&
		strings.HasPrefix(c.X.Literal, isType) && strings.HasPrefix(d.X.Literal, isType)
}

// factOf returns what is known where the value v, a condition, is is.
func factOf(v ssa.Value, is bool) (fact, bool) {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			return factOf(v.X, !is)
		}
	case *ssa.BinOp:
		if f, ok := comparison(v, is); ok {
			return f, true
		}
	}
	x, ok := termOf(v)
	return fact{&cond{X: x}, is}, ok
}

func comparison(v *ssa.BinOp, is bool) (fact, bool) {
	x, okx := termOf(v.X)
	y, oky := termOf(v.Y)
	if !okx || !oky {
		return fact{}, false
	}
	op := v.Op
	switch op {
	case token.NEQ:
		op, is = token.EQL, !is
	case token.GTR: // x > y is y < x
		op, x, y = token.LSS, y, x
	case token.GEQ: // x >= y is y <= x
		op, x, y = token.LEQ, y, x
	case token.EQL, token.LSS, token.LEQ:
	default:
		return fact{}, false
	}
	if op == token.EQL {
		if y.Literal == "true" || y.Literal == "false" {
			return fact{&cond{X: x}, is == (y.Literal == "true")}, true
		}
		if x.Literal != "" && x.Path.IsZero() {
			x, y = y, x
		}
	}
	return fact{&cond{op, x, y}, is}, true
}

// valueFacts returns what is known of the term x when it holds the value v, as
// after an assignment: a boolean constant, nil, or what is known of v.
func valueFacts(x term, v ssa.Value, known facts) facts {
	if c, ok := v.(*ssa.Const); ok {
		switch {
		case c.Value == nil:
			return facts{{&cond{token.EQL, x, literalNil}, true}}
		case c.Value.Kind() == constant.Bool:
			return facts{{&cond{X: x}, constant.BoolVal(c.Value)}}
		case c.Value.Kind() == constant.Int || c.Value.Kind() == constant.String:
			return equalsConst(x, c.Value.ExactString())
		}
		return nil
	}
	if notNil(v) {
		return facts{{&cond{token.EQL, x, literalNil}, false}}
	}
	y, ok := termOf(v)
	if !ok {
		return nil
	}
	var fs facts
	for _, f := range known {
		if f.Cond.X == y && f.Cond.Y.Path.IsZero() {
			fs = append(fs, f.on(x))
		}
	}
	return fs
}

// equalsConst returns what is known of the term x when it is a constant. That it
// is not zero is said by itself, for it stays true when another path sets x to
// another constant.
func equalsConst(x term, literal string) facts {
	fs := facts{{&cond{token.EQL, x, term{Literal: literal}}, true}}
	if literal != "0" {
		fs = append(fs, fact{&cond{token.EQL, x, term{Literal: "0"}}, false})
	}
	return fs
}

// notNil reports whether v is made where it stands, as an error is by
// errors.New, so that it is not nil.
func notNil(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.MakeInterface:
		_, isConst := v.X.(*ssa.Const)
		return !isConst
	case *ssa.Alloc, *ssa.MakeClosure, *ssa.MakeChan, *ssa.MakeMap, *ssa.MakeSlice, *ssa.Function:
		return true
	case *ssa.ChangeInterface:
		return notNil(v.X)
	case *ssa.Call:
		callee := v.Call.StaticCallee()
		if callee == nil {
			return false
		}
		fn, ok := callee.Object().(*types.Func)
		return ok && madeErrors[fn.FullName()]
	}
	return false
}

// madeErrors are the functions whose result is an error that is not nil.
var madeErrors = map[string]bool{
	"errors.New":                           true,
	"fmt.Errorf":                           true,
	"google.golang.org/grpc/status.Error":  true,
	"google.golang.org/grpc/status.Errorf": true,
	"github.com/pkg/errors.New":            true,
	"github.com/pkg/errors.Errorf":         true,
}

// facts are facts that hold together, each condition at most once.
type facts []fact

// outcome returns the outcome of f's condition, if the facts decide it.
func (fs facts) outcome(c *cond) (is, known bool) {
	if is, known := fs.order(c); known {
		return is, true
	}
	if c.X.Literal != "" && c.X.Path.IsZero() {
		return c.constant()
	}
	for _, f := range fs {
		if f.Cond.equals(c) {
			return f.True, true
		}
		// What equals one constant equals no other, and nil least.
		if c.Op == token.EQL && f.Cond.Op == token.EQL && f.True && f.Cond.X == c.X &&
			f.Cond.Y.Path.IsZero() && c.Y.Path.IsZero() && f.Cond.Y != c.Y {
			return false, true
		}
		if f.True && f.Cond.excludes(c) {
			return false, true
		}
	}
	return false, false
}

// order returns the outcome of a condition that one number is less than another, if
// the facts tell what both are.
func (fs facts) order(c *cond) (is, known bool) {
	if c.Op != token.LSS && c.Op != token.LEQ {
		return false, false
	}
	x, y := fs.number(c.X), fs.number(c.Y)
	if x.Kind() != constant.Int || y.Kind() != constant.Int {
		return false, false
	}
	return constant.Compare(x, c.Op, y), true
}

// number returns the constant that a term is or is known to equal, of a kind that
// is not Int if that is not known.
func (fs facts) number(x term) constant.Value {
	if !x.Path.IsZero() {
		i := slices.IndexFunc(fs, func(f fact) bool {
			return f.True && f.Cond.Op == token.EQL && f.Cond.X == x && f.Cond.Y.Path.IsZero()
		})
		if i < 0 {
			return constant.MakeUnknown()
		}
		x = fs[i].Cond.Y
	}
	return constant.MakeFromLiteral(x.Literal, token.INT, 0)
}

// constant returns the outcome of a condition on constants.
func (c *cond) constant() (is, known bool) {
	switch {
	case c.Op == token.ILLEGAL:
		return c.X.Literal == "true", c.X.Literal == "true" || c.X.Literal == "false"
	case c.Op == token.EQL && c.Y.Path.IsZero():
		return c.X == c.Y, true
	}
	return false, false
}

// holds returns whether f holds given the facts, if they decide it.
func (fs facts) holds(f fact) (is, known bool) {
	is, known = fs.outcome(f.Cond)
	return is == f.True, known
}

// with returns the facts and f. The receiver is not changed.
func (fs facts) with(f fact) facts {
	for _, g := range fs {
		if g.Cond.equals(f.Cond) {
			if g.True == f.True {
				return fs
			}
			fs = fs.without(func(g fact) bool { return g.Cond.equals(f.Cond) })
			break
		}
	}
	return append(fs[:len(fs):len(fs)], f)
}

// without returns the facts but those that drop chooses.
func (fs facts) without(drop func(fact) bool) facts {
	for i, f := range fs {
		if drop(f) {
			kept := append(facts(nil), fs[:i]...)
			for _, f := range fs[i+1:] {
				if !drop(f) {
					kept = append(kept, f)
				}
			}
			return kept
		}
	}
	return fs
}

// common returns the facts that are in both, and whether that is all of fs.
func (fs facts) common(other facts) (facts, bool) {
	kept := fs.without(func(f fact) bool {
		is, known := other.outcome(f.Cond)
		return !known || is != f.True
	})
	return kept, len(kept) == len(fs)
}

// uses reports whether the condition reads the value v or, if loc is not zero,
// the memory at loc.
func (c *cond) uses(v ssa.Value) bool { return c.X.Path.Uses(v) || c.Y.Path.Uses(v) }

func (c *cond) about(p access.Path) bool { return c.X.Path == p || c.Y.Path == p }
