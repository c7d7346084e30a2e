package cover

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/gomend/gomend/internal/gocmd"
)

// readData reads what programs wrote to directories for GOCOVERDIR.
func (m *measurement) readData(ctx context.Context) error {
	tested := make(map[string]bool) // files of which the tests tell all blocks there are
	for file := range m.merged.files {
		tested[file] = len(m.o.Profiles) == 0
	}
	blocks := m.merged.countBlocks()
	for i, name := range m.o.Data {
		profile := filepath.Join(m.dir, "data"+strconv.Itoa(i)+".out")
		if err := m.convert(ctx, name, profile); err != nil {
			return err
		}
		if err := m.readProfile(name, profile); err != nil {
			return err
		}
		for file, n := range m.merged.countBlocks() {
			if tested[file] && n != blocks[file] {
				return fmt.Errorf("%s: what it has of %s is not of this code: build the program again with go build -cover, and run it", name, file)
			}
		}
	}
	return nil
}

// countBlocks returns how many blocks there are, by file.
func (m *merger) countBlocks() map[string]int {
	n := make(map[string]int, len(m.files))
	for file, blocks := range m.files {
		n[file] = len(blocks)
	}
	return n
}

// convert writes the data in a directory as a profile.
func (m *measurement) convert(ctx context.Context, name, profile string) error {
	dir, err := m.abs(name)
	if err != nil {
		return err
	}
	found, err := fs.Glob(os.DirFS(dir), "covmeta.*")
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("%s: there is no coverage data: build a program with go build -cover, and run it with GOCOVERDIR set to this directory", name)
	}
	// No module has a say in what the data are.
	g := gocmd.Go{
		Dir: m.dir, Base: m.cfg.Env, Env: []string{"GOWORK=off", "GOFLAGS="},
		Log: m.cfg.Log, Stderr: m.cfg.Stderr,
	}
	_, err = g.Run(ctx, nil, "tool", "covdata", "textfmt", "-i="+dir, "-o="+profile)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
