package workspace

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// An overlay names the files that are read in place of others, by the absolute names of
// these, as the go command's -overlay flag does.
type overlay map[string]string

// readOverlay reads an overlay file, if one is named.
func readOverlay(name string) (overlay, error) {
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
	o := make(overlay)
	for from, to := range file.Replace {
		o[filepath.Clean(from)] = to
	}
	return o, nil
}

// read reads a file, or what stands in its place. What is replaced by nothing is not there.
func (o overlay) read(name string) ([]byte, error) {
	to, ok := o[filepath.Clean(name)]
	switch {
	case !ok:
		return os.ReadFile(name)
	case to == "":
		return nil, &os.PathError{Op: "open", Path: name, Err: os.ErrNotExist}
	}
	return os.ReadFile(to)
}
