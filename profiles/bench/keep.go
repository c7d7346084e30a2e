package bench

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/pprof/profile"
	"golang.org/x/perf/benchfmt"

	"github.com/gomend/gomend/profiles/compare"
)

// read reads a profile of a benchmark, which tells its iterations from then on, and keeps it if
// that is asked for.
func (m *measurement) read(file string, b *Benchmark, s compare.Side, name string, iterations int64) (*profile.Profile, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := compare.Read(f)
	if err != nil {
		return nil, err
	}
	compare.SetIterations(p, iterations)
	if m.o.Keep == "" {
		return p, nil
	}
	dir := filepath.Join(m.o.Keep, filepath.FromSlash(b.Package), fileName("Benchmark"+b.Name), sideName(s))
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	kept, err := os.Create(filepath.Join(dir, name+".pprof"))
	if err != nil {
		return nil, err
	}
	if err := p.Write(kept); err != nil {
		kept.Close()
		return nil, err
	}
	return p, kept.Close()
}

// fileName returns the name of a benchmark as that of a file.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
}

// keepResults writes the results of both sides for benchstat.
func (m *measurement) keepResults() error {
	if m.o.Keep == "" {
		return nil
	}
	for _, s := range []compare.Side{compare.Base, compare.Head} {
		f, err := os.Create(filepath.Join(m.o.Keep, sideName(s)+".txt"))
		if err != nil {
			return err
		}
		if err := m.result.WriteBenchmarks(f, s); err != nil {
			f.Close()
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return nil
}

// WriteBenchmarks writes the results of a side in the format of "go test -bench", which
// benchstat reads (https://golang.org/design/14313-benchmark-format).
func (r *Result) WriteBenchmarks(w io.Writer, s compare.Side) error {
	out := benchfmt.NewWriter(w)
	for _, p := range r.Packages {
		for _, b := range p.Benchmarks {
			for _, result := range b.Results(s) {
				if err := out.Write(result); err != nil {
					return fmt.Errorf("benchmark %s of %s: %w", b.Name, b.Package, err)
				}
			}
		}
	}
	return nil
}
