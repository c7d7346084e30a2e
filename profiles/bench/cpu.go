package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/perf/benchfmt"

	"github.com/gomend/gomend/profiles/compare"
)

// cpu compares the CPU time that a benchmark takes.
func (m *measurement) cpu(ctx context.Context, p *Package, b *Benchmark) error {
	m.tell(b, "how many iterations")
	var err error
	if b.Iterations, err = m.iterations(ctx, p, b); err != nil {
		return err
	}
	var runs [2][]*compare.Run
	for i := range 2 * m.o.Runs {
		s := alternate(i)
		m.tell(b, fmt.Sprintf("CPU time, run %d of %d", i+1, 2*m.o.Runs))
		r, err := m.profileCPU(ctx, p, b, s)
		if err != nil {
			return fmt.Errorf("at the %s: %w", sideName(s), err)
		}
		runs[s] = append(runs[s], r)
	}
	b.Time = newClock(b.results)
	b.Idle = !slices.ContainsFunc(slices.Concat(runs[compare.Base], runs[compare.Head]), func(r *compare.Run) bool { return r.Total != 0 })
	if b.Idle {
		return nil
	}
	b.CPU, err = compare.Compare(runs[compare.Base], runs[compare.Head], m.o.Policy)
	return err
}

// iterations returns how many iterations each run has: what takes the base the time that is
// asked for, or fewer where the head is slower, but not so few that the base shows nothing.
func (m *measurement) iterations(ctx context.Context, p *Package, b *Benchmark) (int, error) {
	const least = 4 // of the base's time, a part
	var n [2]int
	for s, program := range p.programs {
		r, err := program.one(ctx, b.Name, nil, "-test.benchtime="+m.o.Time.String())
		if err != nil {
			return 0, fmt.Errorf("at the %s: %w", sideName(compare.Side(s)), err)
		}
		n[s] = r.Iters
	}
	return max(min(n[compare.Base], n[compare.Head]), n[compare.Base]/least, 1), nil
}

// alternate returns whose turn it is: base, head, head, base, so that a machine that becomes
// slower in the meantime does not make a side slower.
func alternate(i int) compare.Side {
	if i%4 == 1 || i%4 == 2 {
		return compare.Head
	}
	return compare.Base
}

// profileCPU runs a benchmark once and returns the CPU time of it.
func (m *measurement) profileCPU(ctx context.Context, p *Package, b *Benchmark, s compare.Side) (*compare.Run, error) {
	file := filepath.Join(m.temp, "cpu.pprof")
	defer os.Remove(file)
	result, err := p.programs[s].one(ctx, b.Name, nil,
		"-test.benchtime="+strconv.Itoa(b.Iterations)+"x", "-test.cpuprofile="+file, "-test.benchmem")
	if err != nil {
		return nil, err
	}
	prof, err := m.read(file, b, "cpu", s, fmt.Sprintf("%02d", len(b.results[s])+1), b.Iterations)
	if err != nil {
		return nil, err
	}
	r, err := compare.Fold(sideName(s), prof, m.foldOptions("cpu"))
	if err != nil {
		return nil, err
	}
	result.Values = append(result.Values, benchfmt.Value{Value: float64(r.Total) / float64(r.Iterations), Unit: "cpu-ns/op"})
	b.results[s] = append(b.results[s], result)
	return r, nil
}
