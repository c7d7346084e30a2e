package edit

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomend/gomend/internal/gocmd"
)

// WriteOverlay writes what the edits make of every file to new files in dir, and an
// overlay that puts these in the place of the originals, for the go command's
// -overlay flag: with it a change is built and tested before it is made. It returns
// the overlay's name. The names of the set's files must be absolute.
func (s *Set) WriteOverlay(dir string) (overlay string, err error) {
	replace := make(gocmd.Overlay)
	for i, name := range s.Files() {
		content, err := s.Content(name)
		if err != nil {
			return "", err
		}
		// The base name keeps what build constraints read from it.
		to := filepath.Join(dir, fmt.Sprint(i), filepath.Base(name))
		if err := os.Mkdir(filepath.Dir(to), 0o777); err != nil {
			return "", err
		}
		if err := os.WriteFile(to, content, 0o666); err != nil {
			return "", err
		}
		replace[name] = to
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, replace.Write(overlay)
}
