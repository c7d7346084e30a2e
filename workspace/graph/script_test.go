package graph_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect")

// TestScripts runs the scripts in testdata/script. Each is a small code base and
// says what the package makes of it. The first command loads packages, the others
// print. GRAPH is modules or packages; KINDS is kinds with commas between them, or
// all.
//
//	load VIEW [PATTERN...]           load packages, in the directory that the script is in
//	edges GRAPH KINDS [everything]   nodes, and what they depend on
//	cycles GRAPH KINDS
//	layers GRAPH KINDS
//	fans GRAPH KINDS                 In, Out, AllIn and AllOut
//	why GRAPH KINDS FROM TO
//	between GRAPH KINDS FROM TO
//	dependents GRAPH KINDS NODE
//	dependencies GRAPH KINDS NODE
//	match GRAPH PATTERN              the nodes, everything included
//	check FILE                       FILE has rules, as JSON
//
// The go command is offline.
func TestScripts(t *testing.T) {
	goEnv := goEnv(t, "GOCACHE", "GOMODCACHE", "GOROOT")
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(env.Vars, goEnv...)
			env.Vars = append(env.Vars, "GOPROXY=off", "GOFLAGS=", "GOTOOLCHAIN=local")
			env.Values["story"] = new(story)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"load": func(ts *testscript.TestScript, _ bool, args []string) { told(ts).load(args) },
			"edges": func(ts *testscript.TestScript, _ bool, args []string) {
				scope := graph.CodeBase
				if len(args) > 2 && args[2] == "everything" {
					scope = graph.Everything
				}
				told(ts).edges(told(ts).graph(args, scope))
			},
			"cycles":       command(0, (*story).cycles),
			"layers":       command(0, (*story).layers),
			"fans":         command(0, (*story).fans),
			"why":          command(2, (*story).why),
			"between":      command(2, (*story).between),
			"dependents":   command(1, (*story).dependents),
			"dependencies": command(1, (*story).dependencies),
			"match":        func(ts *testscript.TestScript, _ bool, args []string) { told(ts).match(args) },
			"check":        func(ts *testscript.TestScript, _ bool, args []string) { told(ts).check(args[0]) },
		},
	})
}

// goEnv returns the named settings of the go command as an environment.
func goEnv(t *testing.T, names ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	for i, value := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		env = append(env, names[i]+"="+value)
	}
	return env
}

// A story is what a script has loaded.
type story struct {
	ts        *testscript.TestScript
	root      string
	workspace *workspace.Workspace
	selection *workspace.Selection
}

// told returns the script's story.
func told(ts *testscript.TestScript) *story {
	s := ts.Value("story").(*story)
	s.ts = ts
	return s
}

// command returns a command about a graph and nodes of it.
func command(nodes int, print func(*story, *graph.Graph, []*graph.Node)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		s := told(ts)
		g := s.graph(args, graph.CodeBase)
		var named []*graph.Node
		for _, name := range args[2:] {
			n := g.Node(name)
			if n == nil {
				ts.Fatalf("there is no node %s", name)
			}
			named = append(named, n)
		}
		if len(named) != nodes {
			ts.Fatalf("got %d nodes, want %d", len(named), nodes)
		}
		fmt.Fprint(ts.Stdout()) // what an earlier command printed is gone, even if this one prints nothing
		print(s, g, named)
	}
}

func (s *story) printf(format string, args ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, args...), s.root+string(filepath.Separator), "")
	fmt.Fprintln(s.ts.Stdout(), filepath.ToSlash(text))
}

func (s *story) load(args []string) {
	env := os.Environ()
	for _, name := range []string{"GOPROXY", "GOFLAGS", "GOTOOLCHAIN", "GOWORK"} {
		env = append(env, name+"="+s.ts.Getenv(name))
	}
	root, err := filepath.EvalSymlinks(s.ts.MkAbs("."))
	s.ts.Check(err)
	w, err := workspace.Open(context.Background(), workspace.Config{Dir: root, Root: root, Env: env})
	s.ts.Check(err)
	s.ts.Defer(func() { s.ts.Check(w.Close()) })
	s.root, s.workspace = root, w
	s.selection, err = w.Load(context.Background(), workspace.View(args[0]), args[1:]...)
	s.ts.Check(err)
}

// graph returns the graph that the first two arguments name.
func (s *story) graph(args []string, scope graph.Scope) *graph.Graph {
	var g *graph.Graph
	switch args[0] {
	case "modules":
		g = graph.Modules(s.workspace, s.selection, scope)
	case "requires": // without packages
		g = graph.Modules(s.workspace, nil, scope)
	case "packages":
		g = graph.Packages(s.workspace, s.selection, scope)
	default:
		s.ts.Fatalf("unknown graph %s", args[0])
	}
	if args[1] == "all" {
		return g
	}
	var kinds []graph.Kind
	for _, k := range strings.Split(args[1], ",") {
		kinds = append(kinds, graph.Kind(k))
	}
	return g.Only(kinds...)
}

func (s *story) edges(g *graph.Graph) {
	for _, n := range g.Nodes {
		s.printf("%s%s", n.Name, s.note(n))
		for _, e := range g.Out(n) {
			s.printf("\t-> %s: %s", e.To.Name, describe(e))
		}
	}
}

// note tells what is worth knowing of a node beyond its name.
func (s *story) note(n *graph.Node) string {
	switch {
	case n.Module == nil:
		return " (elsewhere)"
	case n.Err != nil:
		first, _, _ := strings.Cut(n.Err.Error(), "\n")
		return fmt.Sprintf(" (in %s, %s)", n.Module.Rel, first)
	case n.Package == nil && len(n.Packages) == 0:
		return fmt.Sprintf(" (in %s, not loaded)", n.Dir())
	}
	return ""
}

// describe tells what an edge stands for.
func describe(e *graph.Edge) string {
	var parts []string
	if r := e.Requirement; r != nil {
		part := fmt.Sprintf("%s %s", e.Kinds()[0], r.Version)
		if r.Replace.Path != "" {
			part += " => " + r.Replace.String()
		}
		parts = append(parts, part)
	}
	for _, i := range e.Imports {
		part := string(i.Kind)
		if e.From.Package == nil {
			part += fmt.Sprintf(" of %d, as %s", i.Packages, i.Example.From.ImportPath)
			if i.Example.Kind != i.Kind {
				part += fmt.Sprintf(" (%s)", i.Example.Kind)
			}
			part += " of " + i.Example.Path
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func (s *story) cycles(g *graph.Graph, _ []*graph.Node) {
	for _, c := range g.Cycles() {
		s.printf("%s", names(c.Nodes))
		s.path(c.Shortest)
	}
}

func (s *story) layers(g *graph.Graph, _ []*graph.Node) {
	for i, nodes := range g.Layers() {
		s.printf("%d: %s", i, names(nodes))
	}
}

func (s *story) fans(g *graph.Graph, _ []*graph.Node) {
	for _, f := range g.Fans() {
		s.printf("%s: %d %d %d %d", f.Node.Name, f.In, f.Out, f.AllIn, f.AllOut)
	}
}

func (s *story) why(g *graph.Graph, ends []*graph.Node) {
	s.path(g.Why(ends[0], ends[1]))
}

func (s *story) path(edges []*graph.Edge) {
	for _, e := range edges {
		s.printf("\t%s -> %s: %s", e.From.Name, e.To.Name, describe(e))
	}
}

func (s *story) between(g *graph.Graph, ends []*graph.Node) {
	s.list(g.Between(ends[0], ends[1]))
}

func (s *story) dependents(g *graph.Graph, of []*graph.Node) {
	s.list(g.Dependents(of[0]))
}

func (s *story) dependencies(g *graph.Graph, of []*graph.Node) {
	s.list(g.Dependencies(of[0]))
}

func (s *story) match(args []string) {
	nodes, err := s.graph([]string{args[0], "all"}, graph.Everything).Match(s.root, args[1])
	if err != nil {
		s.printf("error: %v", err)
		return
	}
	s.list(nodes)
}

// list prints the names of the nodes on a line, if there are any.
func (s *story) list(nodes []*graph.Node) {
	fmt.Fprint(s.ts.Stdout())
	if len(nodes) > 0 {
		s.printf("%s", names(nodes))
	}
}

func names(nodes []*graph.Node) string {
	var all []string
	for _, n := range nodes {
		all = append(all, n.Name)
	}
	return strings.Join(all, " ")
}

func (s *story) check(file string) {
	var rules []graph.Rule
	s.ts.Check(json.Unmarshal([]byte(s.ts.ReadFile(file)), &rules))
	report, err := graph.Check(s.workspace, s.selection, rules)
	if err != nil {
		s.printf("error: %v", err)
		return
	}
	for _, v := range report.Violations {
		s.printf("%s: %s -> %s at %s", v.Rule.Reason, v.Edge.From.Name, v.Edge.To.Name, s.positions(v.Positions))
	}
	for _, u := range report.Unused {
		s.printf("%s: %s names nothing", u.Rule.Reason, u.Pattern)
	}
}

func (s *story) positions(all []token.Position) string {
	var texts []string
	for _, pos := range all {
		texts = append(texts, pos.String())
	}
	return strings.ReplaceAll(strings.Join(texts, " "), s.root+string(filepath.Separator), "")
}
