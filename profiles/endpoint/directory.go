package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/gomend/gomend/internal/tree"
)

// A Directory is the path of a directory of snapshots. Those that gomend takes are in a
// folder for each service, as files that begin with the time, to the second, in UTC:
//
//	cart.internal_6060/20261127T172605Z.goroutine.pb.gz
//	cart.internal_6060/20261127T172605Z.goroutineleak.pb.gz
//	cart.internal_6060/20261127T172605Z.heap.pb.gz
//	cart.internal_6060/20261127T172605Z.snapshot.json
//
// The profiles are for go tool pprof, too. The last file has the rest of the snapshot.
// See [Directory.Snapshots] for what others may have put there.
type Directory string

// stamp is the time in the names of files.
const stamp = "20060102T150405Z"

// recordSuffix ends the name of the file that has what is in no profile.
const recordSuffix = ".snapshot.json"

// A record is what the snapshot has beside profiles.
type record struct {
	Time   time.Time
	Took   map[Part]time.Duration // in nanoseconds
	Memory *MemStats
	Waits  []Wait
	Errors map[Part]string
	Absent map[Part]string
}

// Write writes a snapshot. Each file appears as a whole or not at all, and the record,
// which says what is missing, is the last. It is an error if there is a snapshot of the
// same second.
func (d Directory) Write(s *Snapshot) error {
	if s.Service == "" || s.Service[0] == '.' || safe(s.Service) != s.Service {
		return fmt.Errorf("%q can't be the name of a folder: it takes letters, digits, points, hyphens and low lines", s.Service)
	}
	folder := filepath.Join(string(d), s.Service)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	prefix := filepath.Join(folder, s.Time.UTC().Format(stamp))
	if _, err := os.Lstat(prefix + recordSuffix); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s%s: there is a snapshot of that second", prefix, recordSuffix)
	}
	if err := writeProfiles(prefix, s); err != nil {
		return err
	}
	data, err := json.Marshal(recordOf(s))
	if err != nil {
		return err
	}
	return tree.Replace(prefix+recordSuffix, append(data, '\n'))
}

func writeProfiles(prefix string, s *Snapshot) error {
	for _, part := range []Part{Goroutines, Leaks, Heap} {
		p := s.profile(part)
		if p == nil {
			continue
		}
		var data bytes.Buffer
		if err := p.Write(&data); err != nil {
			return err
		}
		if err := tree.Replace(fmt.Sprintf("%s.%s.pb.gz", prefix, part), data.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func recordOf(s *Snapshot) record {
	r := record{s.Time, s.Took, s.Memory, s.Waits, make(map[Part]string), s.Absent}
	for part, err := range s.Errors {
		r.Errors[part] = err.Error()
	}
	return r
}

// addTo puts a record into the snapshot that it is of.
func (r *record) addTo(s *Snapshot) {
	s.Time, s.Memory, s.Waits = r.Time.UTC(), r.Memory, r.Waits
	maps.Copy(s.Took, r.Took)
	maps.Copy(s.Absent, r.Absent)
	for part, text := range r.Errors {
		s.Errors[part] = errors.New(text)
	}
}
