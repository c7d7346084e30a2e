package cover_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gomend/gomend/workspace/cover"
)

// A generated is the functions of a package, by the order in which they stand in its file.
type generated struct {
	names   []string
	covered map[string]bool
}

// read returns the coverage of the functions, of which each has two blocks and three
// statements.
func (g *generated) read(t *testing.T) *cover.Coverage {
	t.Helper()
	code, profile := "package a\n", "mode: set\n"
	for _, name := range g.names {
		line := strings.Count(code, "\n") + 2 // of the declaration
		code += fmt.Sprintf("\nfunc %s(x int) int {\n\tif x > len(%q) {\n\t\treturn 1\n\t}\n\treturn len(%q)\n}\n", name, name, name)
		times := 0
		if g.covered[name] {
			times = 1
		}
		for _, block := range []string{
			fmt.Sprintf("%d.%d,%d.%d 1", line, len("func (x int) int {")+len(name), line+1, len("\tif x > len(``) {")+len(name)),
			fmt.Sprintf("%d.%d,%d.3 1", line+1, len("\tif x > len(``) {")+len(name), line+3),
			fmt.Sprintf("%d.2,%d.%d 1", line+4, line+4, len("\treturn len(``)")+len(name)+1),
		} {
			profile += fmt.Sprintf("m/a/a.go:%s %d\n", block, times)
		}
	}
	c, err := cover.Read("a.out", strings.NewReader(profile), func(string) ([]byte, error) { return []byte(code), nil })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// edit removes, adds and moves functions at random, and takes the coverage of some. It
// returns the functions that are new, and those that lost coverage.
func (g *generated) edit(random *rand.Rand, n int) (added, lost map[string]bool) {
	added, lost = make(map[string]bool), make(map[string]bool)
	for i := range random.IntN(6) {
		at := random.IntN(len(g.names) + 1)
		switch random.IntN(4) {
		case 0:
			name := fmt.Sprintf("New%dx%d", n, i)
			g.names = slices.Insert(g.names, at, name)
			added[name], g.covered[name] = true, random.IntN(2) == 0
		case 1:
			if at < len(g.names) {
				delete(lost, g.names[at])
				delete(added, g.names[at])
				g.names = slices.Delete(g.names, at, at+1)
			}
		case 2:
			random.Shuffle(len(g.names), func(i, j int) { g.names[i], g.names[j] = g.names[j], g.names[i] })
		case 3:
			if at < len(g.names) && g.covered[g.names[at]] {
				lost[g.names[at]] = !added[g.names[at]]
				g.covered[g.names[at]] = false
			}
		}
	}
	maps.DeleteFunc(lost, func(_ string, is bool) bool { return !is })
	return added, lost
}

// Whatever is removed, added and moved, what is new and what lost coverage is told from what
// is as it was.
func TestCompareOfRandomEdits(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	g := &generated{covered: make(map[string]bool)}
	for i := range 10 {
		name := fmt.Sprintf("F%d", i)
		g.names = append(g.names, name)
		g.covered[name] = i%3 > 0
	}
	base := g.read(t)
	for n := range 500 {
		added, lost := g.edit(random, n)
		head := g.read(t)
		c := cover.Compare(base, head, nil)
		if want := 3 * len(added); c.Change.Total != want {
			t.Fatalf("%v: the change has %d statements, want %d", g.names, c.Change.Total, want)
		}
		found := make(map[string]bool)
		for _, r := range c.Regressions {
			found[r.Function] = true
		}
		if !maps.Equal(found, lost) {
			t.Fatalf("%v: lost coverage was found of %v, want %v", g.names, found, lost)
		}
		dropped := len(lost) > 0 || head.Count().Uncovered() > base.Count().Uncovered()
		if (c.Verdict() == cover.Dropped) != dropped {
			t.Fatalf("%v: %s", g.names, describe(c))
		}
		if len(g.names) < 4 { // begin anew with some
			for i := range 8 {
				name := fmt.Sprintf("G%dx%d", n, i)
				g.names = append(g.names, name)
				g.covered[name] = i%2 == 0
			}
			head = g.read(t)
		}
		base = head
	}
}
