package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/google/pprof/profile"
	"golang.org/x/perf/benchfmt"

	"github.com/gomend/gomend/profiles/compare"
)

const (
	// mostIterations is up to how many iterations allocations are counted in, in the first of
	// three runs, allocTime how long that is to take, about, and allocSpace what it may allocate.
	mostIterations = 1000
	allocTime      = time.Second
	allocSpace     = 256 << 20

	// startTime is by how much the starts of two processes may differ.
	startTime = 50 * time.Millisecond

	// allocLimit is where memory is collected nevertheless, before the machine has no more.
	allocLimit = "4GiB"

	// slackObjects is how many objects more setting up may allocate one time than another, and
	// slackSize how large they are, in bytes. Maps are seeded anew in each process.
	slackObjects = 10
	slackSize    = 256
)

// allocEnv makes allocations the same in each run.
var allocEnv = []string{"GOGC=off", "GOMAXPROCS=1", "GOMEMLIMIT=" + allocLimit}

// allocs compares what a benchmark allocates.
func (m *measurement) allocs(ctx context.Context, p *Package, b *Benchmark) error {
	m.tell(b, "allocations")
	n, err := m.allocIterations(ctx, p, b)
	if err != nil {
		return err
	}
	b.AllocIterations = n
	var slopes [2][]*allocations
	for s := range m.sides {
		var before *allocations
		for times := 1; times <= 3; times++ {
			now, err := m.profileAllocs(ctx, p, b, compare.Side(s), times*n)
			if err != nil {
				return fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
			}
			if before != nil {
				slopes[s] = append(slopes[s], before.slope(now))
			}
			before = now
		}
	}
	exact := func(slack float64, policy compare.Policy, of func(*allocations) *compare.Run) *compare.Result {
		if err != nil {
			return nil
		}
		var runs [2][]*compare.Run
		for s, some := range slopes {
			for _, a := range some {
				runs[s] = append(runs[s], of(a))
			}
		}
		var r *compare.Result
		r, err = compare.CompareExact(runs[compare.Base], runs[compare.Head], slack/float64(n), policy)
		return r
	}
	objects := exact(slackObjects, m.o.AllocPolicy, func(a *allocations) *compare.Run { return a.objects })
	bytes := exact(slackObjects*slackSize, m.o.AllocPolicy, func(a *allocations) *compare.Run { return a.bytes })
	blocks := exact(slackObjects, compare.Policy{}, func(a *allocations) *compare.Run { return a.blocks })
	if err != nil {
		return err
	}
	slack := slackObjects / float64(n)
	sharedBlocks(objects, blocks, 1, slack)
	sharedBlocks(bytes, blocks, blockSize, slack)
	b.Objects, b.Bytes = objects, bytes
	return nil
}

// allocIterations returns how many iterations a benchmark's allocations are counted in, at
// least 2: package testing runs one before it runs more.
func (m *measurement) allocIterations(ctx context.Context, p *Package, b *Benchmark) (int, error) {
	n := float64(mostIterations)
	for s, program := range p.programs {
		var took [2]time.Duration
		var each float64 // seconds
		for i, times := range []string{"2x", "7x"} {
			began := time.Now()
			r, err := program.one(ctx, b.Name, allocEnv, "-test.cpu=1", "-test.benchtime="+times, "-test.memprofilerate=1", "-test.benchmem")
			took[i] = time.Since(began)
			if err != nil {
				return 0, fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
			}
			if space, ok := r.Value("B/op"); ok && space > 0 {
				n = min(n, allocSpace/space)
			}
			if each, _ = r.Value("sec/op"); each > allocTime.Seconds() {
				return 2, nil
			}
		}
		// Both set up as often, which is no part of iterations. The timer may be stopped in these:
		// where that shows beside the start of a process, what counts is the clock.
		if more := took[1] - took[0]; more > startTime {
			each = max(each, more.Seconds()/5)
		}
		if each > 0 {
			n = min(n, allocTime.Seconds()/each)
		}
	}
	return int(max(n, 2)), nil
}

// allocations is what a run has allocated: objects and bytes, and of the objects those that
// may be blocks.
type allocations struct{ objects, bytes, blocks *compare.Run }

func (a *allocations) slope(more *allocations) *allocations {
	return &allocations{
		compare.Slope(a.objects, more.objects), compare.Slope(a.bytes, more.bytes), compare.Slope(a.blocks, more.blocks),
	}
}

// blockSize is the size of blocks in which the runtime puts small objects without pointers, in
// bytes (maxTinySize of internal/runtime/gc, Go 1.26). Profiles have the blocks, each for whose
// object came first, and do not tell them from other objects of that size.
const blockSize = 16

// sharedBlocks marks rows as moved of which only blocks changed while all together did not
// become more, or less: then another function's object came first.
func sharedBlocks(r, blocks *compare.Result, size, slack float64) {
	deltas := make(map[string]float64)
	for _, row := range blocks.Rows {
		deltas[row.Name] = row.Delta()
	}
	for _, row := range r.Rows {
		worse := row.Verdict == compare.Regressed && blocks.Total.Delta() <= slack
		better := row.Verdict == compare.Improved && blocks.Total.Delta() >= -slack
		if (worse || better) && math.Abs(row.Delta()-size*deltas[row.Name]) <= size*slack {
			row.Verdict = compare.Moved
		}
	}
}

// profileAllocs runs a benchmark and returns what it allocates.
func (m *measurement) profileAllocs(ctx context.Context, p *Package, b *Benchmark, s compare.Side, n int) (*allocations, error) {
	file := filepath.Join(m.temp, "allocs.pprof")
	defer os.Remove(file)
	result, err := p.programs[s].one(ctx, b.Name, allocEnv,
		"-test.cpu=1", "-test.benchtime="+strconv.Itoa(n)+"x", "-test.memprofilerate=1", "-test.memprofile="+file, "-test.benchmem")
	if err != nil {
		return nil, err
	}
	if !m.o.CPU {
		b.results[s] = append(b.results[s], withoutTime(result))
	}
	prof, err := m.read(file, b, "allocs", s, fmt.Sprintf("%dx", n), n)
	if err != nil {
		return nil, err
	}
	return m.foldAllocs(prof)
}

// withoutTime returns a result without times, which say nothing where each allocation is
// profiled.
func withoutTime(r *benchfmt.Result) *benchfmt.Result {
	var values []benchfmt.Value
	for _, v := range r.Values {
		if v.Unit == "B/op" || v.Unit == "allocs/op" {
			values = append(values, v)
		}
	}
	r.Values = values
	return r
}

func (m *measurement) foldAllocs(p *profile.Profile) (*allocations, error) {
	objects, err := compare.Fold("the allocations", p, m.foldOptions("alloc_objects"))
	if err != nil {
		return nil, err
	}
	bytes, err := compare.Fold("the allocations", p, m.foldOptions("alloc_space"))
	if err != nil {
		return nil, err
	}
	p.Sample = slices.DeleteFunc(p.Sample, func(s *profile.Sample) bool {
		return !slices.Equal(s.NumLabel["bytes"], []int64{blockSize})
	})
	blocks, err := compare.Fold("the allocations", p, m.foldOptions("alloc_objects"))
	return &allocations{objects, bytes, blocks}, err
}

// foldOptions are those for samples of a type: by owner, and that is each module of the code
// base on either side.
func (m *measurement) foldOptions(kind string) *compare.Options {
	return &compare.Options{SampleType: kind, Modules: union(m.sides[0].modules, m.sides[1].modules)}
}
