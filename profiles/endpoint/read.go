package endpoint

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Services returns the folders of the directory in which there are snapshots, in the
// order of their names, with "" for the directory itself. None at all is an error.
func (d Directory) Services() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, err
	}
	folders := []string{""}
	for _, e := range entries {
		if e.IsDir() {
			folders = append(folders, e.Name())
		}
	}
	var services []string
	for _, folder := range folders {
		names, err := profilesIn(filepath.Join(string(d), folder))
		if err != nil {
			return nil, err
		}
		if len(names) > 0 {
			services = append(services, folder)
		}
	}
	if len(services) == 0 {
		return nil, d.none("")
	}
	return services, nil
}

// Snapshots yields the snapshots of a service, a folder's name or "" for the directory
// itself, in the order of their times. Only one of them is in memory, unless the caller
// keeps more.
//
// Files that others put there are read if their names, after a time, begin with
// goroutine, goroutineleak or heap. They may be in pprof's format or in the text of
// debug=1, which of a heap has the statistics of the memory, and those of goroutines may
// be dumps, as of debug=2, of which all waits are kept. All of that may be compressed.
// Other files are passed over.
//
// A time in a name is like 2026-11-27T17:26:05Z, also with other signs in between or
// none and without the zone, which is UTC then, or in seconds since 1970. Files whose
// names have the same time are one snapshot. Others are one each, of the time that the
// profile says, or else of when the file was modified.
//
// A file that can't be read is an error of its part, which names the file. What
// concerns the directory is yielded as an error, the last.
func (d Directory) Snapshots(service string) iter.Seq2[*Snapshot, error] {
	return func(yield func(*Snapshot, error) bool) {
		files, err := d.files(service)
		if err != nil {
			yield(nil, err)
			return
		}
		for len(files) > 0 {
			n := together(files)
			if err := twice(files[:n]); err != nil {
				yield(nil, err)
				return
			}
			if !yield(readSnapshot(service, files[:n]), nil) {
				return
			}
			files = files[n:]
		}
	}
}

// files returns the files of a service in the order of their times, at least one.
func (d Directory) files(service string) ([]file, error) {
	folder := filepath.Join(string(d), service)
	names, err := profilesIn(folder)
	if err != nil {
		return nil, err
	}
	var files []file
	for _, name := range names {
		f, err := newFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if len(files) == 0 {
		return nil, d.none(service)
	}
	slices.SortFunc(files, func(a, b file) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.source, b.source), cmp.Compare(a.path, b.path))
	})
	return files, nil
}

func (d Directory) none(service string) error {
	return fmt.Errorf("%s: there is no profile in it: the names of profiles begin with goroutine, goroutineleak or heap, or with a time before that", filepath.Join(string(d), service))
}

// profilesIn returns the names of a folder's profiles and records.
func profilesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && partIn(e.Name()) != "" {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// together returns how many of the files, from the first, are of one snapshot.
func together(files []file) int {
	n := 1
	for n < len(files) && files[n].source == FromName && files[0].source == FromName && files[n].at.Equal(files[0].at) {
		n++
	}
	return n
}

// twice returns an error if a part is more than once among the files of a snapshot.
func twice(files []file) error {
	first := make(map[Part]string)
	for _, f := range files {
		if first[f.part] != "" {
			return fmt.Errorf("%s and %s are of the same time: put the profiles of each service into a folder of its own", first[f.part], f.path)
		}
		first[f.part] = f.path
	}
	return nil
}

// A file is a profile or a record.
type file struct {
	path   string
	part   Part // Memory for a record
	at     time.Time
	source TimeSource
}

// newFile finds out of what time a file is. What is in it need not be readable.
func newFile(path string) (file, error) {
	f := file{path: path, part: partIn(filepath.Base(path)), source: FromName}
	var ok bool
	if f.at, ok = timeIn(filepath.Base(path)); ok {
		return f, nil
	}
	if nanos := f.timeNanos(); nanos > 0 {
		f.at, f.source = time.Unix(0, nanos).UTC(), FromProfile
		return f, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return file{}, err
	}
	f.at, f.source = info.ModTime().UTC(), FromModified
	return f, nil
}

// timeNanos returns the time that is in a profile, and 0 if there is none.
func (f file) timeNanos() int64 {
	data, err := f.load()
	if err != nil {
		return 0
	}
	p, err := parseProto(data)
	if err != nil {
		return 0
	}
	return p.TimeNanos
}

// load returns what is in the file, unpacked.
func (f file) load() ([]byte, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, errors.Unwrap(err) // the path is added to all errors
	}
	defer in.Close()
	return defaultLimits.readAll(in)
}

func readSnapshot(service string, files []file) *Snapshot {
	snap := newSnapshot(service, files[0].at, files[0].source)
	for _, f := range files {
		data, err := f.load()
		if err != nil {
			snap.fail(f.part, f.path, err)
			continue
		}
		snap.read(f.part, f.path, data)
	}
	return snap
}
