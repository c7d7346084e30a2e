package verify_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/verify"
)

const shop = `
-- go.work --
go 1.26

use (
	./cart
	./stock
)
-- cart/go.mod --
module example.com/cart

go 1.26

require example.com/stock v0.0.0
-- cart/cart.go --
package cart

import "example.com/stock"

func Left() int { return stock.Left }
-- cart/cart_test.go --
package cart

import "testing"

func TestLeft(t *testing.T) {
	if Left() != 3 {
		t.Error("some are gone")
	}
}

func TestTable(t *testing.T) {
	for _, name := range []string{"a", "b c"} {
		t.Run(name, func(t *testing.T) {})
	}
}
-- stock/go.mod --
module example.com/stock

go 1.26
-- stock/stock.go --
package stock

var Left = 3
-- stock/only/only_test.go --
package only

import "testing"

func TestNothing(t *testing.T) {}
`

// lay writes a code base with files replaced: their names and new contents, in turn. No
// content removes the file.
func lay(t *testing.T, changes ...string) workspace.Config {
	t.Helper()
	dir := t.TempDir()
	if err := txtar.Write(txtar.Parse([]byte(shop)), dir); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(changes); i += 2 {
		name := filepath.Join(dir, changes[i])
		var err error
		if changes[i+1] == "" {
			err = os.Remove(name)
		} else {
			err = os.WriteFile(name, []byte(changes[i+1]), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return workspace.Config{Dir: dir, Env: append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=")}
}

func look(t *testing.T, cfg workspace.Config, o verify.Options) *verify.State {
	t.Helper()
	s, err := verify.Look(t.Context(), cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCompare(t *testing.T) {
	t.Parallel()
	vet, tests := verify.Options{Vet: true}, verify.Options{Views: []workspace.View{workspace.Work}, Test: true}
	work := verify.Options{Views: tests.Views}
	bases := make(map[string]*verify.State)
	for _, o := range []verify.Options{vet, tests, work} {
		bases[fmt.Sprint(o)] = look(t, lay(t), o)
	}
	for _, test := range []struct {
		name    string
		look    verify.Options
		changes []string
		want    []string // view, kind, package and test, and what the detail has
	}{
		{"nothing", vet, nil, nil},
		{
			"a package does not compile",
			work,
			[]string{"cart/cart.go", "package cart\n\nfunc Left() int { return \"\" }\n"},
			[]string{"work load example.com/cart: cannot use"},
		},
		{
			"what a package imports does not compile",
			work,
			[]string{"stock/stock.go", "package stock\n\nvar Left int = \"\"\n"},
			[]string{"work load example.com/stock: cannot use"},
		},
		{
			"a require that the workspace hides",
			vet,
			[]string{"cart/go.mod", "module example.com/cart\n\ngo 1.26\n"},
			[]string{"release load example.com/cart: example.com/stock"},
		},
		{
			"a module can't be loaded",
			work,
			[]string{"cart/go.mod", "modul example.com/cart\n"},
			[]string{
				"work load : unknown directive: modul", "work gone example.com/cart: ",
			},
		},
		{
			"a package is gone",
			work,
			[]string{"stock/only/only_test.go", ""},
			[]string{"work gone example.com/stock/only: "},
		},
		{
			"vet finds more",
			vet,
			[]string{"stock/stock.go", "package stock\n\nimport \"fmt\"\n\nvar Left = 3\n\nfunc Tell() { fmt.Printf(\"%d\\n\", \"\") }\n"},
			[]string{
				"work vet example.com/stock: printf in stock.go: fmt.Printf format %d has arg",
				"release vet example.com/stock: printf in stock.go: fmt.Printf format %d has arg",
			},
		},
		{
			"a test fails",
			tests,
			[]string{"stock/stock.go", "package stock\n\nvar Left = 2\n"},
			[]string{
				"work test example.com/cart : ", "work test example.com/cart TestLeft: ",
			},
		},
		{
			"a test is skipped, and one is gone",
			tests,
			[]string{"cart/cart_test.go", "package cart\n\nimport \"testing\"\n\nfunc TestLeft(t *testing.T) { t.Skip() }\n"},
			[]string{
				"work no test example.com/cart TestTable: ", "work no test example.com/cart TestTable/a: ", "work no test example.com/cart TestTable/b_c: ",
				"work skip example.com/cart TestLeft: ",
			},
		},
		{
			"the tests do not compile",
			tests,
			[]string{"cart/cart_test.go", "package cart\n\nimport \"testing\"\n\nfunc TestLeft(t *testing.T) { left() }\n"},
			[]string{
				"work no test example.com/cart TestLeft: ", "work no test example.com/cart TestTable: ",
				"work no test example.com/cart TestTable/a: ", "work no test example.com/cart TestTable/b_c: ", "work test example.com/cart : ",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := verify.Compare(bases[fmt.Sprint(test.look)], look(t, lay(t, test.changes...), test.look))
			same := func(r verify.Regression, want string) bool {
				before, detail, _ := strings.Cut(want, ": ")
				text := fmt.Sprintf("%s %s %s", r.View, r.Kind, r.Package)
				if r.Kind == verify.Test || r.Test != "" {
					text += " " + r.Test
				}
				return text == before && strings.Contains(r.Detail, detail)
			}
			if !slices.EqualFunc(got, test.want, same) {
				t.Errorf("got %+v\nwant %q", got, test.want)
			}
		})
	}
}

// What was broken before is not worse when it still is, or when it is mended.
func TestBrokenBefore(t *testing.T) {
	t.Parallel()
	broken := look(t, lay(t, "cart/cart.go", "package cart\n\nfunc Left() int { return \"\" }\n"), verify.Options{Test: true})
	for _, head := range []*verify.State{broken, look(t, lay(t), verify.Options{Test: true})} {
		if worse := verify.Compare(broken, head); len(worse) > 0 {
			t.Errorf("got %+v", worse)
		}
	}
}

// A change is looked at before it is made: the go command reads an overlay.
func TestOverlay(t *testing.T) {
	t.Parallel()
	cfg := lay(t)
	o := verify.Options{Views: []workspace.View{workspace.Work}}
	base := look(t, cfg, o)
	broken := filepath.Join(t.TempDir(), "stock.go")
	overlay := broken + ".json"
	for name, content := range map[string]string{
		broken:  "package stock\n\nvar Gone = 3\n",
		overlay: fmt.Sprintf(`{"Replace": {%q: %q}}`, filepath.Join(cfg.Dir, "stock", "stock.go"), broken),
	} {
		if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cfg.Overlay = overlay
	worse := verify.Compare(base, look(t, cfg, o))
	if len(worse) != 1 || worse[0].Package != "example.com/cart" || worse[0].Kind != verify.Load {
		t.Errorf("got %+v", worse)
	}
}

// A change of a file that makes a test run less is found, though all tests pass; one that
// adds code that is tested is not.
func TestCoverage(t *testing.T) {
	const code = "package stock\n\nvar Left = 3\n\nfunc Take(n int) int {\n\tif n < 0 {\n\t\treturn 0\n\t}\n\treturn n\n}\n"
	const test = "package stock\n\nimport \"testing\"\n\nfunc TestTake(t *testing.T) {\n\tTake(-1)\n\tTake(1)\n}\n"
	base := lay(t, "stock/stock.go", code, "stock/stock_test.go", test)
	o := verify.Options{Views: []workspace.View{workspace.Work}, Cover: true}
	for _, c := range []struct {
		name, file, content, want string
	}{
		{"nothing", "stock/stock.go", code, ""},
		{"a test that asks for less", "stock/stock_test.go", strings.Replace(test, "\tTake(-1)\n", "", 1), "stock/stock.go:7: tests ran this before, and do not any more"},
		{"code without a test", "stock/more.go", "package stock\n\nfunc More() int { return 1 }\n", "statements that no test runs: 1, before 0"},
		{"covered code that goes", "stock/stock.go", strings.Replace(code, "\tif n < 0 {\n\t\treturn 0\n\t}\n", "", 1), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			head := lay(t, "stock/stock.go", code, "stock/stock_test.go", test, c.file, c.content)
			before, after := look(t, base, o), look(t, head, o)
			got := verify.Compare(before, after)
			switch {
			case c.want == "" && len(got) == 0:
			case len(got) != 1 || got[0].Kind != verify.Coverage || got[0].Package != "example.com/stock" || got[0].Detail != c.want:
				t.Fatalf("got %+v, want %q", got, c.want)
			}
			worse, flaky, err := verify.Settle(t.Context(), base, head, o, got, 1)
			if err != nil {
				t.Fatal(err)
			}
			if len(worse) != len(got) || len(flaky) > 0 {
				t.Errorf("settled as worse %+v and flaky %+v", worse, flaky)
			}
		})
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	// TestLeft fails every other time; TestTable for ever.
	flaky := func(state string) string {
		return fmt.Sprintf(`package cart

import (
	"os"
	"testing"
)

func TestLeft(t *testing.T) {
	if os.Remove(%[1]q) != nil {
		os.WriteFile(%[1]q, nil, 0o666)
		t.Error("this time it fails")
	}
}

func TestTable(t *testing.T) { t.Run("a", func(t *testing.T) { t.Error("it fails") }) }
`, state)
	}
	o := verify.Options{Views: []workspace.View{workspace.Work}, Test: true}
	base, head := lay(t), lay(t, "cart/cart_test.go", flaky(filepath.Join(t.TempDir(), "failed")))
	found := verify.Compare(look(t, base, o), look(t, head, o))
	worse, flakyOnes, err := verify.Settle(t.Context(), base, head, o, found, 2)
	if err != nil {
		t.Fatal(err)
	}
	names := func(all []verify.Regression) (names []string) {
		for _, r := range all {
			names = append(names, string(r.Kind)+" "+r.Test)
		}
		return names
	}
	if got, want := names(worse), []string{"no test TestTable/b_c", "test ", "test TestTable", "test TestTable/a"}; !slices.Equal(got, want) {
		t.Errorf("worse are %q, want %q", got, want)
	}
	if got, want := names(flakyOnes), []string{"test TestLeft"}; !slices.Equal(got, want) {
		t.Errorf("flaky are %q, want %q", got, want)
	}
}

// A test whose name is another one each time is not gone; one that is always there is.
func TestSettleNames(t *testing.T) {
	t.Parallel()
	tests := func(more string) string {
		return `package cart

import (
	"testing"
	"time"
)

func TestTimes(t *testing.T) {
	t.Run(time.Now().String(), func(*testing.T) {})
	` + more + `
}
`
	}
	o := verify.Options{Views: []workspace.View{workspace.Work}, Test: true}
	base, head := lay(t, "cart/cart_test.go", tests(`t.Run("always", func(*testing.T) {})`)), lay(t, "cart/cart_test.go", tests(""))
	found := verify.Compare(look(t, base, o), look(t, head, o))
	worse, flaky, err := verify.Settle(t.Context(), base, head, o, found, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(worse) != 1 || worse[0].Test != "TestTimes/always" || len(flaky) != 1 {
		t.Errorf("worse are %+v, flaky %+v", worse, flaky)
	}
}

func TestNarrow(t *testing.T) {
	for _, test := range []struct {
		n    int
		harm []int
	}{{0, nil}, {1, nil}, {1, []int{0}}, {9, []int{8}}, {9, []int{0, 4, 5}}, {3, []int{0, 1, 2}}, {1000, []int{17, 900}}} {
		asked := 0
		left, err := verify.Narrow(t.Context(), test.n, func(_ context.Context, keep []bool) (bool, error) {
			asked++
			return !slices.ContainsFunc(test.harm, func(i int) bool { return keep[i] }), nil
		})
		if err != nil || !slices.Equal(left, test.harm) {
			t.Errorf("of %d parts, of which %v do harm, %v are left out (%v)", test.n, test.harm, left, err)
		}
		if most := 1 + len(test.harm)*12; asked > most {
			t.Errorf("of %d parts with %d that do harm: asked %d times", test.n, len(test.harm), asked)
		}
	}
}

// Whatever does harm, alone or together, what is kept is well.
func TestNarrowAlwaysEndsWell(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := 1 + random.IntN(12)
		var sets [][]int // each does harm together
		for range random.IntN(4) {
			sets = append(sets, random.Perm(n)[:1+random.IntN(min(n, 3))])
		}
		well := func(_ context.Context, keep []bool) (bool, error) {
			return !slices.ContainsFunc(sets, func(set []int) bool {
				return !slices.ContainsFunc(set, func(i int) bool { return !keep[i] })
			}), nil
		}
		left, err := verify.Narrow(t.Context(), n, well)
		if err != nil {
			t.Fatal(err)
		}
		keep := make([]bool, n)
		for i := range keep {
			keep[i] = !slices.Contains(left, i)
		}
		if ok, _ := well(t.Context(), keep); !ok || len(left) > len(sets) {
			t.Fatalf("of %d parts, of which %v do harm, %v are left out", n, sets, left)
		}
	}
}

func TestNarrowStops(t *testing.T) {
	broken := errors.New("the disk is full")
	if _, err := verify.Narrow(t.Context(), 3, func(context.Context, []bool) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := verify.Narrow(ctx, 3, func(context.Context, []bool) (bool, error) { return false, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
