package compare

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/internal/unpack"
)

// maxSize is the size of a profile up to which it is read, unpacked, in bytes.
const maxSize = 1 << 30

// Read reads a profile in pprof's format. What is empty, larger than a gigabyte unpacked, or
// has no samples is an error.
func Read(r io.Reader) (*profile.Profile, error) {
	data, err := unpack.All(r, maxSize)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, errors.New("it is empty")
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("it is no profile: %w", err)
	}
	if len(p.Sample) == 0 {
		return nil, errors.New("it has no samples")
	}
	return p, nil
}

// sampleType returns the index of a type of samples, by its name; without one, that which the
// profile names as its default, or else the last.
func sampleType(p *profile.Profile, name string) (int, error) {
	if name == "" {
		name = p.DefaultSampleType
	}
	if name == "" {
		return len(p.SampleType) - 1, nil
	}
	i := slices.IndexFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == name })
	if i < 0 {
		var names []string
		for _, t := range p.SampleType {
			names = append(names, t.Type)
		}
		return 0, fmt.Errorf("it has no samples of type %s, but of %s", name, strings.Join(names, ", "))
	}
	return i, nil
}
