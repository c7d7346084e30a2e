package rename

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/packages"
	"golang.org/x/tools/refactor/satisfy"
)

// together adds what has to be renamed with the symbols, and reports whether that is
// declared in packages of which not all dependents have been loaded.
func (p *planner) together() (grown bool) {
	reached := p.reach()
	for _, l := range p.loads {
		for _, pkg := range l.all {
			p.embedded(l, pkg)
		}
	}
	if slices.ContainsFunc(p.symbols, func(s *Symbol) bool { return s.Kind == Method }) {
		p.families()
	}
	for d := range p.reach() {
		grown = grown || !reached[d]
	}
	return grown
}

// embedded makes the fields by which structs embed a type go with the type: they have its
// name.
func (p *planner) embedded(l *load, pkg *packages.Package) {
	for id, obj := range pkg.TypesInfo.Defs {
		field, ok := obj.(*types.Var)
		if !ok || !field.Embedded() || !p.goes(id.Name) {
			continue
		}
		t, ok := pkg.TypesInfo.Uses[id].(*types.TypeName)
		if !ok {
			continue
		}
		if s := p.declared[l.place(t.Pos())]; s != nil {
			p.declared[l.place(id.Pos())] = s
		}
	}
}

// goes reports whether a name is one that a symbol loses.
func (p *planner) goes(name string) bool {
	return slices.ContainsFunc(p.symbols, func(s *Symbol) bool { return s.Old() == name })
}

// A coupling is two methods that have to have one name, as a type has the one so as to
// satisfy an interface that has the other.
type coupling struct {
	iface, impl     place
	ifaceIn, implIn string // the types, for messages
	name            string
}

// families makes methods go together with those of the interfaces that their types have to
// satisfy, and with those of all other types that have to, too.
func (p *planner) families() {
	var all []coupling
	for _, l := range p.loads {
		for _, pkg := range l.all {
			if len(pkg.Errors) > 0 || !l.hasBodies(pkg) {
				continue // satisfy wants what is well-typed
			}
			for c := range constraints(pkg) {
				all = p.couplings(all, l, c)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, c := range all {
			a, b := p.declared[c.iface], p.declared[c.impl]
			switch {
			case a == nil && b == nil || a != nil && b != nil:
				continue
			case a == nil:
				p.join(c.iface, c, b)
			default:
				p.join(c.impl, c, a)
			}
			if len(p.problems) > 0 {
				return
			}
			changed = true
		}
	}
}

// join renames the method at a place with another one.
func (p *planner) join(at place, c coupling, s *Symbol) {
	why := fmt.Sprintf("%s is used as %s", c.implIn, c.ifaceIn)
	err := p.declareAt(at, c.name, s.New, why)
	var problem *Problem
	switch {
	case errors.As(err, &problem):
		p.problem(s.Pos[0], fmt.Sprintf("%s has to keep its name: %s, which has the method from outside of the code base", s, why))
	case err != nil:
		p.problem(s.Pos[0], err.Error())
	}
}

func (p *planner) problem(pos token.Position, message string) {
	p.problems = append(p.problems, Problem{pos, message})
}

// constraints returns which types have to satisfy which interfaces for a package to compile:
// as far as that can be told, if it imports what does not.
func constraints(pkg *packages.Package) map[satisfy.Constraint]bool {
	all := found(pkg)
	for id, inst := range pkg.TypesInfo.Instances {
		var params *types.TypeParamList
		switch t := pkg.TypesInfo.ObjectOf(id).Type().(type) {
		case *types.Signature:
			params = t.TypeParams()
		case *types.Named:
			params = t.TypeParams()
		case *types.Alias:
			params = t.TypeParams()
		}
		for i := range min(params.Len(), inst.TypeArgs.Len()) {
			all[satisfy.Constraint{LHS: params.At(i).Constraint(), RHS: inst.TypeArgs.At(i)}] = true
		}
	}
	return all
}

// found returns what satisfy finds, which may panic at code that is not well-typed.
func found(pkg *packages.Package) (all map[satisfy.Constraint]bool) {
	f := satisfy.Finder{Result: make(map[satisfy.Constraint]bool)}
	defer func() {
		if r := recover(); r != nil {
			all = f.Result
		}
	}()
	f.Find(pkg.TypesInfo, pkg.Syntax)
	return f.Result
}

// couplings adds those of a constraint that have a name that goes.
func (p *planner) couplings(all []coupling, l *load, c satisfy.Constraint) []coupling {
	iface, ok := c.LHS.Underlying().(*types.Interface)
	if !ok {
		return all
	}
	for m := range iface.Methods() {
		if !p.goes(m.Name()) {
			continue
		}
		impl, _, _ := types.LookupFieldOrMethod(c.RHS, false, m.Pkg(), m.Name())
		method, ok := impl.(*types.Func)
		if !ok {
			continue
		}
		from, to := l.declaredAt(m.Origin()), l.declaredAt(method.Origin())
		if from == to {
			continue
		}
		all = append(all, coupling{
			iface: from, impl: to, name: m.Name(),
			ifaceIn: typeText(c.LHS), implIn: typeText(c.RHS),
		})
	}
	return all
}

// typeText returns a type with the names of packages, not their paths.
func typeText(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}
