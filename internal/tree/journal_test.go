package tree_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/internal/tree"
)

// interrupted is a sample tree of which half is written.
func interrupted(t *testing.T) string {
	t.Helper()
	root := sample(t)
	cutAt(t, "write", root, halfway(t))
	return root
}

func pending(t *testing.T, root string) *tree.Journal {
	t.Helper()
	j, err := tree.Pending(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if j == nil {
		t.Fatal("no journal is pending")
	}
	return j
}

func slashed(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, filepath.ToSlash(name))
	}
	return all
}

func TestPending(t *testing.T) {
	t.Parallel()
	root := interrupted(t)
	j := pending(t, root)
	if j.Command != command || time.Since(j.Began) > time.Minute || filepath.Base(j.Dir) != ".gomend-journal" {
		t.Errorf("got %+v", j)
	}
	if want := []string{"api/crlf.go", "api/target.go", "bin/run.sh", "emptied"}; !slices.Equal(slashed(j.New), want) {
		t.Errorf("new are %q, want %q", j.New, want)
	}
	if len(j.Old) != len(sampleChanges(root))-5 || len(j.Edited) != 0 { // one stays as it is
		t.Errorf("old are %q, edited %q", j.Old, j.Edited)
	}
}

func TestPendingChangesNothing(t *testing.T) {
	t.Parallel()
	for _, root := range []string{tempDir(t), sample(t), interrupted(t)} {
		old := snapshot(t, root)
		if _, err := tree.Pending(t.Context(), root); err != nil {
			t.Error(err)
		}
		same(t, "looking", snapshot(t, root), old)
	}
}

// The error of the next run says what happened, and what to type.
func TestPendingError(t *testing.T) {
	t.Parallel()
	root := interrupted(t)
	put(t, filepath.Join(root, "filled"), "edited", 0o644)
	old := snapshot(t, root)
	err := tree.Write(t.Context(), root, "gomend upgrade", sampleChanges(root))
	want := regexp.MustCompile(`^"gomend fix" was interrupted at \d{4}-\d\d-\d\d \d\d:\d\d while it wrote: ` +
		`4 files are new, \d still old, and 1 edited since \(.*\.gomend-journal\); ` +
		`type "gomend continue" to make all new, or "gomend abort" to make all old$`)
	if err == nil || !want.MatchString(err.Error()) {
		t.Errorf("got %v", err)
	}
	same(t, "the refusal", snapshot(t, root), old)
}

// Neither git nor the go command sees what the journal keeps; people do, if they may
// read the files themselves.
func TestJournalIsHiddenAndExplained(t *testing.T) {
	t.Parallel()
	root := interrupted(t)
	dir := filepath.Join(root, ".gomend-journal")
	if got := content(t, filepath.Join(dir, ".gitignore")); got != "*\n" {
		t.Errorf("git ignores %q", got)
	}
	if got := content(t, filepath.Join(dir, "README")); !strings.Contains(got, "gomend continue") || !strings.Contains(got, "gomend abort") {
		t.Errorf("the README says %q", got)
	}
	for _, f := range sampleFiles() {
		if f.old == f.new {
			continue
		}
		for side, text := range map[string]string{"old": f.old, "new": f.new} {
			if text == "" {
				continue
			}
			if got, want := content(t, filepath.Join(dir, side, f.name)), string(bytesOf(text)); got != want {
				t.Errorf("the %s copy of %s holds %q, want %q", side, f.name, got, want)
			}
			if got := mode(t, filepath.Join(dir, side, f.name)); f.perm != 0 && got != f.perm && runtime.GOOS != "windows" {
				t.Errorf("the %s copy of %s has the permissions %v, want %v", side, f.name, got, f.perm)
			}
		}
	}
}

// Files that somebody has edited since are left alone, and all others with them.
func TestEditedFilesStopBoth(t *testing.T) {
	t.Parallel()
	root := interrupted(t)
	put(t, filepath.Join(root, "api", "crlf.go"), "edited after it was written", 0o644)
	put(t, filepath.Join(root, "filled"), "edited before it was written", 0o644)
	put(t, filepath.Join(root, "made", "empty", "file"), "in a folder", 0o644)
	old := snapshot(t, root)
	for _, do := range []string{"continue", "abort"} {
		err := perform(t.Context(), do, root, func(string, string, string) {})
		edited, ok := errors.AsType[*tree.EditedError](err)
		if want := []string{"api/crlf.go", "filled", "made/empty"}; !ok || !slices.Equal(slashed(edited.Files), want) {
			t.Errorf("%s: got %v, want an *EditedError for %q", do, err, want)
		}
		same(t, do, snapshot(t, root), old)
	}
	// The advice of the error helps.
	put(t, filepath.Join(root, "api", "crlf.go"), content(t, filepath.Join(root, ".gomend-journal", "new", "api", "crlf.go")), 0o644)
	put(t, filepath.Join(root, "filled"), "", 0o644)
	if err := os.RemoveAll(filepath.Join(root, "made")); err != nil {
		t.Fatal(err)
	}
	finish(t, "continue", root)
	same(t, "continue", snapshot(t, root), newSample(t))
}

// A file that somebody has given its other content, with other permissions, keeps
// those.
func TestContinueKeepsPermissionsOfToday(t *testing.T) {
	t.Parallel()
	root := interrupted(t)
	file := filepath.Join(root, "filled")
	if err := os.Chmod(file, 0o755); err != nil {
		t.Fatal(err)
	}
	want := mode(t, file)
	finish(t, "continue", root)
	if got := mode(t, file); got != want {
		t.Errorf("the permissions became %v, want %v", got, want)
	}
}

// The folder of a removed file may be gone by then.
func TestAbortMakesFoldersAnew(t *testing.T) {
	t.Parallel()
	root := sample(t)
	cutAt(t, "write", root, slices.Max(touching(t))+1)
	if err := os.Remove(filepath.Join(root, "gone")); err != nil {
		t.Fatal(err)
	}
	finish(t, "abort", root)
	same(t, "abort", snapshot(t, root), oldSample(t))
}

// A folder that was made for new files stays if there is something else in it.
func TestAbortKeepsFoldersInUse(t *testing.T) {
	t.Parallel()
	root := sample(t)
	cutAt(t, "write", root, slices.Max(touching(t))+1)
	other := filepath.Join(root, "made", "other")
	put(t, other, "of somebody else", 0o644)
	finish(t, "abort", root)
	if got := content(t, other); got != "of somebody else" {
		t.Errorf("it holds %q", got)
	}
	if _, err := os.Stat(filepath.Join(root, "made", "deep")); err == nil {
		t.Error("an empty folder is left")
	}
}

// A tree may be moved with its journal.
func TestJournalMovesWithTheTree(t *testing.T) {
	t.Parallel()
	root := filepath.Join(tempDir(t), "moved")
	if err := os.Rename(interrupted(t), root); err != nil {
		t.Fatal(err)
	}
	finish(t, "abort", root)
	same(t, "abort", snapshot(t, root), oldSample(t))
}

func TestJournalIsFinishedOnce(t *testing.T) {
	t.Parallel()
	root := interrupted(t)
	first, second := pending(t, root), pending(t, root)
	if err := first.Continue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := second.Abort(t.Context()); err == nil || !strings.Contains(err.Error(), "finished already, by another gomend") {
		t.Errorf("got %v, want that it is finished", err)
	}
	same(t, "continue", snapshot(t, root), newSample(t))
}

// What is damaged in the journal is named, and no file is touched.
func TestDamagedJournal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		file   string
		damage func(text string) string
		want   string
	}{
		{"a changed manifest", "manifest", func(s string) string { return strings.Replace(s, "gomend fix", "gomend fax", 1) }, "its digest is another"},
		{"a cut manifest", "manifest", func(s string) string { return s[:len(s)-5] }, "its digest is another"},
		{"an empty manifest", "manifest", func(string) string { return "" }, "its first line is not that of a journal"},
		{"a manifest of the future", "manifest", func(s string) string { return strings.Replace(s, "journal 1", "journal 2", 1) }, "version that this gomend does not know"},
		{"a changed copy", "new/filled", func(s string) string { return s + "\n" }, "its digest is another"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := interrupted(t)
			name := filepath.Join(root, ".gomend-journal", filepath.FromSlash(test.file))
			put(t, name, test.damage(content(t, name)), 0o644)
			old := files(t, root)
			err := perform(t.Context(), "continue", root, func(string, string, string) {})
			damaged, ok := errors.AsType[*tree.DamagedError](err)
			if !ok || !strings.HasSuffix(filepath.ToSlash(damaged.File), ".gomend-journal/"+test.file) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a *DamagedError: %s", err, test.want)
			}
			if test.file == "manifest" {
				err := tree.Write(t.Context(), root, command, sampleChanges(root))
				if _, ok := errors.AsType[*tree.DamagedError](err); !ok {
					t.Errorf("Write: got %v, want a *DamagedError", err)
				}
			} else {
				finish(t, "abort", duplicate(t, root)) // it does not need that copy
			}
			same(t, "the damage", files(t, root), old)
			if _, err := os.Stat(name); err != nil {
				t.Errorf("the journal is gone: %v", err)
			}
		})
	}
}
