package endpoint

import (
	"errors"
	"fmt"

	"github.com/gomend/gomend/profiles/goroutine"
)

// ReadFile reads a file that somebody saved, whatever its name: a profile of goroutines,
// leaked goroutines or the heap, in pprof's format or in the text of debug=1, or a dump
// of goroutines. Its time is that of the profile, or else of when the file was modified.
// The error names the file.
func ReadFile(path string) (*Snapshot, error) {
	f := file{path: path}
	data, err := f.load()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	part, err := partOf(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	f, err = newFile(path)
	if err != nil {
		return nil, err
	}
	snap := newSnapshot("", f.at, f.source)
	snap.read(part, path, data)
	return snap, snap.Errors[part]
}

// partOf returns the part that the data is.
func partOf(data []byte) (Part, error) {
	switch {
	case len(data) == 0:
		return "", errors.New("it is empty")
	case !isText(data) && goroutine.IsDump(data):
		return Goroutines, nil
	}
	for _, part := range []Part{Goroutines, Leaks, Heap} {
		if _, err := parseProfile(data, part); err == nil {
			return part, nil
		}
	}
	_, err := parseProfile(data, Goroutines)
	return "", err
}
