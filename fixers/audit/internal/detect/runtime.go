package detect

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// timerLen finds code that looks into the channel of a timer.
var timerLen = setting(func(p *pass) {
	if !p.imports("time") {
		return
	}
	p.inspector.Preorder([]ast.Node{(*ast.CallExpr)(nil)}, func(n ast.Node) {
		call := n.(*ast.CallExpr)
		if len(call.Args) != 1 || !p.isBuiltin(call, "len") && !p.isBuiltin(call, "cap") {
			return
		}
		name := call.Fun.(*ast.Ident).Name
		if p.isTimerChannel(ast.Unparen(call.Args[0])) {
			p.found(call, "asynctimerchan", name+" of a timer's channel is always 0: whether a tick waits shows by receiving it in a select with a default")
		}
	})
}, "asynctimerchan")

// isTimerChannel reports whether an expression is the channel of a timer or ticker.
func (p *pass) isTimerChannel(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		t := typeName(p.TypesInfo.TypeOf(e.X))
		return e.Sel.Name == "C" && (t == "time.Timer" || t == "time.Ticker")
	case *ast.CallExpr:
		name := p.callee(e)
		return name == "time.After" || name == "time.Tick"
	}
	return false
}

// aliases finds type switches and assertions over go/types that take no notice of aliases.
var aliases = setting(func(p *pass) {
	if !p.imports("go/types") {
		return
	}
	p.inspector.Preorder([]ast.Node{(*ast.TypeSwitchStmt)(nil), (*ast.TypeAssertExpr)(nil)}, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.TypeSwitchStmt:
			x := switched(n)
			if p.mayBeAlias(x) && !p.hasAliasCase(n) {
				p.found(x, "gotypesalias", "the type switch has no case for *types.Alias, which an alias is now: apply it to types.Unalias of the type")
			}
		case *ast.TypeAssertExpr:
			if n.Type == nil || !p.mayBeAlias(n.X) {
				return
			}
			switch name := typeName(p.TypesInfo.TypeOf(n.Type)); name {
			case "go/types.Alias", "go/types.TypeParam", "":
			default:
				p.found(n, "gotypesalias", "the assertion fails for an alias of a "+strings.TrimPrefix(name, "go/")+", which is a *types.Alias now: apply it to types.Unalias of the type")
			}
		}
	})
}, "gotypesalias")

func switched(n *ast.TypeSwitchStmt) ast.Expr {
	var e ast.Expr
	switch s := n.Assign.(type) {
	case *ast.ExprStmt:
		e = s.X
	case *ast.AssignStmt:
		e = s.Rhs[0]
	}
	return e.(*ast.TypeAssertExpr).X // as the language has it
}

// mayBeAlias reports whether an expression is a types.Type that nothing has resolved.
func (p *pass) mayBeAlias(e ast.Expr) bool {
	if typeName(p.TypesInfo.TypeOf(e)) != "go/types.Type" {
		return false
	}
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return !p.resolved(e)
	}
	f, ok := p.function(call)
	return ok && f.Name() != "Underlying" && f.FullName() != "go/types.Unalias" && f.FullName() != "go/types.Default"
}

// resolved reports whether a variable is only ever set to a type that is no alias.
func (p *pass) resolved(e ast.Expr) bool {
	v := p.variable(e)
	if v == nil {
		return false
	}
	sets, resolves := 0, 0
	p.inspector.Preorder([]ast.Node{(*ast.AssignStmt)(nil)}, func(n ast.Node) {
		assign := n.(*ast.AssignStmt)
		for i, lhs := range assign.Lhs {
			if p.variable(lhs) != v {
				continue
			}
			sets++
			if len(assign.Rhs) != len(assign.Lhs) {
				continue
			}
			if call, ok := ast.Unparen(assign.Rhs[i]).(*ast.CallExpr); ok {
				if f, ok := p.function(call); ok && (f.Name() == "Underlying" || f.FullName() == "go/types.Unalias") {
					resolves++
				}
			}
		}
	})
	return sets > 0 && sets == resolves
}

func (p *pass) hasAliasCase(n *ast.TypeSwitchStmt) bool {
	for _, stmt := range n.Body.List {
		for _, e := range stmt.(*ast.CaseClause).List {
			if typeName(p.TypesInfo.TypeOf(e)) == "go/types.Alias" {
				return true
			}
		}
	}
	return false
}

// procs finds code that goes by the number of threads that run Go code at once.
var procs = shipped(func(p *pass) {
	if !p.imports("runtime") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		if name != "runtime.GOMAXPROCS" {
			return
		}
		if n, ok := p.number(call.Args[0]); ok && n < 1 {
			p.found(call, "containermaxprocs", "in a container with a CPU limit this is the limit, and no longer the number of CPUs of the machine")
		}
	})
}, "containermaxprocs")

// mappings finds code that reads the memory map of its own process.
var mappings = setting(func(p *pass) {
	p.inspector.Preorder([]ast.Node{(*ast.BasicLit)(nil)}, func(n ast.Node) {
		lit := n.(*ast.BasicLit)
		if lit.Kind != token.STRING {
			return
		}
		if s, _ := p.text(lit); s == "/proc/self/maps" || s == "/proc/self/smaps" {
			p.found(lit, "decoratemappings", "mappings of the Go runtime have names here, as [anon: Go: heap]")
		}
	})
}, "decoratemappings")

// testJSON finds code that runs "go test -json".
var testJSON = toolchain(Change{
	Name: "gotestjsonbuildtext", Toolchain: 24, Source: "https://go.dev/doc/godebug#go-124",
	Instead: "run it with GODEBUG=gotestjsonbuildtext=1 in its environment",
}, func(p *pass) {
	if !p.imports("os/exec") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		if name != "os/exec.Command" && name != "os/exec.CommandContext" {
			return
		}
		words := make(map[string]bool)
		for _, arg := range call.Args {
			if s, ok := p.text(arg); ok {
				words[s] = true
			}
		}
		if words["go"] && words["test"] && words["-json"] {
			p.found(call, "gotestjsonbuildtext", "output of a build that fails comes as JSON events of its own, build-output and build-fail")
		}
	})
})

// symlinks finds code that reads symbolic links, where Windows has other things that look
// like them.
var symlinks = Detector{Changes: []Change{
	{Name: "winreadlinkvolume", Windows: true}, {Name: "winsymlink", Windows: true},
}}.with(func(p *pass) {
	p.calls(func(call *ast.CallExpr, name string) {
		switch name {
		case "os.Readlink":
			p.found(call, "winreadlinkvolume", "the target of a mount point may be a volume, \\\\?\\Volume{…}, where it had a drive letter")
		case "path/filepath.EvalSymlinks":
			p.found(call, "winsymlink", "mount points are not followed any more")
		}
	})
	p.inspector.Preorder([]ast.Node{(*ast.BinaryExpr)(nil)}, func(n ast.Node) {
		b := n.(*ast.BinaryExpr)
		if b.Op != token.AND {
			return
		}
		for _, e := range []ast.Expr{b.X, b.Y} {
			if sel, ok := ast.Unparen(e).(*ast.SelectorExpr); ok && sel.Sel.Name == "ModeSymlink" {
				if c, ok := p.TypesInfo.Uses[sel.Sel].(*types.Const); ok && (c.Pkg().Path() == "os" || c.Pkg().Path() == "io/fs") {
					p.found(b, "winsymlink", "mount points do not have this bit any more")
				}
			}
		}
	})
})

// seeds finds calls of rand.Seed whose seed makes the numbers the same each time.
var seeds = setting(func(p *pass) {
	if !p.imports("math/rand") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		if name != "math/rand.Seed" || p.random(call.Args[0]) {
			return
		}
		p.found(call, "randseednop", "the call does nothing: what math/rand returns is another sequence each time the program runs")
	})
}, "randseednop")

// random reports whether an expression is of the time or of a random source: what is seeded
// with it is as random without.
func (p *pass) random(e ast.Expr) bool {
	r := randomness{p, make(map[types.Object]bool)}
	return r.of(e)
}

// A randomness follows variables, each by any of its values, and functions of the package.
type randomness struct {
	*pass
	seen map[types.Object]bool
}

func (r *randomness) of(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || found {
			return !found
		}
		switch obj := r.TypesInfo.Uses[id].(type) {
		case *types.Func:
			found = r.function(obj)
		case *types.Var:
			found = !r.seen[obj] && r.variable(obj)
		}
		return !found
	})
	return found
}

func (r *randomness) function(f *types.Func) bool {
	if f.Pkg() == nil || r.seen[f] {
		return false
	}
	r.seen[f] = true
	switch f.Pkg().Path() {
	case "time", "crypto/rand", "hash/maphash", "os", "syscall":
		return true
	}
	for _, file := range r.Files {
		for _, decl := range file.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Body != nil && r.TypesInfo.Defs[d.Name] == f {
				return r.of(d.Body)
			}
		}
	}
	return false
}

func (r *randomness) variable(v *types.Var) bool {
	r.seen[v] = true
	found := false
	r.inspector.Preorder([]ast.Node{(*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil), (*ast.CallExpr)(nil)}, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				if r.pass.variable(lhs) == v {
					found = found || r.of(n.Rhs[min(i, len(n.Rhs)-1)])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if r.TypesInfo.Defs[name] == v && len(n.Values) > 0 {
					found = found || r.of(n.Values[min(i, len(n.Values)-1)])
				}
			}
		case *ast.CallExpr: // it is read into: binary.Read(rand.Reader, …, &seed)
			if r.callee(n) == "encoding/binary.Read" && len(n.Args) == 3 && r.mentions(n.Args[2], v) {
				found = true
			}
		}
	})
	return found
}
