package leaktest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/cover"
)

// cover returns the flags that make the go command count what tests pass over.
func (r *run) cover() []string {
	if !r.cfg.Cover {
		return nil
	}
	mode := "count"
	if slices.ContainsFunc(r.cfg.Flags, isRace) {
		mode = "atomic" // the only one that can be had with -race
	}
	return []string{"-covermode=" + mode, "-coverprofile=" + r.coverFile()}
}

func isRace(flag string) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(flag, "-"), "-")
	return name != flag && (name == "race" || name == "race=true")
}

// coverFile returns the name of the file that the go command writes for a unit.
func (r *run) coverFile() string { return filepath.Join(r.dir, "cover.out") }

// readCover notes what the tests of the unit's packages passed over. There is no file if
// no test was run.
func (r *run) readCover(all map[string]*packageRun) error {
	if !r.cfg.Cover {
		return nil
	}
	defer os.Remove(r.coverFile()) // the next unit may write none
	profiles, err := cover.ParseProfiles(r.coverFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("what the tests passed over: %w", err)
	}
	for _, profile := range profiles {
		p := all[path.Dir(profile.FileName)]
		if p == nil {
			continue
		}
		for _, b := range profile.Blocks {
			p.Covered = append(p.Covered, Block{
				File:      path.Base(profile.FileName),
				StartLine: b.StartLine, StartCol: b.StartCol,
				EndLine: b.EndLine, EndCol: b.EndCol,
				Times: b.Count,
			})
		}
	}
	return nil
}
