package workspace

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Relocate returns how to look at a copy of the code base, or at what it was at another time,
// as cfg says for w: in the directory to, which stands for from. The copy's go.work file is
// workFile, or "" if it has none of its own. Where the copy lacks the directory that w was
// opened in, it is looked at from its root.
func (w *Workspace) Relocate(cfg Config, from, to, workFile string) (Config, error) {
	for _, dir := range []struct {
		to   *string
		from string
	}{{&cfg.Root, w.Root}, {&cfg.Dir, w.Dir}} {
		rel, err := filepath.Rel(from, dir.from)
		if err != nil {
			return cfg, err
		}
		*dir.to = filepath.Join(to, rel)
	}
	if _, err := os.Stat(cfg.Dir); errors.Is(err, fs.ErrNotExist) {
		cfg.Dir = cfg.Root
	}
	if workFile != "" {
		env := cfg.Env
		if env == nil {
			env = os.Environ()
		}
		cfg.Env = append(slices.Clip(env), "GOWORK="+workFile)
	}
	return cfg, nil
}
