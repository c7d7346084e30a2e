package detect

import (
	"go/ast"
	"go/types"
	"strings"
)

// flagNames finds flags that panic when they are defined.
var flagNames = toolchain(Change{
	Name: "flagname", Toolchain: 17, Source: "https://go.dev/doc/go1.17#flag",
}, func(p *pass) {
	if !p.imports("flag") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		i, ok := flagArgument(name)
		if !ok || i >= len(call.Args) {
			return
		}
		s, ok := p.text(call.Args[i])
		if ok && (strings.HasPrefix(s, "-") || strings.Contains(s, "=")) {
			p.found(call.Args[i], "flagname", "defining the flag panics: its name begins with \"-\" or contains \"=\"")
		}
	})
})

// flagArgument returns the index of the name among the arguments of a function that defines
// a flag.
func flagArgument(name string) (int, bool) {
	method, ok := strings.CutPrefix(name, "(*flag.FlagSet).")
	if !ok {
		if method, ok = strings.CutPrefix(name, "flag."); !ok {
			return 0, false
		}
	}
	switch method {
	case "Bool", "Duration", "Float64", "Int", "Int64", "String", "Uint", "Uint64", "Func", "BoolFunc":
		return 0, true
	case "BoolVar", "DurationVar", "Float64Var", "IntVar", "Int64Var", "StringVar", "TextVar", "Uint64Var", "UintVar", "Var":
		return 1, true
	}
	return 0, false
}

// leadingZeros finds addresses that are refused for their leading zeros.
var leadingZeros = toolchain(Change{
	Name: "leadingzeros", Toolchain: 17, Source: "https://go.dev/doc/go1.17#net",
	Instead: "write the address without leading zeros, in decimal as it was read",
}, func(p *pass) {
	if !p.imports("net") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		if name != "net.ParseIP" && name != "net.ParseCIDR" {
			return
		}
		s, ok := p.text(call.Args[0])
		if !ok || strings.Contains(s, ":") {
			return
		}
		address, _, _ := strings.Cut(s, "/")
		for part := range strings.SplitSeq(address, ".") {
			if len(part) > 1 && part[0] == '0' && strings.Trim(part, "0123456789") == "" {
				p.found(call.Args[0], "leadingzeros", name+" refuses the address: a number in it has leading zeros")
				return
			}
		}
	})
})

// cleanupRun finds subtests that panic.
var cleanupRun = toolchain(Change{
	Name: "cleanuprun", Toolchain: 20, Source: "https://go.dev/doc/go1.20#testing",
}, func(p *pass) {
	if !p.imports("testing") {
		return
	}
	p.calls(func(call *ast.CallExpr, name string) {
		if name != "(*testing.common).Cleanup" && name != "(testing.TB).Cleanup" {
			return
		}
		lit, ok := ast.Unparen(call.Args[0]).(*ast.FuncLit)
		if !ok {
			return
		}
		inspectBody(lit.Body, func(n ast.Node) {
			if run, ok := n.(*ast.CallExpr); ok {
				if callee := p.callee(run); callee == "(*testing.T).Run" || callee == "(*testing.B).Run" {
					p.found(run, "cleanuprun", "Run panics in a function that is given to Cleanup")
				}
			}
		})
	})
})

// deletedTail finds slices that are used after elements were deleted from them.
var deletedTail = toolchain(Change{
	Name: "slicesdelete", Toolchain: 22, Source: "https://go.dev/doc/go1.22#slices",
	Instead: "delete from slices.Clone of the slice",
}, func(p *pass) {
	if !p.imports("slices") {
		return
	}
	p.bodies(func(body *ast.BlockStmt) {
		inspectBody(body, func(n ast.Node) {
			var call *ast.CallExpr
			var into types.Object
			switch n := n.(type) {
			case *ast.ExprStmt:
				call, _ = n.X.(*ast.CallExpr)
			case *ast.AssignStmt:
				if len(n.Lhs) == 1 && len(n.Rhs) == 1 {
					call, _ = n.Rhs[0].(*ast.CallExpr)
					into = p.variable(n.Lhs[0])
				}
			}
			if call == nil || len(call.Args) == 0 {
				return
			}
			switch p.callee(call) {
			case "slices.Compact", "slices.CompactFunc", "slices.Delete", "slices.DeleteFunc", "slices.Replace":
			default:
				return
			}
			from := p.variable(call.Args[0])
			if from == nil || from == into || !p.usedAfter(body, n, from) {
				return
			}
			p.found(call, "slicesdelete", "the elements at the end of "+from.Name()+", which is used after, are zero")
		})
	})
})

// usedAfter reports whether a variable is used, and not set, after a node of a body.
func (p *pass) usedAfter(body *ast.BlockStmt, n ast.Node, v types.Object) bool {
	used, set := false, false
	ast.Inspect(body, func(m ast.Node) bool {
		if m == nil || m.End() <= n.End() {
			return m != nil && m.End() > n.Pos()
		}
		if assign, ok := m.(*ast.AssignStmt); ok && m.Pos() >= n.End() {
			for _, lhs := range assign.Lhs {
				set = set || !used && p.variable(lhs) == v
			}
		}
		if id, ok := m.(*ast.Ident); ok && m.Pos() >= n.End() && p.TypesInfo.Uses[id] == v && !set {
			used = true
		}
		return true
	})
	return used
}
