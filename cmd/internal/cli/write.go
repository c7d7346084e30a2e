package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gomend/gomend/cmd/internal/series"
	"github.com/gomend/gomend/internal/tree"
	"github.com/gomend/gomend/workspace"
)

// write makes changes to files of a code base, all or none, and says which. The command is
// what the user typed, after "gomend".
func (a *app) write(ctx context.Context, code *workspace.Workspace, command string, changes []tree.Change) error {
	if err := tree.Write(ctx, code.Root, "gomend "+command, changes); err != nil {
		return err
	}
	if a.quiet {
		return nil
	}
	vendored := 0
	for _, c := range changes {
		if strings.Contains(filepath.ToSlash(c.File), "/vendor/") {
			vendored++
			continue
		}
		verb := "wrote"
		if c.Op == tree.Remove {
			verb = "removed"
		}
		fmt.Fprintf(a.Err, "%s %s\n", verb, displayName(a.Dir, c.File))
	}
	if vendored > 0 {
		fmt.Fprintf(a.Err, "wrote or removed %s in vendor folders\n", count(vendored, "file", "files"))
	}
	return nil
}

// noPending returns an error if a killed command has left its work: it is better told before
// what takes time than after it.
func (a *app) noPending(ctx context.Context, code *workspace.Workspace) error {
	j, err := tree.Pending(ctx, code.Root)
	if err == nil && j != nil {
		err = &tree.PendingError{Journal: j}
	}
	if err != nil {
		return err
	}
	s, err := a.pendingSeries(ctx, code)
	if err == nil && s != nil {
		err = &series.PendingError{Series: s}
	}
	return err
}

// change returns the change of a file that gets new content, or is there for the first
// time where the old one is nil.
func change(file string, before, after []byte) tree.Change {
	if before == nil {
		return tree.Change{Op: tree.Create, File: file, New: after}
	}
	return tree.Change{Op: tree.Edit, File: file, Old: before, New: after}
}

func (a *app) continueCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "continue",
		Short: "finish what a killed command was writing",
		Long: `Continue finishes the writing of files that another gomend command had begun when it was
killed: then all of them are new, and all commits are made. "gomend abort" makes all of
them old again. Until one of the two is done, no command writes to the code base.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.finish(c.Context(), "new", (*tree.Journal).Continue, a.runSeries)
		},
	}
}

func (a *app) abortCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "abort",
		Short: "take back what a killed command was writing",
		Long: `Abort takes back what another gomend command had written when it was killed: then all
files are as they were before, and commits and their branch are gone. "gomend continue"
finishes the writing instead. Until one of the two is done, no command writes to the code
base.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.finish(c.Context(), "old", (*tree.Journal).Abort, a.undoSeries)
		},
	}
}

// finish ends what was begun in the code base, one way or the other: the writing of files,
// and the commits of which that is a part.
func (a *app) finish(ctx context.Context, all string, end func(*tree.Journal, context.Context) error, commit func(context.Context, *series.Series) error) error {
	code, err := a.openWorkspace(ctx)
	if err != nil {
		return err
	}
	defer code.Close()
	j, err := tree.Pending(ctx, code.Root)
	if err != nil {
		return err
	}
	s, err := a.pendingSeries(ctx, code)
	if err != nil {
		return err
	}
	if j == nil && s == nil {
		return errors.New("there is nothing to finish: no command was killed while it wrote")
	}
	if j != nil {
		files := len(j.New) + len(j.Old)
		if err := end(j, ctx); err != nil {
			return err
		}
		if !a.quiet {
			fmt.Fprintf(a.Err, "%s that %s was writing: all %s\n", count(files, "file", "files"), strings.TrimSpace(j.Command), all)
		}
	}
	if s != nil {
		return commit(ctx, s)
	}
	return nil
}

// undoSeries takes back the commits of a killed command, and tells so.
func (a *app) undoSeries(ctx context.Context, s *series.Series) error {
	err := s.Undo(ctx)
	if err == nil && !a.quiet {
		fmt.Fprintf(a.Err, "%s of %s: taken back, %s is as it was\n", count(len(s.Made), "commit", "commits"), s.Command, s.From)
	}
	return err
}
