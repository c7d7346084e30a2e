package compare

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
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

// iterations begins the comment of a profile that tells how often what was profiled has run.
const iterations = "iterations: "

// SetIterations notes in a profile how often what was profiled has run, for [Fold].
func SetIterations(p *profile.Profile, n int64) {
	p.Comments = slices.DeleteFunc(p.Comments, func(c string) bool { return strings.HasPrefix(c, iterations) })
	p.Comments = append(p.Comments, iterations+strconv.FormatInt(n, 10))
}

// iterationsOf returns what SetIterations has noted, or 0.
func iterationsOf(p *profile.Profile) int64 {
	for _, c := range p.Comments {
		if text, ok := strings.CutPrefix(c, iterations); ok {
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}
