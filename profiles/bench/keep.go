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

// makeEmpty makes a directory to keep files in; one that has files is an error.
func makeEmpty(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%s has files: name a directory to keep profiles in that is empty, or is not there", dir)
	}
	return err
}

// read reads a profile of a benchmark, which tells its iterations from then on, and keeps it if
// that is asked for: by its kind, its side and a name.
func (m *measurement) read(file string, b *Benchmark, kind string, s compare.Side, name string, iterations int) (*profile.Profile, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, err
	}
	compare.SetIterations(p, int64(iterations))
	if m.o.Keep == "" {
		return p, nil
	}
	dir := filepath.Join(m.o.Keep, filepath.FromSlash(b.Package))
	for element := range strings.SplitSeq("Benchmark"+b.Name, "/") {
		dir = filepath.Join(dir, fileName(element))
	}
	dir = filepath.Join(dir, kind, sideName(s))
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

// fileName returns an element of a benchmark's name as a file's name.
func fileName(element string) string {
	if strings.Trim(element, ".") == "" {
		return strings.Repeat("_", max(len(element), 1))
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, element)
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
