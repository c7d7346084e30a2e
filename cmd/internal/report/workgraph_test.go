package report_test

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/graph"
)

// modules returns the graph of modules, each at the directory of its name and with those
// that it requires.
func modules(t *testing.T, requires map[string][]string) *report.WorkGraph {
	t.Helper()
	w := &workspace.Workspace{Root: filepath.FromSlash("/src")}
	for name, paths := range requires {
		text := fmt.Sprintf("module %s\n", name)
		for _, path := range paths {
			text += fmt.Sprintf("require %s v1.0.0\n", path)
		}
		file, err := modfile.Parse("go.mod", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		w.Modules = append(w.Modules, &workspace.Module{Path: name, Dir: filepath.Join(w.Root, name), Rel: name, File: file})
	}
	return shownModules(w)
}

func shownModules(w *workspace.Workspace) *report.WorkGraph {
	all := graph.Modules(w, nil, graph.CodeBase)
	return &report.WorkGraph{Noun: "module", View: workspace.Work, Root: w.Root, All: all, Graph: all, Named: all.Nodes}
}

func graphText(t *testing.T, g *report.WorkGraph, f report.Format, part report.GraphPart, o report.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteWorkGraph(&b, f, g, part, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestATreeBeginsWithEachCycleThatNothingNeeds(t *testing.T) {
	g := modules(t, map[string][]string{
		"a.org/a": {"a.org/b"},
		"a.org/b": {"a.org/a", "a.org/c"},
		"a.org/c": {"a.org/d"},
		"a.org/d": {"a.org/c"},
		"a.org/e": {"a.org/d"},
		"a.org/f": nil,
	})
	const want = `a.org/a
└── a.org/b (no import known)
    ├── a.org/a (no import known) …
    └── a.org/c (no import known)
        └── a.org/d (no import known)
            └── a.org/c (no import known) …
a.org/e
└── a.org/d (no import known) …
a.org/f

6 modules, 6 edges, 2 layers, 2 cycles (see --cycles)
`
	if got := graphText(t, g, report.Text, report.GraphTree, report.Options{}); got != want {
		t.Errorf("the tree is\n%s\nwant\n%s", got, want)
	}
}

func TestFanInCountsTheRest(t *testing.T) {
	requires := map[string][]string{"a.org/base": nil}
	for i := range 5 {
		requires[fmt.Sprintf("a.org/m%d", i)] = []string{"a.org/base"}
	}
	const want = ` direct     all  module
      5       5  a.org/base
      0       0  a.org/m0
and 4 more modules (-o json has all)
`
	if got := graphText(t, modules(t, requires), report.Text, report.GraphFanIn, report.Options{Limit: 2}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// hostile are names of directories in which a module can't be loaded, so that they stand
// for its path.
var hostile = []string{
	`a"]; evil [label="x`,
	`back\`,
	`back\N\"`,
	"line\nn1 --> n2",
	"\x1b[31mred",
	"%%{init: {}}%%",
	"<img src=x onerror=alert(1)>",
	"`**bold**`",
	"#quot;",
	"end",
	"世界",
	"subgraph",
	"twice\x00",
	"twice\x01",
}

func hostileModules() *report.WorkGraph {
	w := &workspace.Workspace{Root: filepath.FromSlash("/src")}
	for _, name := range hostile {
		w.Modules = append(w.Modules, &workspace.Module{Dir: filepath.Join(w.Root, name), Rel: name, Err: errors.New("broken")})
	}
	return shownModules(w)
}

// dotLine is a node or an edge as DOT's grammar has it: a quoted string ends at the first
// quote with no backslash before it, but for a pair of these.
var dotLine = regexp.MustCompile(`^\t("(?:[^"\\]|\\.)*")(?: -> ("(?:[^"\\]|\\.)*"))?(?: \[label="(?:[^"\\]|\\.)*", color=red\])?$`)

func TestHostileNamesStayInTheirDOTQuotes(t *testing.T) {
	text := graphText(t, hostileModules(), report.DOT, report.GraphTree, report.Options{})
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	nodes := make(map[string]bool)
	for _, line := range lines[3 : len(lines)-1] {
		m := dotLine.FindStringSubmatch(line)
		if m == nil || m[2] != "" {
			t.Errorf("%q is no node", line)
			continue
		}
		nodes[m[1]] = true
	}
	if len(nodes) != len(hostile) {
		t.Errorf("%d nodes, want %d", len(nodes), len(hostile))
	}
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("Graphviz is not here, to read it too")
	}
	cmd := exec.Command(dot, "-Tplain")
	cmd.Stdin = strings.NewReader(text)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, text)
	}
	if n := strings.Count("\n"+string(out), "\nnode "); n != len(hostile) {
		t.Errorf("Graphviz sees %d nodes, want %d:\n%s", n, len(hostile), out)
	}
}

// mermaidNode is a node whose label has nothing but what Mermaid takes as it is, and
// characters by number.
var mermaidNode = regexp.MustCompile(`^  n([0-9]+)\["((?:[A-Za-z0-9_~./ ()+,-]|#[0-9]+;)*)"\]$`)

func TestHostileNamesStayInTheirMermaidLabels(t *testing.T) {
	text := graphText(t, hostileModules(), report.Mermaid, report.GraphTree, report.Options{})
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	var labels []string
	for _, line := range lines[1:] {
		m := mermaidNode.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("%q is no node", line)
			continue
		}
		label := regexp.MustCompile(`#([0-9]+);`).ReplaceAllStringFunc(m[2], func(c string) string {
			n, err := strconv.Atoi(c[1 : len(c)-1])
			if err != nil {
				t.Error(err)
			}
			return string(rune(n))
		})
		labels = append(labels, strings.TrimSuffix(label, " (cannot be loaded)"))
	}
	for _, name := range hostile[:len(hostile)-2] {
		shown := strings.NewReplacer("\n", "\ufffd", "\x1b", "\ufffd").Replace(name)
		if !slices.Contains(labels, shown) {
			t.Errorf("%q is not shown", shown)
		}
	}
	if len(labels) != len(hostile) {
		t.Errorf("%d nodes, want %d", len(labels), len(hostile))
	}
}

func TestHostileNamesDoNotReachTheTerminal(t *testing.T) {
	for _, part := range []report.GraphPart{report.GraphTree, report.GraphLayers, report.GraphFanIn} {
		text := graphText(t, hostileModules(), report.Text, part, report.Options{})
		if strings.ContainsAny(text, "\x00\x01\x1b") || !strings.Contains(text, "twice\ufffd (twice\ufffd) (cannot be loaded)") {
			t.Errorf("got\n%q", text)
		}
	}
}
