package compare_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/compare"
)

// A stack is a sample: its functions from the leaf on, with a value.
type stack struct {
	value     int64
	functions []string
}

func newProfile(stacks ...stack) *profile.Profile {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "samples", Unit: "count"}, {Type: "cpu", Unit: "nanoseconds"}}}
	locations := make(map[string]*profile.Location)
	for _, s := range stacks {
		sample := &profile.Sample{Value: []int64{1, s.value}}
		for _, name := range s.functions {
			if locations[name] == nil {
				id := uint64(len(p.Function) + 1)
				f := &profile.Function{ID: id, Name: name, Filename: strings.ReplaceAll(compare.PackageOf(name), "/", "_") + ".go"}
				locations[name] = &profile.Location{ID: id, Line: []profile.Line{{Function: f, Line: 7}}}
				p.Function, p.Location = append(p.Function, f), append(p.Location, locations[name])
			}
			sample.Location = append(sample.Location, locations[name])
		}
		p.Sample = append(p.Sample, sample)
	}
	return p
}

func run(t *testing.T, o compare.Options, stacks ...stack) *compare.Run {
	t.Helper()
	r, err := compare.Fold("test", newProfile(stacks...), &o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// rows is the rows of a run, sorted.
func rows(r *compare.Run) []string {
	var all []string
	for name, c := range r.Rows {
		all = append(all, fmt.Sprintf("%s %d %d", name, c.Flat, c.Cum))
	}
	slices.Sort(all)
	return all
}

func TestFold(t *testing.T) {
	stacks := []stack{
		{5, []string{"runtime.memmove", "sort.Sort", "example.com/a.Sort", "example.com/a.main"}},
		{3, []string{"example.com/a.F.func1", "example.com/a.F[go.shape.int,example.com/x.T[int]]", "example.com/a.main"}},
		{2, []string{"example.com/a.F.func2.1", "example.com/a.F[go.shape.string]", "example.com/a.main"}},
		{1, []string{"example.com/a.Rec", "example.com/a.Rec", "example.com/a.main"}},
		{7, []string{"runtime.mallocgc", "runtime.gcBgMarkWorker"}},
		{4, []string{"example.com/b%2ev2.(*T).M", "example.com/dep/sub.G"}},
	}
	for _, test := range []struct {
		o    compare.Options
		want string
	}{
		{compare.Options{Modules: []string{"example.com/a"}}, `
(outside: example.com/b.v2) 4 4
(outside: runtime) 7 7
example.com/a.F.func 5 5
example.com/a.F[...] 0 5
example.com/a.Rec 1 1
example.com/a.Sort 5 5
example.com/a.main 0 11`},
		{compare.Options{By: compare.Package}, `
example.com/a 6 11
example.com/b.v2 4 4
example.com/dep/sub 0 4
runtime 12 12
sort 0 5`},
		{compare.Options{By: compare.Module, Modules: []string{"example.com/a"}}, `
example.com/a 6 11
example.com/b.v2 4 4
example.com/dep/sub 0 4
std 12 12`},
		{compare.Options{By: compare.File, Modules: []string{"example.com/a"}}, `
example.com_a.go 6 11
example.com_b.v2.go 4 4
example.com_dep_sub.go 0 4
runtime.go 12 12
sort.go 0 5`},
	} {
		if got := strings.Join(rows(run(t, test.o, stacks...)), "\n"); got != strings.TrimSpace(test.want) {
			t.Errorf("by %q:\n%s\nwant%s", test.o.By, got, test.want)
		}
	}
}

func TestPackageOf(t *testing.T) {
	for name, want := range map[string]string{
		"main.main":                        "main",
		"example.com/a%2eb.(*T[...]).M":    "example.com/a.b",
		"example.com/a.F[example.com/b.T]": "example.com/a",
		"memcpy":                           "",
	} {
		if got := compare.PackageOf(name); got != want {
			t.Errorf("PackageOf(%s) = %q, want %q", name, got, want)
		}
	}
}

// sides returns n runs a side of 20 functions of the sizes that functions have, with noise;
// planted changes what the head spends in one of them.
func sides(t *testing.T, n int, seed uint64, planted float64) (base, head []*compare.Run) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	one := func(factor float64) *compare.Run {
		var stacks []stack
		for i := range 20 {
			size := 1e6 / float64(i+2)
			if i == 5 {
				size *= factor
			}
			stacks = append(stacks, stack{int64(size * (1 + 0.05*random.NormFloat64())), []string{fmt.Sprintf("example.com/p%d.F", i)}})
		}
		return run(t, compare.Options{}, stacks...)
	}
	for range n {
		base, head = append(base, one(1)), append(head, one(1+planted))
	}
	return base, head
}

func verdicts(r *compare.Result, v compare.Verdict) []string {
	var names []string
	for _, row := range r.Rows {
		if row.Verdict == v {
			names = append(names, row.Name)
		}
	}
	return names
}

// What was planted is the only discovery, and of nothing planted there is hardly any.
func TestDiscoveries(t *testing.T) {
	base, head := sides(t, 10, 1, 0.5)
	r, err := compare.Compare(base, head, compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if got := verdicts(r, compare.Regressed); !slices.Equal(got, []string{"example.com/p5.F"}) {
		t.Errorf("regressed are %v", got)
	}
	if got := verdicts(r, compare.Improved); len(got) > 0 {
		t.Errorf("improved are %v", got)
	}
	discoveries := 0
	for seed := range uint64(200) {
		base, head := sides(t, 6, seed+100, 0)
		r, err := compare.Compare(base, head, compare.Policy{})
		if err != nil {
			t.Fatal(err)
		}
		if len(verdicts(r, compare.Regressed))+len(verdicts(r, compare.Improved)) > 0 {
			discoveries++
		}
	}
	if discoveries > 18 { // 10 are to be expected, and more than 18 in one case of a hundred
		t.Errorf("of 200 comparisons of the same with the same %d discover something", discoveries)
	}
}

// Too few runs are never a pass: with three a side no row can be told from noise.
func TestInconclusive(t *testing.T) {
	base, head := sides(t, 3, 1, 1)
	r, err := compare.Compare(base, head, compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if got := verdicts(r, compare.Inconclusive); len(got) != len(r.Rows) {
		t.Errorf("inconclusive are %d of %d rows", len(got), len(r.Rows))
	}
	base, head = sides(t, 1, 1, 1)
	if r, err = compare.Compare(base, head, compare.Policy{}); err != nil {
		t.Fatal(err)
	}
	if got := verdicts(r, compare.Indicative); len(got) != len(r.Rows) {
		t.Errorf("indicative are %d of %d rows", len(got), len(r.Rows))
	}
}

// With a threshold that the runs can see, what does not change is said to be unchanged.
func TestUnchanged(t *testing.T) {
	base, head := sides(t, 10, 1, 0)
	r, err := compare.Compare(base, head, compare.Policy{Threshold: 0.3})
	if err != nil {
		t.Fatal(err)
	}
	if got := verdicts(r, compare.Unchanged); len(got) != len(r.Rows) {
		t.Errorf("unchanged are %d of %d rows", len(got), len(r.Rows))
	}
	for _, row := range r.Rows {
		if row.Smallest <= 0 || row.Low > row.Delta() || row.High < row.Delta() || math.IsNaN(row.Q) {
			t.Errorf("%+v", row)
		}
	}
}

// repeated compares eight runs a side, of which the values have a noise.
func repeated(t *testing.T, o compare.Options, noise float64, base, head []stack) *compare.Result {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	one := func(stacks []stack) *compare.Run {
		var noisy []stack
		for _, s := range stacks {
			noisy = append(noisy, stack{int64(float64(s.value) * (1 + noise*random.NormFloat64())), s.functions})
		}
		return run(t, o, noisy...)
	}
	var runs [2][]*compare.Run
	for range 8 {
		runs[0], runs[1] = append(runs[0], one(base)), append(runs[1], one(head))
	}
	r, err := compare.Compare(runs[0], runs[1], compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checkVerdicts checks which rows moved and which regressed.
func checkVerdicts(t *testing.T, r *compare.Result, moved, regressed []string) {
	t.Helper()
	for _, v := range []struct {
		verdict compare.Verdict
		want    []string
	}{{compare.Moved, moved}, {compare.Regressed, regressed}} {
		if got := slices.Sorted(slices.Values(verdicts(r, v.verdict))); !slices.Equal(got, v.want) {
			t.Errorf("%s are %v, want %v", v.verdict, got, v.want)
		}
	}
}

// A shift is a stack that costs something else in the head.
type shift struct {
	base, head int64
	functions  []string
}

// Cost that goes from one place to another of a package, a caller or a module is no regression,
// and whatever else regresses is one all the same.
func TestMoved(t *testing.T) {
	for name, test := range map[string]struct {
		o         compare.Options
		shifts    []shift
		moved     []string
		regressed []string
	}{
		"within a package, whoever calls, beside what regresses in the module": {
			o: compare.Options{Modules: []string{"example.com"}},
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/p.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/p.G"}},
				{1e6, 2e6, []string{"example.com/q.H"}},
			},
			moved: []string{"example.com/p.F", "example.com/p.G"}, regressed: []string{"example.com/q.H"},
		},
		"within a caller, beside what regresses in the package of the target": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/y.G", "net/http.Do", "example.com/c.C"}}, // a library is in between
				{1e6, 2e6, []string{"example.com/y.H", "example.com/d.D"}},
			},
			moved: []string{"example.com/x.F", "example.com/y.G"}, regressed: []string{"example.com/y.H"},
		},
		"within a caller of what calls itself": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F", "example.com/x.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/y.G", "example.com/c.C"}},
			},
			moved: []string{"example.com/x.F", "example.com/y.G"},
		},
		"not within a caller that costs more": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/y.G", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/c.C"}},
			},
			regressed: []string{"example.com/c.C", "example.com/y.G"},
		},
		"not within a caller if another one calls, too, on either side": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/y.G", "example.com/c.C"}},
				{5e4, 0, []string{"example.com/y.G", "example.com/d.D"}},
			},
			regressed: []string{"example.com/y.G"},
		},
		"not within a caller if a goroutine begins there, too": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/y.G", "example.com/c.C"}},
				{1e6, 1e6, []string{"example.com/y.G"}},
			},
			regressed: []string{"example.com/y.G"},
		},
		"not for having no caller, both": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F"}},
				{1e6, 2e6, []string{"example.com/y.G"}},
			},
			regressed: []string{"example.com/y.G"},
		},
		"within a module, whoever calls": {
			o: compare.Options{Modules: []string{"example.com/m", "example.com/m/tool"}},
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/m/x.F", "example.com/m/c.C"}},
				{1e6, 2e6, []string{"example.com/m/y.G", "example.com/m/d.D"}},
				{1e6, 2e6, []string{"example.com/m/tool/z.H"}},
			},
			moved: []string{"example.com/m/x.F", "example.com/m/y.G"}, regressed: []string{"example.com/m/tool/z.H"},
		},
		"not from module to module": {
			o: compare.Options{Modules: []string{"example.com/m", "example.com/m/tool"}},
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/m/x.F"}},
				{1e6, 2e6, []string{"example.com/m/tool/z.H"}},
			},
			regressed: []string{"example.com/m/tool/z.H"},
		},
		"not within what is outside of the code base": {
			o: compare.Options{By: compare.Function, Modules: []string{"example.com/m"}},
			shifts: []shift{
				{2e6, 1e6, []string{"runtime.scanobject"}},
				{1e6, 2e6, []string{"sort.Sort"}},
			},
			regressed: []string{"sort.Sort"},
		},
		"within a module that the path alone tells": {
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/o/r/x.F"}},
				{1e6, 2e6, []string{"example.com/o/r/y.G"}},
				{1e6, 2e6, []string{"example.com/o/other/z.H"}},
			},
			moved: []string{"example.com/o/r/x.F", "example.com/o/r/y.G"}, regressed: []string{"example.com/o/other/z.H"},
		},
		"packages within a module": {
			o: compare.Options{By: compare.Package, Modules: []string{"example.com/m"}},
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/m/x.F"}},
				{1e6, 2e6, []string{"example.com/m/y.G"}},
				{1e6, 2e6, []string{"example.com/dep.H"}},
			},
			moved: []string{"example.com/m/x", "example.com/m/y"}, regressed: []string{"example.com/dep"},
		},
		"no modules, as nothing is wider": {
			o: compare.Options{By: compare.Module},
			shifts: []shift{
				{2e6, 1e6, []string{"example.com/x.F", "example.com/c.C"}},
				{1e6, 2e6, []string{"example.com/y.G", "example.com/c.C"}},
			},
			regressed: []string{"example.com/y"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var base, head []stack
			for _, s := range test.shifts {
				base, head = append(base, stack{s.base, s.functions}), append(head, stack{s.head, s.functions})
			}
			checkVerdicts(t, repeated(t, test.o, 0.01, base, head), test.moved, test.regressed)
		})
	}
}

// A caller is the same one under another name, and so is what it calls.
func TestMovedWithinRenamed(t *testing.T) {
	one := func(f, g int64, caller, callee string) []stack {
		return []stack{{f, []string{"example.com/x.F", caller}}, {g, []string{callee, caller}}, {1e6, []string{"example.com/y.H"}}}
	}
	base := one(6e6, 5e6, "example.com/c.Old", "example.com/y.Old")
	head := one(5e6, 6e6, "example.com/c.New", "example.com/y.New")
	base = append(base, stack{2e6, []string{"example.com/y.K", "example.com/y.H"}})
	head = append(head, stack{4e6, []string{"example.com/y.K", "example.com/y.H"}})
	checkVerdicts(t, repeated(t, compare.Options{}, 0.01, base, head), []string{"example.com/x.F", "example.com/y.New"}, []string{"example.com/y.K"})
}

// Where nothing is noise, the least that does not cancel is a change.
func TestMovedExactly(t *testing.T) {
	base := []stack{{2000, []string{"example.com/p.F"}}, {1000, []string{"example.com/p.G"}}}
	exactly := []stack{{1000, []string{"example.com/p.F"}}, {2000, []string{"example.com/p.G"}}}
	nearly := []stack{{1000, []string{"example.com/p.F"}}, {2001, []string{"example.com/p.G"}}}
	checkVerdicts(t, repeated(t, compare.Options{}, 0, base, exactly), []string{"example.com/p.F", "example.com/p.G"}, nil)
	checkVerdicts(t, repeated(t, compare.Options{}, 0, base, nearly), nil, []string{"example.com/p.G"})
}

// A function that has another name is the same one, where its file and cost leave no doubt.
func TestRenamed(t *testing.T) {
	base := run(t, compare.Options{}, stack{100, []string{"example.com/p.Old"}}, stack{50, []string{"example.com/p.Same"}}, stack{40, []string{"example.com/q.A"}}, stack{42, []string{"example.com/q.B"}})
	head := run(t, compare.Options{}, stack{110, []string{"example.com/p.New"}}, stack{50, []string{"example.com/p.Same"}}, stack{41, []string{"example.com/q.C"}}, stack{43, []string{"example.com/q.D"}})
	r, err := compare.Compare([]*compare.Run{base}, []*compare.Run{head}, compare.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range r.Rows {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %g %g %s", row.Name, row.Base.Flat, row.Head.Flat, row.Was)))
	}
	slices.Sort(got)
	want := []string{
		"example.com/p.New 100 110 example.com/p.Old", "example.com/p.Same 50 50",
		"example.com/q.A 40 0", "example.com/q.B 42 0", "example.com/q.C 0 41", "example.com/q.D 0 43", // any could be any
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Values are for an iteration where all runs know theirs.
func TestPerIteration(t *testing.T) {
	base, head := run(t, compare.Options{}, stack{100, []string{"example.com/p.F"}}), run(t, compare.Options{}, stack{400, []string{"example.com/p.F"}})
	base.Iterations, head.Iterations = 10, 20
	r, err := compare.Compare([]*compare.Run{base}, []*compare.Run{head}, compare.Policy{})
	if err != nil || !r.PerIteration || r.Rows[0].Base.Flat != 10 || r.Rows[0].Head.Flat != 20 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestWrongProfiles(t *testing.T) {
	var whole, bomb bytes.Buffer
	if err := newProfile(stack{1, []string{"main.main"}}).Write(&whole); err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(&bomb)
	z.Write(make([]byte, 1<<20))
	z.Close()
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":     {nil, "it is empty"},
		"truncated": {whole.Bytes()[:whole.Len()/2], "it can't be unpacked"},
		"foreign":   {[]byte("package main"), "it is no profile"},
		"zeros":     {bomb.Bytes(), "it is no profile"},
	} {
		if _, err := compare.Read(bytes.NewReader(test.content)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	if _, err := compare.Fold("x", newProfile(stack{1, []string{"main.main"}}), &compare.Options{SampleType: "alloc"}); err == nil || !strings.Contains(err.Error(), "but of samples, cpu") {
		t.Errorf("a type that is not there: %v", err)
	}
	if _, err := compare.Compare(nil, nil, compare.Policy{}); err == nil {
		t.Error("nothing is compared")
	}
}

func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := newProfile(stack{1, []string{"a.B", "c.D"}}).WriteUncompressed(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := compare.Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, by := range compare.Dimensions() {
			if _, err := compare.Fold("x", p, &compare.Options{By: by}); err != nil {
				return
			}
		}
	})
}
