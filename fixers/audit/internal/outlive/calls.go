package outlive

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// parameter returns what becomes of an argument of a call, or with index -1 of its receiver.
func (s *scope) parameter(call *ast.CallExpr, f *types.Func, index int, what string) Fate {
	f = f.Origin()
	name := f.FullName()
	if sub := s.subtest(call, name, what); sub != nil {
		return *sub
	}
	switch {
	case synchronous(f):
		if tv, ok := s.info.Types[call]; ok && !isFunc(s.argument(call, index)) && keepsResult(tv.Type) {
			return s.value(call, what)
		}
		return Fate{}
	case starts[name]:
		if s.waits(call) {
			return Fate{}
		}
		return Fate{Kind: Outlives, Why: what + " runs in a goroutine"}
	case keeps[name]:
		return Fate{Kind: Outlives, Why: what + " is kept by " + short(f)}
	}
	if i, ok := into[name]; ok && i != index {
		if e := operand(call, i); e != nil {
			return s.storedIn(e, what, true)
		}
	}
	if d, ok := s.a.decls[name]; ok {
		fate := s.a.parameter(d, name, index)
		result := Fate{Kind: fate.Kind}
		if fate.Kind != Stays {
			where := "where it "
			if strings.HasPrefix(fate.Why, "the ") { // another closure, which has it
				where = "where "
			}
			result.Why = what + " is passed to " + short(f) + ", " + where + fate.Why
		}
		if fate.returned {
			result = worse(result, s.value(call, what))
		}
		for _, i := range fate.into {
			if e := operand(call, i); e != nil {
				result = worse(result, s.storedIn(e, what, true))
			}
		}
		return result
	}
	if isStd(f.Pkg()) {
		// The library keeps few pointers and functions that it is given, and those are in
		// the tables; but what it makes of them has them: a json.Decoder its reader.
		if tv, ok := s.info.Types[call]; ok && keepsResult(tv.Type) {
			return s.value(call, what)
		}
		if !isFunc(s.argument(call, index)) {
			return Fate{}
		}
	}
	return Fate{Kind: Unknown, Why: what + " is passed to " + short(f)}
}

// operand returns an argument of a call, or with index -1 its receiver.
func operand(call *ast.CallExpr, index int) ast.Expr {
	if index >= 0 {
		if index < len(call.Args) {
			return call.Args[index]
		}
		return nil
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
		return sel.X
	}
	return nil
}

func (s *scope) argument(call *ast.CallExpr, index int) types.Type {
	if index < 0 || index >= len(call.Args) {
		return nil
	}
	return s.info.TypeOf(call.Args[index])
}

func isFunc(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// keepsResult reports whether the result of a call can have a pointer that the call was
// given: an error has none.
func keepsResult(t types.Type) bool {
	if tuple, ok := t.(*types.Tuple); ok {
		return tuple.Len() > 0 && keepsResult(tuple.At(0).Type())
	}
	if t == nil || types.Identical(t, types.Universe.Lookup("error").Type()) {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic, *types.Slice, *types.Map:
		return false
	case *types.Struct:
		return u.NumFields() > 0
	}
	return true
}

// parameter returns what becomes of a parameter in a function.
func (a *Analysis) parameter(d function, name string, index int) Fate {
	key := param{name, index}
	if fate, ok := a.params[key]; ok {
		return fate
	}
	a.params[key] = Fate{} // of a call of itself
	v := d.param(index)
	if v == nil { // it has no name, and nobody uses it
		return Fate{}
	}
	s := &scope{a: a, info: d.pkg.TypesInfo, parents: a.parentsOf(d.file), node: d.decl, seen: make(map[types.Object]bool)}
	fate := s.holder(v, "")
	fate.Why = strings.TrimSpace(fate.Why)
	fate.returned = fate.returned || s.returnsParam(v)
	a.params[key] = fate
	return fate
}

// returnsParam reports whether a value that is made of a variable is returned.
func (s *scope) returnsParam(v types.Object) bool {
	for _, id := range s.uses(v) {
		for n := s.parents[id]; n != nil && n != s.node; n = s.parents[n] {
			if _, ok := n.(*ast.CallExpr); ok {
				break
			}
			if _, ok := n.(*ast.ReturnStmt); ok {
				return true
			}
		}
	}
	return false
}

// param returns the variable of a parameter; the last one has all that follow if the
// function is variadic.
func (d function) param(index int) types.Object {
	fields := d.decl.Type.Params
	if index < 0 {
		fields, index = d.decl.Recv, 0
	}
	if fields == nil {
		return nil
	}
	var names []*ast.Ident
	for _, field := range fields.List {
		names = append(names, field.Names...)
	}
	if len(names) == 0 {
		return nil
	}
	return d.pkg.TypesInfo.Defs[names[min(index, len(names)-1)]]
}

// short returns a function's name as people write it.
func short(f *types.Func) string {
	name := f.Name()
	recv := f.Signature().Recv()
	if recv == nil {
		if f.Pkg() != nil {
			return f.Pkg().Name() + "." + name
		}
		return name
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := types.Unalias(t).(*types.Named); ok {
		return n.Obj().Name() + "." + name
	}
	return name
}

// isStd reports whether a package is the library's: its path begins with no host's name.
func isStd(p *types.Package) bool {
	if p == nil {
		return true // of the universe: error.Error
	}
	first, _, _ := strings.Cut(p.Path(), "/")
	return !strings.Contains(first, ".") && first != "command-line-arguments"
}

// subtest returns what becomes of a function that is run as a subtest: if it is parallel,
// that runs after the function that has the loop.
func (s *scope) subtest(call *ast.CallExpr, name, what string) *Fate {
	if name != "(*testing.T).Run" || len(call.Args) != 2 {
		return nil
	}
	lit, ok := ast.Unparen(call.Args[1]).(*ast.FuncLit)
	if !ok {
		return &Fate{Kind: Unknown, Why: what + " is run by T.Run"}
	}
	if s.parallel(lit) {
		return &Fate{Kind: Outlives, Why: what + " is a parallel subtest, which runs after the loop"}
	}
	return &Fate{}
}

func (s *scope) parallel(lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Parallel" {
				if f, ok := s.info.Uses[sel.Sel].(*types.Func); ok && f.FullName() == "(*testing.T).Parallel" {
					found = true
				}
			}
		}
		return !found
	})
	return found
}

// waits reports whether the turn waits for a goroutine that it starts: a later statement of
// a block around the node that starts it waits, or receives.
func (s *scope) waits(p ast.Node) bool {
	child := p
	for n := s.parents[p]; n != nil; child, n = n, s.parents[n] {
		if block, ok := n.(*ast.BlockStmt); ok {
			after := false
			for _, stmt := range block.List {
				if after && s.blocks(stmt) {
					return true
				}
				after = after || stmt == child
			}
		}
		if n == s.node {
			break
		}
		if _, ok := n.(*ast.FuncLit); ok {
			break
		}
	}
	return false
}

func (s *scope) blocks(stmt ast.Stmt) bool {
	var e ast.Expr
	switch stmt := stmt.(type) {
	case *ast.SelectStmt:
		return !slices.ContainsFunc(stmt.Body.List, func(c ast.Stmt) bool { return c.(*ast.CommClause).Comm == nil })
	case *ast.ExprStmt:
		e = stmt.X
	case *ast.AssignStmt:
		if len(stmt.Rhs) == 1 {
			e = stmt.Rhs[0]
		}
	case *ast.IfStmt:
		if init, ok := stmt.Init.(*ast.AssignStmt); ok && len(init.Rhs) == 1 {
			e = init.Rhs[0]
		}
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return e.Op == token.ARROW
	case *ast.CallExpr:
		sel, ok := e.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Wait" && len(e.Args) == 0
	}
	return false
}

// unlessLast returns a fate, unless the turn in which the node stands is the last one: then
// nothing changes the variable after.
func (s *scope) unlessLast(n ast.Node, fate Fate) Fate {
	if fate.Kind == Stays || !s.loop { // a function is run by turns that may go on
		return fate
	}
	child := n
	for p := s.parents[n]; p != nil && child != s.node; child, p = p, s.parents[p] {
		var list []ast.Stmt
		switch p := p.(type) {
		case *ast.FuncLit:
			return fate // what ends it ends no turn
		case *ast.BlockStmt:
			list = p.List
		case *ast.CaseClause:
			list = p.Body
		case *ast.CommClause:
			list = p.Body
		}
		if stmt, ok := child.(ast.Stmt); ok && len(list) > 0 && s.ends(list, stmt) {
			return Fate{}
		}
	}
	return fate
}

// ends reports whether the loop is left for good by the last of some statements, once from
// is reached.
func (s *scope) ends(list []ast.Stmt, from ast.Stmt) bool {
	if !s.leaves(list[len(list)-1]) {
		return false
	}
	reached := false
	for _, stmt := range list {
		reached = reached || stmt == from
		if !reached {
			continue
		}
		goesOn := false
		ast.Inspect(stmt, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.BranchStmt:
				goesOn = goesOn || n.Tok == token.CONTINUE || n.Tok == token.GOTO || n.Tok == token.BREAK && stmt != list[len(list)-1]
			}
			return true
		})
		if goesOn {
			return false
		}
	}
	return true
}

// leaves reports whether a statement leaves the loop.
func (s *scope) leaves(stmt ast.Stmt) bool {
	switch stmt := stmt.(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.BranchStmt:
		if stmt.Tok != token.BREAK {
			return false
		}
		if stmt.Label != nil {
			label, ok := s.info.Uses[stmt.Label].(*types.Label)
			return ok && label.Pos() <= s.node.Pos()
		}
		for n := s.parents[stmt]; n != nil; n = s.parents[n] {
			switch n.(type) {
			case *ast.ForStmt, *ast.RangeStmt:
				return n == s.node
			case *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				return false
			}
		}
	case *ast.ExprStmt:
		call, ok := stmt.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch fun := call.Fun.(type) {
		case *ast.Ident:
			return fun.Name == "panic" && s.info.Uses[fun] == types.Universe.Lookup("panic")
		case *ast.SelectorExpr:
			f, ok := s.info.Uses[fun.Sel].(*types.Func)
			return ok && ending[f.FullName()]
		}
	}
	return false
}
