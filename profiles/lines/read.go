package lines

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/internal/unpack"
	"github.com/gomend/gomend/profiles/goroutine"
)

// maxSize is the size of a profile up to which it is read, unpacked, in bytes. Those of
// programs with a million goroutines stay below it.
const maxSize = 1 << 30

// Read reads a profile in pprof's format, or a goroutine dump, of debug=2 or a crash. The
// text of debug=1 is refused: pprof's reader takes the names of its functions, which it
// has beside addresses, for comments.
func Read(r io.Reader) (*Lines, error) {
	data, err := unpack.All(r, maxSize)
	if err != nil {
		return nil, err
	}
	switch {
	case len(data) == 0:
		return nil, errors.New("it is empty")
	case isText().Match(data):
		return nil, errors.New("it is the text of a profile (debug=1): fetch it without debug, or goroutines with debug=2")
	case goroutine.IsDump(data):
		return readDump(data)
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("it is neither a profile nor a goroutine dump: %w", err)
	}
	return fromProfile(p)
}

// isText matches the beginning of a profile's text.
var isText = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(\w+ profile: |--- (mutex|contention):)`) })

// readDump adds up the goroutines of a dump, at their calls and where they were started.
func readDump(data []byte) (*Lines, error) {
	l := newLines()
	for g, err := range goroutine.Parse(bytes.NewReader(data)) {
		if err != nil {
			return nil, err
		}
		stack := g.Stack
		if g.Created.File != "" {
			stack = append(stack, g.Created)
		}
		l.add(Goroutines, "count", 1, stack)
	}
	return l, nil
}

// fromProfile adds up the samples of a profile, by the type that pprof shows first.
func fromProfile(p *profile.Profile) (*Lines, error) {
	index, err := p.SampleIndexByName("")
	if err != nil || index < 0 {
		return nil, errors.New("it is a profile without samples")
	}
	t := p.SampleType[index]
	l := newLines()
	for _, s := range p.Sample {
		l.add(Metric(t.Type), t.Unit, s.Value[index], goroutine.StackOf(s))
	}
	return l, nil
}

// Load reads a file, or all files of a directory, as of one program at several times.
func Load(name string) (*Lines, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	names := []string{name}
	if info.IsDir() {
		if names, err = filesOf(name); err != nil {
			return nil, err
		}
	}
	all := newLines()
	for _, name := range names {
		l, err := load(name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all.Merge(l)
	}
	return all, nil
}

func load(name string) (*Lines, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Read(f)
}

// filesOf returns the files of a directory, at least one.
func filesOf(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: there is no profile in it", dir)
	}
	return names, nil
}
