package tree

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// An Op is what a change does to its file.
type Op int

const (
	Edit   Op = iota // a file gets other content
	Create           // there is a file where none was
	Remove           // there is no file any more
)

// A Change is what becomes of one file.
//
// Of a symbolic link, what it leads to is edited; the link stays. A file that has
// other names, as hard links, is edited under this one alone. Permissions are kept,
// and those of a new file are up to the umask if it says none. Directories that a new
// file needs are made; those that become empty stay.
type Change struct {
	Op Op
	// File is the file's absolute name.
	File string
	// Old is the content that the change was made for, New the one to come; nil is an
	// empty one. Create has no Old, and Remove no New.
	Old, New []byte
	// Perm are the permissions of a file that is created, if not zero.
	Perm fs.FileMode
}

// A ChangedError says that files are not any more what changes were made for.
type ChangedError struct {
	// Files are their names relative to the root.
	Files []string
}

func (e *ChangedError) Error() string {
	if len(e.Files) == 1 {
		return e.Files[0] + " has changed since it was read; run the command again"
	}
	return strings.Join(e.Files, ", ") + " have changed since they were read; run the command again"
}

// Write makes changes to files below root, all or none of them. The command is what
// the user typed, for messages.
//
// It waits while another process writes there. Before it writes, it compares every
// file with what the change was made for, and makes a journal in root. If it fails
// then, or the context ends, it takes back what was written. If it is killed, the
// journal stays, and the next call fails with a [*PendingError] until
// [Journal.Continue] or [Journal.Abort] has finished what was begun.
//
// The error is a [*ChangedError] if files have changed, and a [*DamagedError] if there
// is a journal that can't be read. Files that lie outside of root, on another file
// system or in a repository's .git folder are refused, as are those that are not
// regular, symbolic links that are to be removed, and two changes to one file.
func Write(ctx context.Context, root, command string, changes []Change) error {
	return write(ctx, root, command, changes, nil)
}

func write(ctx context.Context, root, command string, changes []Change, onStep func(step)) error {
	if len(changes) == 0 {
		return nil
	}
	t, err := lock(ctx, root, onStep)
	if err != nil {
		return err
	}
	defer t.unlock()
	if t.pending() {
		j, err := t.journal()
		if err != nil {
			return err
		}
		return &PendingError{Journal: j}
	}
	t.sweep()
	p, err := t.plan(root, changes)
	if err != nil || len(p.files) == 0 {
		return err
	}
	return t.perform(ctx, p.manifest(command), p.copies)
}

// perform writes the journal and then the files, or leaves them as they were.
func (t *locked) perform(ctx context.Context, m *manifest, copies map[string]kept) error {
	if err := t.record(m, copies); err != nil {
		return errors.Join(err, t.finish())
	}
	written, err := t.reach(ctx, m, m.Files, after)
	if err != nil {
		if edited, ok := errors.AsType[*EditedError](err); ok {
			err = &ChangedError{Files: edited.Files}
		}
		if _, undo := t.reach(context.WithoutCancel(ctx), m, written, before); undo != nil {
			return fmt.Errorf(`%w; what was written could not be taken back: %w; type "gomend abort" to try again`, err, undo)
		}
	}
	return errors.Join(err, t.finish())
}
