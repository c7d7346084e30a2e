package bench_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/profiles/bench"
	"github.com/gomend/gomend/profiles/compare"
	"github.com/gomend/gomend/workspace"
)

// base is a code base of two modules: the shop uses the text.
const base = `
-- go.work --
go 1.26

use (
	./shop
	./text
)
-- text/go.mod --
module example.com/text

go 1.26
-- text/text.go --
package text

import "strings"

// Join joins words.
func Join(words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w)
	}
	return b.String()
}

// Mix mixes a number.
//
//go:noinline
func Mix(n int) int {
	for i := range 2000 {
		n = n*31 + i
	}
	return n
}
-- text/text_test.go --
package text

import "testing"

var words = []string{"one", "two", "three"}

func BenchmarkJoin(b *testing.B) {
	for b.Loop() {
		Join(words)
	}
}
-- text/two.go --
package text

var (
	kept *int64
	zero int64
)

//go:noinline
func first() { kept = new(int64) }

//go:noinline
func second() { kept = new(int64) }

func two() {
	first()
	second()
}
-- text/two_test.go --
package text

import "testing"

func BenchmarkTwo(b *testing.B) {
	for b.Loop() {
		two()
	}
}
-- shop/go.mod --
module example.com/shop

go 1.26

require example.com/text v0.1.0
-- shop/shop.go --
package shop

import "example.com/text"

// Label labels an article.
func Label(id int) string { return text.Join([]string{"article", string(rune('a' + id%26))}) }

// Price prices an article.
func Price(id int) int { return text.Mix(id) }
-- shop/shop_test.go --
package shop

import "testing"

var sum int

func BenchmarkLabel(b *testing.B) {
	for _, size := range []struct {
		name string
		n    int
	}{{"few (1/10)", 1}, {"many", 10}} {
		b.Run(size.name, func(b *testing.B) {
			for i := range b.N {
				for range size.n {
					Label(i)
				}
			}
		})
	}
}

func BenchmarkPrice(b *testing.B) {
	for i := range b.N {
		sum += Price(i)
	}
}
-- alone/go.mod --
module example.com/alone

go 1.26
-- alone/alone_test.go --
package alone

import (
	"testing"
	"time"
)

func BenchmarkWait(b *testing.B) {
	for b.Loop() {
		time.Sleep(10 * time.Millisecond)
	}
}

func BenchmarkNothing(b *testing.B) {
	for b.Loop() {
	}
}
`

// repository lays out the base in a git repository, commits it, and changes files then.
func repository(t *testing.T, changes map[string]string) (*workspace.Workspace, workspace.Config) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, content string) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	contents := make(map[string]string)
	for _, f := range txtar.Parse([]byte(base)).Files {
		contents[f.Name] = string(f.Data)
		write(f.Name, string(f.Data))
	}
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-q", "-m", "base")
	for name, edit := range changes {
		old, replacement, ok := strings.Cut(edit, " => ")
		switch {
		case edit == "":
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		case !ok:
			write(name, edit)
		case !strings.Contains(contents[name], old):
			t.Fatalf("%s has no %q", name, old)
		default:
			write(name, strings.Replace(contents[name], old, replacement, 1))
		}
	}
	cfg := workspace.Config{Dir: dir, Env: append(os.Environ(), "GOFLAGS=", "GOWORK=")}
	w, err := workspace.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, cfg
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// told is what a result says of benchmarks, and which rows decide.
func told(r *bench.Result) []string {
	var all []string
	for _, p := range r.Packages {
		if p.Err != nil {
			all = append(all, fmt.Sprintf("%s: %v", p.ImportPath, p.Err))
		}
		for _, b := range p.Benchmarks {
			state := b.State.String()
			if b.Err != nil {
				state += ", error: " + b.Err.Error()
			}
			all = append(all, fmt.Sprintf("%s %s: %s", b.Package, b.Name, state))
		}
	}
	for _, x := range r.Regressions() {
		text := fmt.Sprintf("%s: %s regressed in %s", x.Benchmark.Name, x.Row.Name, x.In.Type)
		if x.In.Exact {
			text += fmt.Sprintf(" from %.1f to %.1f", x.Row.Base.Flat, x.Row.Head.Flat)
		}
		all = append(all, text)
	}
	return all
}

func TestAllocations(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes map[string]string
		options bench.Options
		want    []string
	}{
		"an allocation for each word": {
			changes: map[string]string{"text/text.go": "b.WriteString(w) => kept2 = []byte(w); b.WriteString(w)", "text/kept.go": "package text\n\nvar kept2 []byte\n"},
			want: []string{
				"example.com/shop Label/few_(1/10): measured",
				"example.com/shop Label/many: measured",
				"example.com/shop Price: measured",
				"example.com/text Join: measured",
				"example.com/text Two: measured",
				"Label/few_(1/10): example.com/text.Join regressed in alloc_objects from 0.5 to 1.5",
				"Label/few_(1/10): example.com/text.Join regressed in alloc_space from 8.0 to 24.0",
				"Label/many: example.com/text.Join regressed in alloc_objects from 5.0 to 15.0",
				"Label/many: example.com/text.Join regressed in alloc_space from 80.0 to 240.0",
				"Join: example.com/text.Join regressed in alloc_objects from 1.5 to 3.0",
				"Join: example.com/text.Join regressed in alloc_space from 24.0 to 48.0",
			},
		},
		// First has opened the blocks in which Second's objects were, too.
		"an allocation less, so that another opens the block": {
			changes: map[string]string{"text/two.go": "kept = new(int64) => kept = &zero"},
			options: bench.Options{Benchmarks: "Two", Patterns: []string{"./text"}},
			want:    []string{"example.com/text Two: measured"},
		},
		"as much as is allowed": {
			changes: map[string]string{"text/text.go": "b.WriteString(w) => kept2 = []byte(w); b.WriteString(w)", "text/kept.go": "package text\n\nvar kept2 []byte\n"},
			options: bench.Options{Benchmarks: "Join", Patterns: []string{"./text"}, AllocPolicy: compare.Policy{Threshold: 2}},
			want:    []string{"example.com/text Join: measured"},
		},
		"benchmarks that are new and gone": {
			changes: map[string]string{"shop/shop_test.go": "BenchmarkPrice => BenchmarkCost"},
			options: bench.Options{Benchmarks: "Price|Cost"},
			want:    []string{"example.com/shop Cost: new", "example.com/shop Price: gone"},
		},
		"nothing": {},
		"nothing, against itself": {
			options: bench.Options{All: true, Skip: "Wait"},
			want: []string{
				"example.com/alone Nothing: measured",
				"example.com/shop Label/few_(1/10): measured",
				"example.com/shop Label/many: measured",
				"example.com/shop Price: measured",
				"example.com/text Join: measured",
				"example.com/text Two: measured",
			},
		},
		"as it ships": {
			changes: map[string]string{"shop/shop.go": "text.Mix(id) => text.Mix(id) + len(string([]byte{byte(id), 2, 3, 4}))"},
			options: bench.Options{View: workspace.Release, Benchmarks: "Price", Patterns: []string{"./shop"}},
			want:    []string{"example.com/shop Price: measured"},
		},
		"what is not linked": {
			changes: map[string]string{"shop/shop.go": "return text.Mix(id) } => return text.Mix(id) }\n\nfunc unused() {}"},
			want:    []string{"example.com/shop Label: same-program", "example.com/shop Price: same-program"},
		},
		"what a benchmark reads": {
			changes: map[string]string{"shop/testdata/prices.go": "package prices\n"},
			options: bench.Options{Benchmarks: "Price"},
			want:    []string{"example.com/shop Price: measured"},
		},
		"what is allocated more each time": {
			changes: map[string]string{"text/two.go": "second()\n} => second()\n\tall = append(all, make([]int64, len(all)))\n}\n\nvar all [][]int64"},
			options: bench.Options{Benchmarks: "Two", Patterns: []string{"./text"}},
			want: []string{
				"example.com/text Two: measured",
				"Two: example.com/text.two regressed in alloc_objects",
				"Two: example.com/text.two regressed in alloc_space",
			},
		},
		"an iteration that takes long": {
			changes: map[string]string{"shop/shop.go": "return text.Mix(id) => slow = make([]int64, 50<<20); return text.Mix(id)", "shop/slow.go": "package shop\n\nvar slow []int64\n"},
			options: bench.Options{Benchmarks: "Price"},
			want: []string{
				"example.com/shop Price: measured",
				"Price: example.com/shop.Price regressed in alloc_space from 0.0 to 419430400.0",
			},
		},
		"a benchmark that fails beside others": {
			changes: map[string]string{"shop/shop.go": "return text.Mix(id) => panic(\"too dear\")"},
			want: []string{
				"example.com/shop Label/few_(1/10): measured",
				"example.com/shop Label/many: measured",
				"example.com/shop Price: measured, error: at the head: its test binary failed (exit status 2)",
			},
		},
		"a benchmark that hangs": {
			changes: map[string]string{"shop/shop.go": "package shop\n\nimport \"time\"\n\nfunc Price(id int) int { time.Sleep(time.Hour); return id }\n\nfunc Label(id int) string { return \"\" }\n"},
			options: bench.Options{Benchmarks: "Price", Timeout: 2 * time.Second},
			want:    []string{"example.com/shop Price: measured, error: at the head: it was given up after 2s"},
		},
		"a benchmark that prints": {
			changes: map[string]string{"shop/shop.go": "package shop\n\nimport \"fmt\"\n\nfunc Price(id int) int { fmt.Print(\".\"); return id }\n\nfunc Label(id int) string { return \"\" }\n"},
			options: bench.Options{Benchmarks: "Price"},
			want:    []string{"example.com/shop Price: measured"},
		},
		"names in names": {
			changes: map[string]string{"alone/alone_test.go": "package alone\n\nimport \"testing\"\n\nfunc BenchmarkBenchmark(b *testing.B) {\n\tb.Run(\"BenchmarkNothing\", BenchmarkNothing)\n}\n\nfunc BenchmarkNothing(b *testing.B) {\n\tfor b.Loop() {\n\t}\n}\n"},
			options: bench.Options{Patterns: []string{"./alone"}},
			want: []string{
				"example.com/alone Benchmark/BenchmarkNothing: new",
				"example.com/alone Nothing: measured",
				"example.com/alone Wait: gone",
			},
		},
		"a directory with another name": {
			changes: map[string]string{"go.work": "./text => ./words", "words/go.mod": "module example.com/text\n\ngo 1.26\n", "words/words.go": "package text\n\n// Join joins words.\nfunc Join(words []string) string { return words[0] + words[1] }\n\nfunc Mix(n int) int { return n }\n", "words/text_test.go": "package text\n\nimport \"testing\"\n\nvar words = []string{\"one\", \"two\"}\n\nfunc BenchmarkJoin(b *testing.B) {\n\tfor b.Loop() {\n\t\tJoin(words)\n\t}\n}\n", "text": ""},
			options: bench.Options{Patterns: []string{"./words"}},
			want:    []string{"example.com/text Join: measured", "example.com/text Two: gone"},
		},
		"names that begin alike": {
			changes: map[string]string{"shop/shop_test.go": "func BenchmarkPrice( => func BenchmarkNames(b *testing.B) {\n\tfor _, name := range []string{\"json\", \"json/compact\", \"json\"} {\n\t\tb.Run(name, func(b *testing.B) {\n\t\t\tfor b.Loop() {\n\t\t\t\tPrice(1)\n\t\t\t}\n\t\t})\n\t}\n}\n\nfunc BenchmarkPrice("},
			options: bench.Options{Benchmarks: "Names", Patterns: []string{"./shop"}},
			want:    []string{"example.com/shop Names/json: new", "example.com/shop Names/json/compact: new", "example.com/shop Names/json#01: new"},
		},
		"a package that is new, beside one that is not": {
			changes: map[string]string{"shop/fresh/fresh_test.go": "package fresh\n\nimport \"testing\"\n\nfunc BenchmarkFresh(b *testing.B) {}\n"},
			options: bench.Options{Patterns: []string{"./shop/fresh", "./text"}},
			want:    []string{"example.com/shop/fresh Fresh: new"},
		},
		"a benchmark that fails": {
			changes: map[string]string{"shop/shop.go": "return text.Mix(id) => if id > 100 { panic(\"too dear\") }; return text.Mix(id)"},
			options: bench.Options{Benchmarks: "Price"},
			want:    []string{"example.com/shop Price: measured, error: at the head: its test binary failed (exit status 2)"},
		},
		"what does not build": {
			changes: map[string]string{"shop/shop.go": "return text.Mix(id) => return text.Mix(id, 2)"},
			want:    []string{"example.com/shop: at the head: go test"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, cfg := repository(t, test.changes)
			o := test.options
			o.Allocs = true
			r, err := bench.Since(t.Context(), w, cfg, "HEAD", o)
			if err != nil {
				t.Fatal(err)
			}
			got := told(r)
			for i := range min(len(got), len(test.want)) {
				if strings.HasPrefix(got[i], test.want[i]) { // which says enough
					got[i] = got[i][:min(len(got[i]), len(test.want[i]))]
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// A slowdown fails, and the same code against itself does not.
func TestCPU(t *testing.T) {
	slower := map[string]string{"text/text.go": "range 2000 => range 5000"}
	for name, test := range map[string]struct {
		changes map[string]string
		all     bool
		want    []string
	}{
		"a slowdown":               {changes: slower, want: []string{"Price: example.com/text.Mix regressed in cpu", "Price: total regressed in cpu"}},
		"the same, against itself": {all: true},
	} {
		t.Run(name, func(t *testing.T) {
			w, cfg := repository(t, test.changes)
			keep := t.TempDir()
			r, err := bench.Since(t.Context(), w, cfg, "HEAD", bench.Options{
				Benchmarks: "Price", CPU: true, Runs: 8, Time: 150 * time.Millisecond, All: test.all, Keep: keep,
				Policy: compare.Policy{Threshold: 0.5},
			})
			if err != nil {
				t.Fatal(err)
			}
			got := told(r)
			want := append([]string{"example.com/shop Price: measured"}, test.want...)
			if !slices.Equal(got, want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			kept := make(map[string]int)
			for _, pattern := range []string{"*.txt", "example.com/shop/BenchmarkPrice/cpu/base/*.pprof", "example.com/shop/BenchmarkPrice/cpu/head/*.pprof"} {
				files, err := filepath.Glob(filepath.Join(keep, pattern))
				if err != nil {
					t.Fatal(err)
				}
				kept[pattern] = len(files)
			}
			if counts := slices.Sorted(maps.Values(kept)); !slices.Equal(counts, []int{2, 8, 8}) {
				t.Errorf("kept %v", kept)
			}
		})
	}
}

// What waits takes no CPU time, and what the clock says of it decides nothing.
func TestWaiting(t *testing.T) {
	t.Parallel()
	w, cfg := repository(t, map[string]string{"alone/alone_test.go": "10 * time.Millisecond => 30 * time.Millisecond"})
	r, err := bench.Since(t.Context(), w, cfg, "HEAD", bench.Options{Benchmarks: "Wait", CPU: true, Runs: 8, Time: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(r); !slices.Equal(got, []string{"example.com/alone Wait: measured"}) || r.Incomplete() {
		t.Fatalf("got %q", got)
	}
	b := r.Packages[0].Benchmarks[0]
	if b.Time == nil || b.Time.Base > 0.025 || b.Time.Head < 0.025 || b.Time.P > 0.01 {
		t.Errorf("by the clock it is %+v", b.Time)
	}
}

// A module of the base that can't be loaded is told, and not taken for one that was not there:
// unless it is none of those that are named.
func TestBaseThatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	broken := "module example.com/alone\n\ngo 1.26\n\nrequire (\n"
	w, cfg := repository(t, map[string]string{"alone/go.mod": broken})
	git(t, w.Root, "commit", "-qam", "broken")
	for name, content := range map[string]string{"alone/go.mod": strings.TrimSuffix(broken, "require (\n"), "text/more.go": "package text\n\nvar More = Mix(1)\n"} {
		if err := os.WriteFile(filepath.Join(w.Root, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	mended, err := workspace.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer mended.Close()
	r, err := bench.Since(t.Context(), mended, cfg, "HEAD", bench.Options{Benchmarks: "Nothing|Join", Allocs: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.BaseFailures) != 1 || !r.Incomplete() {
		t.Errorf("failures of the base are %v, and of the benchmarks it is told:\n%s", r.BaseFailures, strings.Join(told(r), "\n"))
	}
	head := workspace.Config{Dir: filepath.Join(w.Root, "text"), Env: cfg.Env}
	text, err := workspace.Open(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	r, err = bench.Since(t.Context(), text, head, "HEAD", bench.Options{Patterns: []string{"."}, Benchmarks: "Join", Allocs: true})
	if err != nil {
		t.Fatal(err)
	}
	if r.Incomplete() || !slices.Equal(told(r), []string{"example.com/text Join: measured"}) {
		t.Errorf("got %q, and failures of the base %v", told(r), r.BaseFailures)
	}
}
