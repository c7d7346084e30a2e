package compare_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gomend/gomend/profiles/compare"
)

func outline(b *strings.Builder, n *compare.Node, depth int) {
	fmt.Fprintf(b, "%s%s %g %g", strings.Repeat(" ", depth), n.Name, n.Base, n.Head)
	if n.Left > 0 {
		fmt.Fprintf(b, " and %d", n.Left)
	}
	b.WriteString("\n")
	for _, c := range n.Children {
		outline(b, c, depth+1)
	}
}

// Stacks of both sides lie over each other, as means over runs; what costs little on both is
// counted alone, and closures keep their place whatever their number.
func TestTree(t *testing.T) {
	tree := compare.NewTree("")
	add := func(side compare.Side, runs int, stacks ...stack) {
		t.Helper()
		if err := tree.Add(side, "test", newProfile(stacks...), runs); err != nil {
			t.Fatal(err)
		}
	}
	small := stack{1, []string{"example.com/a.Tiny", "example.com/a.Small", "example.com/a.main"}}
	add(compare.Base, 1, stack{600, []string{"example.com/a.F.func1", "example.com/a.main"}}, stack{400, []string{"example.com/a.Gone", "example.com/a.main"}}, small)
	add(compare.Head, 2, stack{500, []string{"example.com/a.F.func2", "example.com/a.main"}})
	add(compare.Head, 2, stack{1500, []string{"example.com/a.F.func2", "example.com/a.main"}})
	var b strings.Builder
	root := tree.Prune(0.01)
	outline(&b, root, 0)
	want := `total 1001 1000
 example.com/a.main 1001 1000 and 2
  example.com/a.F.func 600 1000
  example.com/a.Gone 400 0
`
	if got := b.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if root.Count() != 4 {
		t.Errorf("it has %d nodes", root.Count())
	}
}
