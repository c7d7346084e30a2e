package graph_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// load loads a code base from a txtar archive, offline.
func load(t *testing.T, archive string) (*workspace.Workspace, *workspace.Selection) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := txtar.Write(txtar.Parse([]byte(archive)), dir); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local")
	w, err := workspace.Open(t.Context(), workspace.Config{Dir: dir, Root: dir, Env: env})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := w.Load(t.Context(), workspace.Work)
	if err != nil {
		t.Fatal(err)
	}
	return w, s
}

const twoPackages = `
-- go.mod --
module example.com/m

go 1.24
-- a/a.go --
package a

import _ "example.com/m/b"
-- b/b.go --
package b
`

func TestNodesAndEdgesAreFoundByName(t *testing.T) {
	t.Parallel()
	w, s := load(t, twoPackages)
	g := graph.Packages(w, s, graph.CodeBase)
	a, b := g.Node("example.com/m/a"), g.Node("example.com/m/b")
	if a == nil || b == nil || len(g.Nodes) != 2 {
		t.Fatalf("got nodes %v, want two", g.Nodes)
	}
	if g.Node("example.com/m") != nil {
		t.Error("there is a node for a directory without package")
	}
	if e := g.Edge(a, b); e == nil || e.From != a || e.To != b || !slices.Equal(g.Edges, []*graph.Edge{e}) {
		t.Errorf("the edge is %v", e)
	}
	if e := g.Edge(b, a); e != nil {
		t.Errorf("there is an edge %v back", e)
	}
	if a.Dir() != filepath.Join(w.Root, "a") || a.Module != w.Modules[0] || a.Package.Name != "a" {
		t.Errorf("node a is %+v", a)
	}
}

// A graph keeps what it has when Only makes another of it.
func TestOnlyLeavesTheGraphAsItIs(t *testing.T) {
	t.Parallel()
	w, s := load(t, twoPackages)
	g := graph.Packages(w, s, graph.CodeBase)
	tests := g.Only(graph.Test, graph.XTest)
	if len(tests.Nodes) != 2 || len(tests.Edges) != 0 {
		t.Errorf("with tests alone there are %d nodes and %d edges", len(tests.Nodes), len(tests.Edges))
	}
	if len(g.Edges) != 1 || len(g.Out(tests.Nodes[0])) != 1 || len(tests.Out(g.Nodes[0])) != 0 {
		t.Error("the graph was changed, or a node does not serve both")
	}
}

func TestPositionsOfAnImport(t *testing.T) {
	t.Parallel()
	w, s := load(t, twoPackages)
	i := graph.Packages(w, s, graph.CodeBase).Edges[0].Imports[0].Example
	got := i.Positions()
	file := filepath.Join(w.Root, "a", "a.go")
	if len(got) != 1 || got[0].Filename != file || got[0].Line != 3 || got[0].Column != 8 {
		t.Errorf("got %v, want %s:3:8", got, file)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if got := i.Positions(); len(got) != 0 {
		t.Errorf("of a file that is gone, got %v", got)
	}
}

func TestRuleErrorNamesRuleAndPattern(t *testing.T) {
	t.Parallel()
	w, s := load(t, twoPackages)
	rules := []graph.Rule{
		{From: []string{"./a"}, To: []string{"./b"}},
		{From: []string{"./a"}, To: []string{"./b", "all"}},
	}
	_, err := graph.Check(w, s, rules)
	var failed *graph.RuleError
	if !errors.As(err, &failed) || failed.Rule != &rules[1] || failed.Pattern != "all" {
		t.Errorf("got %v, want a *RuleError of the second rule", err)
	}
	if _, err := graph.Packages(w, s, graph.CodeBase).Match(w.Root, "all"); err == nil {
		t.Error("Match takes the pattern")
	}
}

// BenchmarkGraph is about a code base that is larger than Kubernetes: 3,000 packages
// with 60,000 edges, some of tests alone, in 30 modules.
func BenchmarkGraph(b *testing.B) {
	w, s := large()
	g := graph.Packages(w, s, graph.CodeBase)
	build := g.Only(graph.Build)
	top, bottom := g.Nodes[len(g.Nodes)-1], g.Nodes[0]
	rules := make([]graph.Rule, 20)
	for i := range rules {
		rules[i] = graph.Rule{From: []string{fmt.Sprintf("example.com/%02d/...", i)}, To: []string{fmt.Sprintf(".../p00%02d", i)}}
	}
	for _, bench := range []struct {
		name string
		run  func()
	}{
		{"Packages", func() { graph.Packages(w, s, graph.CodeBase) }},
		{"Everything", func() { graph.Packages(w, s, graph.Everything) }},
		{"Modules", func() { graph.Modules(w, s, graph.CodeBase) }},
		{"Only", func() { g.Only(graph.Build) }},
		{"Cycles", func() { g.Cycles() }},
		{"Layers", func() { build.Layers() }},
		{"Fans", func() { g.Fans() }},
		{"Why", func() { g.Why(top, bottom) }},
		{"Dependents", func() { g.Dependents(bottom) }},
		{"Check", func() {
			if _, err := graph.Check(w, s, rules); err != nil {
				b.Fatal(err)
			}
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				bench.run()
			}
			b.ReportMetric(float64(len(g.Edges)), "edges")
		})
	}
}

// large returns a code base that no disk has. A package imports others with a lower
// number, and its tests import any.
func large() (*workspace.Workspace, *workspace.Selection) {
	const modules, packages, imports = 30, 3000, 60_000
	w := &workspace.Workspace{Root: "/src"}
	s := &workspace.Selection{View: workspace.Work}
	u := &workspace.Unit{Dir: "/src"}
	for i := range modules {
		path := fmt.Sprintf("example.com/%02d", i)
		w.Modules = append(w.Modules, &workspace.Module{Path: path, Dir: "/src/" + path, Rel: path})
	}
	for i := range packages {
		m := w.Modules[i*modules/packages]
		name := fmt.Sprintf("/p%04d", i)
		s.Packages = append(s.Packages, &workspace.Package{ImportPath: m.Path + name, Dir: m.Dir + name, Module: m})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range imports {
		from, to := 1+r.IntN(packages-1), r.IntN(packages)
		p, path := s.Packages[from], ""
		if to >= from && r.IntN(10) > 0 {
			to = r.IntN(from)
		}
		if path = s.Packages[to].ImportPath; to >= from {
			p.XTestImports = append(p.XTestImports, path)
		} else {
			p.Imports = append(p.Imports, path)
		}
	}
	for _, p := range s.Packages {
		p.Imports = append(p.Imports, "context", "errors", "fmt", "github.com/some/dependency")
		for _, list := range []*[]string{&p.Imports, &p.XTestImports} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
	}
	u.Packages = s.Packages
	s.Units = []*workspace.Unit{u}
	return w, s
}
