package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomend/gomend/cmd/internal/report"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
	"github.com/gomend/gomend/workspace/align"
	"github.com/gomend/gomend/workspace/move"
)

// namesPackage reports whether a symbol has no name in its package: the last element of a
// path has no dot, or the directory is there.
func (a *app) namesPackage(symbol string) bool {
	last := symbol[strings.LastIndexByte(symbol, '/')+1:]
	if symbol == last && last != "." && last != ".." {
		return false // a symbol of the current directory, or a package by its name with one
	}
	if strings.Trim(last, ".") == "" || !strings.Contains(last, ".") {
		return !strings.Contains(symbol, "...")
	}
	info, err := os.Stat(a.absolute(symbol))
	return err == nil && info.IsDir() && strings.HasPrefix(symbol, ".")
}

// workMove gives a package another name, or moves it.
func (a *app) workMove(ctx context.Context, f *renameFlags, code *workspace.Workspace, from, to string, outputs []report.Output) error {
	switch {
	case f.kind != "" || len(f.modules) > 0 || f.keepWire:
		return errors.New("--kind, -m and --keep-wire-names are for symbols: a package is named by its path")
	case len(f.tags) > 0:
		return errors.New("--tags are for symbols: of a package, the files for all platforms and tags are changed anyway")
	}
	step := a.newStep()
	a.sweep()
	r, err := move.Package(ctx, workspace.Config{Dir: a.Dir, Env: a.Environ, Log: a.log}, from, to, move.Options{
		Subpackages: f.subpackages, Generated: f.generated, Test: f.test, Step: step.show,
	})
	step.clear()
	var generated *move.GeneratedError
	switch {
	case errors.As(err, &generated):
		return fmt.Errorf("%w: --generated does", err)
	case err != nil:
		return err
	}
	if f.diff {
		err = a.diffFiles(repositoryRoot(code.Root), diffs(r.Changes))
	} else if len(r.Worse) == 0 {
		err = a.moveFiles(ctx, code, r, "work rename "+from+" "+to)
	}
	d := &report.Move{Result: r, All: f.all, Quiet: a.quiet, Path: func(file string) string { return displayName(a.Dir, file) }}
	if err == nil && (!f.diff || len(f.outputs) > 0) {
		err = report.WriteOutputs(outputs, a.Out, func(w io.Writer, out report.Output) error {
			return report.WriteMove(w, out.Format, d)
		})
	}
	if err == nil {
		err = report.WriteMoveRemarks(a.Err, d)
	}
	if err == nil && len(r.Worse) > 0 {
		err = outcome(exitFindings)
	}
	return err
}

// moveFiles writes the files of a move, and removes the directories in which nothing is left.
func (a *app) moveFiles(ctx context.Context, code *workspace.Workspace, r *move.Result, command string) error {
	changes := make([]tree.Change, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = tree.Change{File: c.File, Old: c.Old, New: c.New}
		switch c.Op {
		case move.Create:
			changes[i].Op, changes[i].Perm = tree.Create, c.Perm
		case move.Remove:
			changes[i].Op = tree.Remove
		}
	}
	if err := a.write(ctx, code, command, changes); err != nil {
		return err
	}
	for _, dir := range r.Emptied {
		if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
			a.log.Info("the directory stays", "dir", dir, "err", err) // it is somebody's
		}
	}
	return nil
}

// diffs returns changes as a diff has them: a file that moves goes, and comes elsewhere.
func diffs(changes []move.Change) []align.Change {
	all := make([]align.Change, len(changes))
	for i, c := range changes {
		all[i] = align.Change{File: filepath.Clean(c.File), Old: c.Old, New: c.New}
		if c.Op == move.Create {
			all[i].Old = nil
		}
	}
	return all
}
