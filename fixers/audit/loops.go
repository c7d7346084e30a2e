package audit

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/tools/go/packages"

	"github.com/gomend/gomend/analyzers/goversion"
	"github.com/gomend/gomend/fixers/audit/godebugs"
	"github.com/gomend/gomend/fixers/audit/internal/outlive"
)

// A loopVar is a variable of a loop that the compiler makes anew for each turn.
type loopVar struct {
	pos  token.Position // the file is absolute
	name string

	// heap tells that the compiler could not prove that no pointer to the variable
	// outlives the turn. Closures have copies of a variable that is not set again, and
	// need no such pointer.
	heap bool
}

// loops finds the loops whose variables are each turn's own from Go 1.22 on. The compiler says
// so itself (-d=loopvar=2): only of loops for which it makes other code, and whether the
// variable is on the heap then, which it has to be if a pointer to it outlives the turn.
//
// "go list -export" compiles, with tests, and links nothing; the go command keeps what the
// compiler prints with what it compiled, and prints it again.
func (a *audit) loops(ctx context.Context, u *unit, c *code) error {
	if a.to < perIteration || !olderLoops(c) {
		return nil
	}
	args := append([]string{"-e", "-export", "-test", "-gcflags=-d=loopvar=2", "-f={{with .Error}}{{end}}"}, u.Args()...)
	stderr, err := u.g.Run(ctx, nil, "list", args...)
	if err != nil {
		if err := a.canceled(ctx, "the loops of "+a.name(u), err); err != nil {
			return err
		}
	}
	fates := outlive.New(c.fset, c.pkgs)
	seen := make(map[string]bool)
	for _, v := range parseLoopVars(stderr, u.Dir) {
		if seen[v.pos.String()] || a.pinned[v.pos.Filename] {
			continue
		}
		seen[v.pos.String()] = true
		where, ok := c.files[v.pos.Filename]
		if !ok || !olderLanguage(where.pkg) {
			continue
		}
		a.loop(v, where, c, fates)
	}
	return nil
}

// loop notes a loop: as a finding if a reference to its variable may outlive the turn.
func (a *audit) loop(v loopVar, where place, c *code, fates *outlive.Analysis) {
	pkg := importPath(where.pkg)
	f := Finding{
		Cause: goversion.LoopVar.Name, Trigger: Language, Evidence: CompilerProven, Sure: true,
		Pos: v.pos, Module: module(where.pkg), Package: pkg, Test: isTest(v.pos.Filename),
		Mains: a.mains(pkg, ""), Source: goversion.LoopVar.Source,
	}
	if f.Test {
		f.Mains = nil
	}
	id, loop := findLoop(c.fset, where.file, v)
	if loop == nil {
		a.undone(fmt.Sprintf("%s: the loop of %s", v.pos, v.name), fmt.Errorf("there is no loop: a //line directive points here"))
		return
	}
	fate := fates.Of(where.pkg, where.file, where.pkg.TypesInfo.Defs[id], loop, !v.heap)
	switch fate.Kind {
	case outlive.Stays:
		f.Text = "each turn of the loop has a " + v.name + " of its own; nothing outlives the turn to see it"
		a.report.Considered = append(a.report.Considered, f)
		return
	case outlive.Unknown:
		f.Sure = false
		f.Text = fmt.Sprintf("each turn of the loop has a %s of its own: %s; if that is used after the turn, it saw the %s of a later one", v.name, fate.Why, v.name)
	case outlive.Outlives:
		f.Text = fmt.Sprintf("each turn of the loop has a %s of its own: %s, and saw the %s of a later turn", v.name, fate.Why, v.name)
	}
	f.Keep = keepLoop(where.pkg, id, loop)
	a.found = append(a.found, f)
}

// keepLoop returns how the loop is written for its turns to share the variable.
func keepLoop(p *packages.Package, id *ast.Ident, loop ast.Node) string {
	obj := p.TypesInfo.Defs[id]
	if obj == nil {
		return ""
	}
	typ := types.TypeString(obj.Type(), types.RelativeTo(p.Types))
	if len(typ) > 40 {
		typ = "…"
	}
	if _, ok := loop.(*ast.RangeStmt); ok {
		return fmt.Sprintf("declare %s before the loop (var %s %s) and assign in it: for … %s = range", id.Name, id.Name, typ, id.Name)
	}
	return fmt.Sprintf("declare %s before the loop (var %s %s) and assign in it: for %s = …", id.Name, id.Name, typ, id.Name)
}

// olderLoops reports whether there are packages whose loops share variables.
func olderLoops(c *code) bool {
	for _, p := range c.pkgs {
		if olderLanguage(p) {
			return true
		}
	}
	return false
}

func olderLanguage(p *packages.Package) bool {
	v := noModuleLine
	if p.Module != nil && p.Module.GoVersion != "" {
		v = p.Module.GoVersion
	}
	return godebugs.Minor(v) < perIteration
}

// loopVarLine is a line of the compiler.
var loopVarLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(.+\.go):(\d+):(\d+): loop variable (\S+) now per-iteration, (heap|stack)-allocated`)
})

// parseLoopVars reads what the compiler says of loops when the go command runs in dir.
func parseLoopVars(stderr, dir string) []loopVar {
	var all []loopVar
	for line := range strings.Lines(stderr) {
		m := loopVarLine().FindStringSubmatch(line)
		if m == nil {
			continue
		}
		v := newLoopVar(m[1:5], dir)
		v.heap = m[5] == "heap"
		all = append(all, v)
	}
	return all
}

// newLoopVar returns the variable of a line of the compiler: of its file, which is relative to
// dir, line, column and name.
func newLoopVar(fields []string, dir string) loopVar {
	v := loopVar{name: fields[3]}
	v.pos.Filename = fields[0]
	if !filepath.IsAbs(fields[0]) {
		v.pos.Filename = filepath.Join(dir, fields[0])
	}
	v.pos.Line, _ = strconv.Atoi(fields[1]) // digits; what is out of range is no line of a file
	v.pos.Column, _ = strconv.Atoi(fields[2])
	return v
}

// findLoop returns the declaration of a variable, and the loop that it belongs to.
func findLoop(fset *token.FileSet, file *ast.File, v loopVar) (id *ast.Ident, loop ast.Node) {
	declares := func(e ast.Node) *ast.Ident {
		id, ok := e.(*ast.Ident)
		if !ok || id.Name != v.name {
			return nil
		}
		if pos := fset.PositionFor(id.Pos(), false); pos.Line != v.pos.Line || pos.Column != v.pos.Column {
			return nil
		}
		return id
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if found := declares(e); found != nil {
					id, loop = found, n
				}
			}
		case *ast.ForStmt:
			if init, ok := n.Init.(*ast.AssignStmt); ok {
				for _, e := range init.Lhs {
					if found := declares(e); found != nil {
						id, loop = found, n
					}
				}
			}
		}
		return loop == nil
	})
	return id, loop
}
