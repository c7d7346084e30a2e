package access

import (
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// Relative returns p as fn's callers can understand it: parameters of fn by
// their position. It reports false if p begins at a value that only fn has.
func (p Path) Relative(fn *ssa.Function) (Path, bool) {
	if p.root.value == nil {
		return p, p.index == nil || p.index.Parent() != fn
	}
	if p.index != nil && p.index.Parent() == fn {
		return Path{}, false
	}
	if p.root.value.Parent() != fn {
		return p, true // a value of a function around fn
	}
	for i, param := range fn.Params {
		if p.root.value == param {
			p.root = root{param: i + 1}
			return p, true
		}
	}
	return Path{}, false
}

// At returns what p, a path made by [Path.Relative], names at a call with these
// arguments, the receiver first.
func (p Path) At(args []ssa.Value) (Path, bool) { return p.at(args, maxDepth) }

func (p Path) at(args []ssa.Value, depth int) (Path, bool) {
	if p.root.param == 0 {
		return p, true
	}
	if p.root.param > len(args) {
		return Path{}, false
	}
	arg, ok := of(args[p.root.param-1], depth)
	if !ok {
		return Path{}, false
	}
	return p.from(arg)
}

// from returns p with base in place of its root.
func (p Path) from(base Path) (Path, bool) {
	if p.index != nil && base.index != nil {
		return Path{}, false
	}
	class := p.class
	if class == "" {
		class = base.class
	}
	index := p.index
	if index == nil {
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
	Global string `json:"g,omitempty"`
	Steps  string `json:"s,omitempty"`
	Class  Class  `json:"c,omitempty"`
}

// Portable reports whether p can be encoded: it begins at a package variable or
// at a parameter by position, and holds no key of the function it was made in.
func (p Path) Portable() bool { return p.root.value == nil && p.index == nil && p != Path{} }

// MarshalBinary encodes a portable path.
func (p Path) MarshalBinary() ([]byte, error) {
	if !p.Portable() {
		return nil, errors.New("access path " + p.String() + " is not portable: it begins inside a function")
	}
	return json.Marshal(portable{p.root.param, p.root.global, p.steps, p.class})
}

// UnmarshalBinary decodes a path encoded by [Path.MarshalBinary].
func (p *Path) UnmarshalBinary(data []byte) error {
	var q portable
	if err := json.Unmarshal(data, &q); err != nil {
		return err
	}
	*p = Path{root: root{param: q.Param, global: q.Global}, steps: q.Steps, class: q.Class}
	return nil
}
