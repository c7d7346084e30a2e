package gocmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// An Overlay names the files that are read in place of others, by the absolute names of
// these, as the -overlay flag does. A file in the place of which none is named is not there.
type Overlay map[string]string

// ReadOverlay reads a file in the format of the -overlay flag. It returns nil if the name is
// empty.
func ReadOverlay(name string) (Overlay, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var file struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s is no overlay file: %w", name, err)
	}
	o := make(Overlay)
	for from, to := range file.Replace {
		o[filepath.Clean(from)] = to
	}
	return o, nil
}

// Write writes the overlay to a file, for the -overlay flag.
func (o Overlay) Write(name string) error {
	data, err := json.MarshalIndent(map[string]any{"Replace": o}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}

// ReadFile reads a file, or what stands in its place. The error is io/fs.ErrNotExist where
// that is nothing.
func (o Overlay) ReadFile(name string) ([]byte, error) {
	to, ok := o[filepath.Clean(name)]
	switch {
	case !ok:
		return os.ReadFile(name)
	case to == "":
		return nil, &os.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
	}
	return os.ReadFile(to)
}
