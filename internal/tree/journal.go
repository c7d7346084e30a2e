package tree

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The names of the journal, relative to the root. It is hidden from the go command by
// its first letter, and from git by the .gitignore in it.
const (
	folder       = ".gomend-journal"
	lockName     = folder + "/lock"
	manifestName = folder + "/manifest"
	readmeName   = folder + "/README"
	ignoreName   = folder + "/.gitignore"
	// tempName begins the names of files that are to be renamed.
	tempName = folder + "/temp"
)

const readme = `gomend was changing several files when it was interrupted: some may be new, some
old. "gomend continue" makes all new, "gomend abort" makes all old; both remove this
folder. It holds the files as they were, in old, and as they are to be, in new. If it
is removed by hand, every file stays as it is now.
`

// A side is one of the states that the files of a journal are in, and the folder of
// the journal with their copies.
type side string

const (
	before  side = "old"
	after   side = "new"
	neither side = ""
)

// copy returns the name of the copy that the journal keeps.
func (p place) copy(s side) string { return folder + "/" + string(s) + "/" + string(p) }

func (e entry) version(s side) *version {
	if s == before {
		return e.Old
	}
	return e.New
}

// A Journal is what a [Write] has left that was killed while it wrote.
type Journal struct {
	// Dir is the folder in which it lies.
	Dir string
	// Command is what the user typed.
	Command string
	// Began is when it began to write.
	Began time.Time
	// New are the files that were written, Old those that were not, and Edited
	// those that somebody has changed since: names relative to the root.
	New, Old, Edited []string

	root string
	id   digest // of the manifest
}

// A PendingError says that nothing can be written before a journal is finished.
type PendingError struct{ Journal *Journal }

func (e *PendingError) Error() string {
	j := e.Journal
	var edited string
	if len(j.Edited) > 0 {
		edited = fmt.Sprintf(", and %d edited since", len(j.Edited))
	}
	return fmt.Sprintf("%q was interrupted at %s while it wrote: %s new, %d still old%s (%s); "+
		`type "gomend continue" to make all new, or "gomend abort" to make all old`,
		j.Command, j.Began.Local().Format("2006-01-02 15:04"), files(len(j.New)), len(j.Old), edited, j.Dir)
}

func files(n int) string {
	if n == 1 {
		return "1 file is"
	}
	return fmt.Sprintf("%d files are", n)
}

// An EditedError says that files of a journal were changed by somebody else: what is
// in them would be lost.
type EditedError struct {
	// Dir is the journal's folder.
	Dir string
	// Files are the names relative to the root.
	Files []string
}

func (e *EditedError) Error() string {
	return fmt.Sprintf("somebody else has changed files since gomend was interrupted, so that it would lose what is in them:\n\t%s\n"+
		"Copy them elsewhere, and give each the content that it has in %s or in %s (none, if it is not there). "+
		`Then type "gomend continue" or "gomend abort" again, and bring back your changes.`,
		strings.Join(e.Files, "\n\t"), filepath.Join(e.Dir, string(before)), filepath.Join(e.Dir, string(after)))
}

// A DamagedError says that a journal can't be used. No file was touched.
type DamagedError struct {
	// File is the absolute name of the file that is damaged.
	File string
	Err  error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged: %v; no file was touched, and the README beside it tells what can be done by hand", e.File, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

// Pending returns the journal that a killed [Write] has left below root, or nil. It
// waits while another process writes there. The error is a [*DamagedError] if the
// journal can't be read.
func Pending(ctx context.Context, root string) (*Journal, error) {
	if _, err := os.Lstat(filepath.Join(root, folder)); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	t, err := lock(ctx, root, nil)
	if err != nil {
		return nil, err
	}
	defer t.unlock()
	if !t.pending() {
		return nil, nil
	}
	return t.journal()
}

// Continue makes all files new and removes the journal. If it fails, is killed or the
// context ends, the journal stays, and it can be called again, as can Abort.
//
// The error is an [*EditedError] if files are neither new nor old, and a
// [*DamagedError] if the journal can't be used. Both are looked for before the first
// file is touched.
func (j *Journal) Continue(ctx context.Context) error { return j.finish(ctx, after, nil) }

// Abort makes all files old and removes the journal, as [Journal.Continue] makes them
// new. Directories that were made for new files are removed if nothing is in them.
func (j *Journal) Abort(ctx context.Context) error { return j.finish(ctx, before, nil) }

func (j *Journal) finish(ctx context.Context, to side, onStep func(step)) error {
	t, err := lock(ctx, j.root, onStep)
	if err != nil {
		return err
	}
	defer t.unlock()
	var m *manifest
	var id digest
	if t.pending() {
		if m, id, err = t.manifest(); err != nil {
			return err
		}
	}
	if id != j.id {
		return fmt.Errorf("%s is finished already, by another gomend", j.Dir)
	}
	if _, err := t.reach(ctx, m, m.Files, to); err != nil {
		return err
	}
	return t.finish()
}

// journal reads the journal and compares it with the tree.
func (t *locked) journal() (*Journal, error) {
	m, id, err := t.manifest()
	if err != nil {
		return nil, err
	}
	j := &Journal{Dir: t.path(folder), Command: m.Command, Began: m.Began, root: t.dir, id: id}
	for _, e := range m.Files {
		at, err := t.state(e)
		if err != nil {
			return nil, err
		}
		list := map[side]*[]string{before: &j.Old, after: &j.New, neither: &j.Edited}[at]
		*list = append(*list, filepath.FromSlash(string(e.File)))
	}
	return j, nil
}

// manifest reads the journal's manifest and identifies it by its digest.
func (t *locked) manifest() (*manifest, digest, error) {
	data, err := t.root.ReadFile(manifestName)
	if err != nil {
		return nil, digest{}, err
	}
	m, err := decodeManifest(data)
	if err != nil {
		return nil, digest{}, &DamagedError{File: t.path(manifestName), Err: err}
	}
	return m, sha256.Sum256(data), nil
}

// path returns a name that people can use.
func (t *locked) path(name string) string { return filepath.Join(t.dir, filepath.FromSlash(name)) }

// state tells which of both its versions a file is.
func (t *locked) state(e entry) (side, error) {
	info, err := t.root.Lstat(string(e.File))
	var hash *digest
	switch {
	case absent(err):
	case err != nil:
		return neither, err
	case !info.Mode().IsRegular():
		return neither, nil
	default:
		content, err := t.root.ReadFile(string(e.File))
		if err != nil {
			return neither, err
		}
		hash = new(digest(sha256.Sum256(content)))
	}
	for _, s := range []side{before, after} {
		v := e.version(s)
		if v == nil && hash == nil || v != nil && hash != nil && v.Hash == *hash {
			return s, nil
		}
	}
	return neither, nil
}

// record writes the journal: the copies first, the manifest as the last. Only with the
// manifest it counts.
func (t *locked) record(m *manifest, copies map[string]kept) error {
	text, err := m.encode()
	if err != nil {
		return err
	}
	for _, f := range []struct{ name, text string }{{ignoreName, "*\n"}, {readmeName, readme}} {
		if err := t.create(f.name, []byte(f.text), nil); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(copies)) {
		if err := t.mkdirs(path.Dir(name)); err != nil {
			return err
		}
		if err := t.create(name, copies[name].content, copies[name].perm); err != nil {
			return err
		}
	}
	if err := t.create(tempName, text, nil); err != nil {
		return err
	}
	if err := t.sync(); err != nil {
		return err
	}
	if err := t.rename(tempName, manifestName); err != nil {
		return err
	}
	return t.sync()
}

// reach makes files of the journal what they are on one side, and returns those that
// it had to write. It writes none if one is on neither side.
func (t *locked) reach(ctx context.Context, m *manifest, files []entry, to side) (written []entry, err error) {
	var missing []entry
	var edited []string
	for _, e := range files {
		// A run that was killed may have written it without making that durable.
		t.touch(string(e.File))
		at, err := t.state(e)
		switch {
		case err != nil:
			return nil, err
		case at == neither:
			edited = append(edited, filepath.FromSlash(string(e.File)))
		case at != to:
			missing = append(missing, e)
		}
	}
	if edited != nil {
		return nil, &EditedError{Dir: t.path(folder), Files: edited}
	}
	for i, e := range missing {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := t.stage(e, to, temp(i)); err != nil {
			return nil, err
		}
	}
	for i, e := range missing {
		if ctx.Err() != nil {
			return written, context.Cause(ctx)
		}
		done, err := t.put(e, to, temp(i))
		if err != nil {
			return written, err
		}
		if done {
			written = append(written, e)
		}
	}
	for _, dir := range m.Dirs {
		t.touch(string(dir))
	}
	if to == before {
		t.removeDirs(m.Dirs)
	}
	return written, t.sync()
}

func temp(i int) string { return fmt.Sprintf("%s-%d", tempName, i) }

// stage writes what a file is to be, under another name, from the journal's copy.
func (t *locked) stage(e entry, to side, temp string) error {
	v := e.version(to)
	if v == nil {
		return nil
	}
	name := e.File.copy(to)
	content, err := t.root.ReadFile(name)
	if err != nil {
		return &DamagedError{File: t.path(name), Err: err}
	}
	if sha256.Sum256(content) != v.Hash {
		return &DamagedError{File: t.path(name), Err: errors.New("its digest is another")}
	}
	perm := v.Perm
	if info, err := t.root.Lstat(string(e.File)); err == nil {
		perm = new(info.Mode().Perm())
	}
	return t.create(temp, content, perm)
}

// put gives a file the content that was staged, or removes it. It reports false if
// somebody has just done the same, and fails if it was something else. No system can
// tell what happens between this look and the renaming.
func (t *locked) put(e entry, to side, temp string) (bool, error) {
	file := string(e.File)
	at, err := t.state(e)
	switch {
	case err != nil || at == to:
		return false, err
	case at == neither:
		return false, &EditedError{Dir: t.path(folder), Files: []string{filepath.FromSlash(file)}}
	case e.version(to) == nil:
		if err := t.remove(file); err != nil {
			return true, fmt.Errorf("%s can't be removed: %w", filepath.FromSlash(file), errors.Unwrap(err))
		}
		return true, nil
	}
	if err := t.mkdirs(path.Dir(file)); err != nil {
		return false, err
	}
	if err := t.rename(temp, file); err != nil {
		return true, fmt.Errorf("%s can't be written: %w", filepath.FromSlash(file), errors.Unwrap(err))
	}
	return true, nil
}

// removeDirs removes directories that were made for new files. One that is not empty,
// or is none any more, is somebody else's now.
func (t *locked) removeDirs(dirs []place) {
	for _, dir := range slices.Backward(dirs) {
		if info, err := t.root.Lstat(string(dir)); err == nil && info.IsDir() {
			t.remove(string(dir))
		}
	}
}

// finish removes the manifest, and that durably: what may go only after it is left to
// [locked.unlock].
func (t *locked) finish() error {
	if err := t.remove(manifestName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return t.sync()
}
