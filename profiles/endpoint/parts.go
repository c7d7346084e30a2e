package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/goroutine"
)

// read puts what is in the data into the snapshot, unpacked as it came from somewhere:
// the profile of a part, the record for Memory, or what is wrong with it.
func (s *Snapshot) read(part Part, where string, data []byte) {
	var err error
	switch part {
	case Goroutines:
		err = s.readGoroutines(data)
	case Leaks:
		s.Leaked, err = parseProfile(data, Leaks)
	case Heap:
		if isText(data) {
			s.fail(Memory, where, s.readMemory(data))
		}
		err = s.readHeap(data)
	case Memory:
		err = s.readRecord(data)
	}
	s.fail(part, where, err)
}

// readGoroutines takes in a goroutine profile, or a dump. Of a dump that is damaged
// nothing counts, as its goroutines would seem to be fewer than they were.
func (s *Snapshot) readGoroutines(data []byte) (err error) {
	if isText(data) || !goroutine.IsDump(data) {
		s.Goroutines, err = parseProfile(data, Goroutines)
		return err
	}
	waits, err := readWaits(bytes.NewReader(data), func(*goroutine.Goroutine) bool { return true })
	if err != nil {
		return err
	}
	s.Waits = append(s.Waits, waits...)
	s.Goroutines, err = redact(profileOf(waits))
	return err
}

func (s *Snapshot) readMemory(text []byte) (err error) {
	s.Memory, err = ParseMemStats(text)
	return err
}

// readHeap takes in a heap profile. Without samples it says nothing where the service
// takes none.
func (s *Snapshot) readHeap(data []byte) error {
	p, err := parseProfile(data, Heap)
	if err != nil {
		return err
	}
	if p.Period == 0 && len(p.Sample) == 0 {
		s.Absent[Heap] = "the service samples no allocations: its runtime.MemProfileRate is 0"
		return nil
	}
	s.Heap = p
	return nil
}

func (s *Snapshot) readRecord(data []byte) error {
	var r record
	if err := json.Unmarshal(data, &r); err != nil || r.Time.IsZero() {
		return errors.New("it is not the record of a snapshot, or cut off")
	}
	r.addTo(s)
	return nil
}

// fail notes what went wrong with a part, if anything did.
func (s *Snapshot) fail(part Part, where string, err error) {
	if err != nil {
		s.Errors[part] = fmt.Errorf("%s: %w", where, err)
	}
}

// failAll notes an error that says where it happened.
func (s *Snapshot) failAll(parts []Part, err error) {
	for _, part := range parts {
		s.Errors[part] = err
	}
}

// profile returns the profile of a part, and nil if there is none.
func (s *Snapshot) profile(part Part) *profile.Profile {
	switch part {
	case Goroutines:
		return s.Goroutines
	case Leaks:
		return s.Leaked
	case Heap:
		return s.Heap
	}
	return nil
}

// measured reports whether the snapshot has a part.
func (s *Snapshot) measured(part Part) bool {
	return s.profile(part) != nil || part == Memory && s.Memory != nil || part == Waits && len(s.Waits) > 0
}

// answered reports whether the snapshot has a part or says why not.
func (s *Snapshot) answered(part Part) bool {
	return s.measured(part) || s.Errors[part] != nil || s.Absent[part] != ""
}

// empty reports whether the snapshot has no part.
func (s *Snapshot) empty() bool {
	for _, part := range []Part{Goroutines, Leaks, Heap, Memory, Waits} {
		if s.measured(part) {
			return false
		}
	}
	return true
}
