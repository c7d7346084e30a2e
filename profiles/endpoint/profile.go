package endpoint

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/google/pprof/profile"
)

// measures is what a profile of each part measures, as the type of a sample.
func measures(part Part) string {
	if part == Heap {
		return "inuse_space"
	}
	return string(part)
}

// parseProfile reads the profile of a part, in pprof's format or in the text of
// debug=1, without what may not be kept. The data is unpacked.
func parseProfile(data []byte, part Part) (*profile.Profile, error) {
	parse := parseProto
	if isText(data) {
		parse = parseText
	}
	p, err := parse(data)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(p.SampleType, func(t *profile.ValueType) bool { return t.Type == measures(part) }) {
		return nil, fmt.Errorf("it is not a profile of %s but of %s", measures(part), types(p))
	}
	if part == Goroutines && len(p.Sample) == 0 {
		return nil, errors.New("it has no goroutine, and a program has at least one")
	}
	return redact(p)
}

// types returns what a profile measures.
func types(p *profile.Profile) string {
	if len(p.SampleType) == 0 {
		return "nothing"
	}
	return fmt.Sprintf("%.40q", p.SampleType[len(p.SampleType)-1].Type)
}

// maxEntries is how many samples, locations, functions and texts a profile may have, or
// lines. Each may be of two bytes and take a hundred times that when it is read. A
// million goroutines with labels of their own stay below it.
const maxEntries = 2 << 20

var errEntries = fmt.Errorf("it has more than %d entries", maxEntries)

// parseProto reads pprof's format. profile.ParseData would unpack the data again,
// without bounds.
func parseProto(data []byte) (*profile.Profile, error) {
	if entries(data) > maxEntries {
		return nil, errEntries
	}
	p, err := profile.ParseUncompressed(data)
	if err == nil {
		err = p.CheckValid()
	}
	if err != nil {
		return nil, errors.New("it is not a profile, or cut off")
	}
	return p, nil
}

// entries returns how many fields the protocol buffer has that the data is, up to where
// it is damaged.
func entries(data []byte) int {
	n := 0
	for ; len(data) > 0; n++ {
		tag, size := binary.Uvarint(data)
		if size <= 0 {
			return n
		}
		length := valueLength(tag&7, data[size:])
		if length > uint64(len(data)-size) {
			return n
		}
		data = data[uint64(size)+length:]
	}
	return n
}

// valueLength returns how many of the bytes are the value of a field of a wire type, and
// more than there are if that is damaged.
func valueLength(wire uint64, data []byte) uint64 {
	number, size := binary.Uvarint(data)
	switch {
	case wire == 1:
		return 8
	case wire == 5:
		return 4
	case wire == 0 && size > 0:
		return uint64(size)
	case wire == 2 && size > 0 && number <= uint64(len(data)):
		return uint64(size) + number
	}
	return math.MaxUint64
}

// redact returns the profile without labels, comments and names of binaries. Samples
// that only differ in their labels are added up.
func redact(p *profile.Profile) (*profile.Profile, error) {
	for _, s := range p.Sample {
		s.Label, s.NumLabel, s.NumUnit = nil, nil, nil
	}
	for _, m := range p.Mapping {
		m.File, m.KernelRelocationSymbol = "", ""
	}
	p.Comments, p.DocURL = nil, ""
	p, err := profile.Merge([]*profile.Profile{p})
	if err != nil {
		return nil, errors.New("its samples do not fit together")
	}
	return p, nil
}
