package engine

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomend/gomend/cmd/internal/vettool"
	"github.com/gomend/gomend/internal/scratch"
	"github.com/gomend/gomend/workspace"
)

// An overlay is the user's overlay file with all names absolute: the go command
// takes them relative to where it runs, which is not where the user stands.
type overlay struct {
	file string            // "" if there is no overlay
	read map[string]string // by name in the program: the file to read
	name map[string]string // by name of the file read: the name in the program
}

func newOverlay(cfg workspace.Config) (*overlay, error) {
	o := &overlay{read: make(map[string]string), name: make(map[string]string)}
	if cfg.Overlay == "" {
		return o, nil
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(absolute(dir, cfg.Overlay))
	if err != nil {
		return nil, fmt.Errorf("overlay: %w", err)
	}
	var content struct{ Replace map[string]string }
	if err := json.Unmarshal(data, &content); err != nil {
		return nil, fmt.Errorf("overlay %s: %w", cfg.Overlay, err)
	}
	for name, read := range content.Replace {
		name = absolute(dir, name)
		if read != "" { // the file is taken as deleted
			read = absolute(dir, read)
			o.name[read] = name
		}
		o.read[name] = read
	}
	return o, o.write()
}

// write writes the overlay to a temporary file.
func (o *overlay) write() error {
	dir, err := scratch.Dir("overlay")
	if err != nil {
		return err
	}
	o.file = filepath.Join(dir, "overlay.json")
	data, err := json.Marshal(map[string]any{"Replace": o.read})
	if err != nil {
		return err
	}
	return os.WriteFile(o.file, data, 0o666)
}

func (o *overlay) remove() {
	if o.file != "" {
		os.RemoveAll(filepath.Dir(o.file)) // else a later run does it
	}
}

// env returns the variables by which our vet tool learns of the overlay.
func (o *overlay) env() []string {
	if o.file == "" {
		return nil
	}
	return []string{vettool.OverlayEnv + "=" + o.file}
}

// readFile reads the file that has the given name in the program.
func (o *overlay) readFile(name string) ([]byte, error) {
	if read := o.read[name]; read != "" {
		name = read
	}
	return os.ReadFile(name)
}

// stat describes the file that has the given name in the program.
func (o *overlay) stat(name string) (os.FileInfo, error) {
	if read := o.read[name]; read != "" {
		name = read
	}
	return os.Stat(name)
}

func absolute(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
