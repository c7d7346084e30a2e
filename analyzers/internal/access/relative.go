package access

import (
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Relative returns p as fn's callers can understand it: parameters of fn by
// their position. It reports false if p begins at a value that only fn has; if
// only fn knows p's key, the result is not exact.
func (p Path) Relative(fn *ssa.Function) (Path, bool) {
	if v := p.index.value; v != nil && v.Parent() == fn {
		i := paramIndex(fn, v)
		p.index = key{param: i, some: i == 0}
	}
	if v := p.root.value; v != nil && v.Parent() == fn {
		i := paramIndex(fn, v)
		p.root = root{param: i}
		if i == 0 {
			return Path{}, false
		}
	}
	return p, true
}

// paramIndex returns 1 plus the position of fn's parameter v, or 0.
func paramIndex(fn *ssa.Function, v ssa.Value) int {
	for i, param := range fn.Params {
		if param == v {
			return i + 1
		}
	}
	return 0
}

// An Arg is what a parameter stands for at a call.
type Arg struct {
	Value ssa.Value // nil if unknown
	Path  Path      // zero if the value has none
}

// Args returns the arguments of a call, the receiver first.
func Args(values []ssa.Value) []Arg {
	args := make([]Arg, len(values))
	for i, v := range values {
		args[i].Value = v
		args[i].Path, _ = Of(v)
	}
	return args
}

// At returns what p, a path made by [Path.Relative], names at a call with these
// arguments. It reports false if an argument has no path.
func (p Path) At(args []Arg) (Path, bool) {
	if i := p.index.param; i > 0 {
		if i > len(args) || args[i-1].Value == nil {
			p.index = key{some: true}
		} else {
			p = p.withKey(args[i-1].Value)
		}
	}
	i := p.root.param
	if i == 0 {
		return p, true
	}
	if i > len(args) || args[i-1].Path.IsZero() {
		return Path{}, false
	}
	return p.from(args[i-1].Path)
}

// bind is At for one call, bounded in depth.
func (p Path) bind(values []ssa.Value, depth int) (Path, bool) {
	args := make([]Arg, len(values))
	for i, v := range values {
		args[i].Value = v
		if i+1 == p.root.param {
			args[i].Path, _ = of(v, depth)
		}
	}
	return p.At(args)
}

// withKey returns p with v as its key.
func (p Path) withKey(v ssa.Value) Path {
	if c, ok := v.(*ssa.Const); ok && c.Value != nil {
		p.steps = strings.Replace(p.steps, "[]", "["+keyString(c.Value)+"]", 1)
		p.index = key{}
		return p
	}
	p.index = key{value: keyValue(v)}
	return p
}

// from returns p with base in place of its root.
func (p Path) from(base Path) (Path, bool) {
	if p.index != (key{}) && base.index != (key{}) {
		return Path{}, false
	}
	class := p.class
	if class == "" {
		class = base.class
	}
	index := p.index
	if index == (key{}) {
		index = base.index
	}
	steps, entered := strings.CutPrefix(p.steps, "^")
	if entered {
		base = base.content()
	}
	return Path{root: base.root, steps: base.steps + steps, index: index, class: class}, true
}

// portable is the form of a path that leaves the process.
type portable struct {
	Param  int    `json:"p,omitempty"`
	Key    int    `json:"k,omitempty"`
	Some   bool   `json:"e,omitempty"`
	Global string `json:"g,omitempty"`
	Steps  string `json:"s,omitempty"`
	Class  Class  `json:"c,omitempty"`
}

// Portable reports whether p can be encoded: it begins at a package variable or
// at a parameter by position, and so does its key, or it is not exact.
func (p Path) Portable() bool { return p.root.value == nil && p.index.value == nil && p != Path{} }

// MarshalJSON encodes a portable path.
func (p Path) MarshalJSON() ([]byte, error) {
	if !p.Portable() {
		return nil, errors.New("access path " + p.String() + " is not portable: it begins inside a function")
	}
	return json.Marshal(portable{p.root.param, p.index.param, p.index.some, p.root.global, p.steps, p.class})
}

// UnmarshalJSON decodes a path encoded by [Path.MarshalJSON].
func (p *Path) UnmarshalJSON(data []byte) error {
	var q portable
	if err := json.Unmarshal(data, &q); err != nil {
		return err
	}
	*p = Path{root: root{param: q.Param, global: q.Global}, steps: q.Steps, index: key{param: q.Key, some: q.Some}, class: q.Class}
	return nil
}
