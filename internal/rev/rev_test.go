package rev_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/gomend/gomend/internal/rev"
)

// repository makes a git repository with the files of a txtar archive as its first
// commit, tagged "first", and returns its root.
func repository(t *testing.T, archive string) string {
	t.Helper()
	for _, name := range []string{"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"} {
		t.Setenv(name, os.DevNull)
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, root, archive)
	git(t, root, "init", "-q")
	commit(t, root, "first")
	return root
}

func write(t *testing.T, root, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

func commit(t *testing.T, root, tag string) {
	t.Helper()
	git(t, root, "add", "-A")
	git(t, root, "-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "--allow-empty", "-m", tag)
	git(t, root, "tag", tag)
}

func git(t *testing.T, root string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func open(t *testing.T, dir string) *rev.Repo {
	t.Helper()
	r, err := rev.Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func resolve(t *testing.T, r *rev.Repo, name string) string {
	t.Helper()
	hash, err := r.Resolve(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestOpenFindsTheRoot(t *testing.T) {
	root := repository(t, "-- a/b/c.txt --\n")
	if got := open(t, filepath.Join(root, "a", "b")).Root; got != root {
		t.Errorf("root is %s, want %s", got, root)
	}

	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Skip(err)
	}
	if got := open(t, filepath.Join(link, "a")).Root; got != link {
		t.Errorf("root is %s, want the user's spelling %s", got, link)
	}
	inner := filepath.Join(t.TempDir(), "inner")
	if err := os.Symlink(filepath.Join(root, "a", "b"), inner); err != nil {
		t.Fatal(err)
	}
	if got := open(t, inner).Root; got != root {
		t.Errorf("root from a link into the tree is %s, want %s", got, root)
	}
}

func TestOpenOutsideOfARepository(t *testing.T) {
	_, err := rev.Open(t.Context(), t.TempDir(), nil)
	var none *rev.NoRepoError
	if !errors.As(err, &none) {
		t.Errorf("got %v, want a *rev.NoRepoError", err)
	}
}

func TestResolve(t *testing.T) {
	root := repository(t, "-- a.txt --\n")
	r := open(t, root)
	want := git(t, root, "rev-parse", "HEAD")
	for _, name := range []string{"HEAD", "first", want, want[:8]} {
		if got := resolve(t, r, name); got != want {
			t.Errorf("%s resolves to %s, want %s", name, got, want)
		}
	}
	for _, name := range []string{"nope", "HEAD~7", "--all", "HEAD:a.txt", ""} {
		_, err := r.Resolve(t.Context(), name)
		var unknown *rev.UnknownError
		if !errors.As(err, &unknown) || unknown.Rev != name || unknown.Shallow {
			t.Errorf("Resolve(%q): got %v, want an *UnknownError that names it", name, err)
		}
	}
}

func TestResolveInAShallowClone(t *testing.T) {
	root := repository(t, "-- a.txt --\n")
	commit(t, root, "second")
	clone := filepath.Join(t.TempDir(), "clone")
	git(t, root, "clone", "-q", "--depth=1", "--no-tags", "file://"+filepath.ToSlash(root), clone)
	_, err := open(t, clone).Resolve(t.Context(), "HEAD~1")
	var unknown *rev.UnknownError
	if !errors.As(err, &unknown) || !unknown.Shallow || !strings.Contains(err.Error(), "fetch-depth") {
		t.Errorf("got %v, want an *UnknownError that tells how to deepen the clone", err)
	}
}

func TestMergeBase(t *testing.T) {
	root := repository(t, "-- a.txt --\n")
	git(t, root, "checkout", "-q", "-b", "side")
	commit(t, root, "on-side")
	git(t, root, "checkout", "-q", "first")
	commit(t, root, "on-main")
	git(t, root, "checkout", "-q", "--orphan", "stranger")
	commit(t, root, "unrelated")

	r := open(t, root)
	got, err := r.MergeBase(t.Context(), "on-side", "on-main")
	if err != nil {
		t.Fatal(err)
	}
	if want := resolve(t, r, "first"); got != want {
		t.Errorf("merge base is %s, want %s", got, want)
	}
	_, err = r.MergeBase(t.Context(), "on-side", "unrelated")
	var none *rev.NoMergeBaseError
	if !errors.As(err, &none) {
		t.Errorf("got %v, want a *rev.NoMergeBaseError", err)
	}

	// HEAD shares nothing with side, so that it is compared with that itself.
	for revision, want := range map[string]string{"on-side": "on-side", "unrelated": "unrelated"} {
		if got, err := r.ForkPoint(t.Context(), revision); err != nil || got != resolve(t, r, want) {
			t.Errorf("the history has parted from that of %s at %s (%v), want %s", revision, got, err, want)
		}
	}
	git(t, root, "checkout", "-q", "on-main")
	if got, err := r.ForkPoint(t.Context(), "on-side"); err != nil || got != resolve(t, r, "first") {
		t.Errorf("the history has parted from that of on-side at %s (%v), want first", got, err)
	}
	if _, err := r.ForkPoint(t.Context(), "nowhere"); err == nil {
		t.Error("nowhere is a revision")
	}
}

func TestDirty(t *testing.T) {
	root := repository(t, "-- a.txt --\n-- .gitignore --\nignored\n")
	r := open(t, root)
	dirty := func() bool {
		t.Helper()
		d, err := r.Dirty(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(d) > 0
	}
	write(t, root, "-- ignored --\nx\n")
	if dirty() {
		t.Error("an ignored file makes the work tree dirty")
	}
	write(t, root, "-- new.txt --\nx\n")
	if !dirty() {
		t.Error("an untracked file does not make the work tree dirty")
	}
}

func TestChanges(t *testing.T) {
	long := strings.Repeat("a line that stays\n", 20)
	root := repository(t, "-- same.txt --\nsame\n-- edited.txt --\nold\n-- gone.txt --\ngone\n"+
		"-- before.txt --\nmoved by git\n"+long+"-- old/place.txt --\nmoved by hand\n"+long+"-- .gitignore --\nignored\n")
	r := open(t, root)
	first := resolve(t, r, "first")

	git(t, root, "mv", "before.txt", "after.txt")
	if err := os.Mkdir(filepath.Join(root, "new place"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(root, "old", "place.txt"), filepath.Join(root, "new place", "ü.txt")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "gone.txt")); err != nil {
		t.Fatal(err)
	}
	write(t, root, "-- edited.txt --\nnew\n-- added.txt --\nadded\n-- ignored --\nx\n")
	before := git(t, root, "status", "--porcelain")
	objects := git(t, root, "count-objects")

	got, err := r.Changes(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(got, func(a, b rev.Change) int { return strings.Compare(a.Path, b.Path) })
	want := []rev.Change{
		{Status: rev.Added, Path: "added.txt"},
		{Status: rev.Renamed, Path: "after.txt", OldPath: "before.txt"},
		{Status: rev.Modified, Path: "edited.txt"},
		{Status: rev.Deleted, Path: "gone.txt"},
		{Status: rev.Renamed, Path: "new place/ü.txt", OldPath: "old/place.txt"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if after := git(t, root, "status", "--porcelain"); after != before {
		t.Errorf("status was\n%s\nand is\n%s", before, after)
	}
	if after := git(t, root, "count-objects"); after != objects {
		t.Errorf("the repository had %s and has %s", objects, after)
	}
}

// A file that is edited in the second in which git looked at it, to the same size, has
// changed. Git sees that by the time of its index.
func TestChangesRightAfterACommit(t *testing.T) {
	for {
		root := repository(t, "-- a.txt --\none\n")
		began := time.Now().Truncate(time.Second)
		write(t, root, "-- a.txt --\none\n")
		commit(t, root, "base")
		write(t, root, "-- a.txt --\ntwo\n")
		if !time.Now().Truncate(time.Second).Equal(began) {
			continue // it took longer than the rest of the second
		}
		time.Sleep(time.Until(began.Add(1100 * time.Millisecond)))
		r := open(t, root)
		changes, err := r.Changes(t.Context(), resolve(t, r, "base"))
		if err != nil || len(changes) != 1 || changes[0].Path != "a.txt" {
			t.Errorf("got %v, %v", changes, err)
		}
		return
	}
}

func TestCheckout(t *testing.T) {
	root := repository(t, `
-- go.mod --
module example.com/m
-- sub/old.go --
package old
-- .gitattributes --
sub export-ignore
`)
	git(t, root, "rm", "-q", "-r", "sub")
	write(t, root, "-- new.go --\npackage m\n")
	commit(t, root, "second")
	before := snapshot(t, root)

	r := open(t, root)
	tree, err := r.Checkout(t.Context(), resolve(t, r, "first"), "")
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if got := files(t, tree.Dir); !slices.Equal(got, []string{".gitattributes", "go.mod", "sub/old.go"}) {
		t.Errorf("the tree holds %v", got)
	}
	if err := tree.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(tree.Dir)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the closed tree is still there: %v", err)
	}
	if diff := cmp.Diff(before, snapshot(t, root)); diff != "" {
		t.Errorf("the repository was written to (-before +after):\n%s", diff)
	}
}

// What the go command has cached of a tree counts for the next one only in the same
// directory.
func TestTreesStandInTheSamePlace(t *testing.T) {
	root := repository(t, "-- a.txt --\n")
	r := open(t, root)
	checkout := func() *rev.Tree {
		t.Helper()
		tree, err := r.Checkout(t.Context(), "first", "")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { tree.Close() })
		return tree
	}
	one := checkout()
	two := checkout()
	if one.Dir == two.Dir {
		t.Errorf("two trees share %s", one.Dir)
	}
	one.Close()
	if three := checkout(); three.Dir != one.Dir {
		t.Errorf("the tree stands in %s, that before it stood in %s", three.Dir, one.Dir)
	}
}

func TestCheckoutOfNoCommitLeavesNothing(t *testing.T) {
	root := repository(t, "-- a.txt --\n")
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	r := open(t, root)
	if _, err := r.Checkout(t.Context(), strings.Repeat("0", 40), ""); err == nil {
		t.Error("a commit that does not exist was checked out")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Checkout(ctx, "HEAD", ""); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if left := files(t, temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

const ignoredWorkFile = `
-- .gitignore --
go.work
go.work.sum
-- a/go.mod --
module example.com/a

go 1.24
-- a/a.go --
package a
-- b/go.mod --
module example.com/b

go 1.24
-- b/b.go --
package b

import _ "example.com/a"
`

// An untracked go.work file is how many repositories are developed
// (opentelemetry-go is one).
func TestUntrackedWorkFileIsCarriedOver(t *testing.T) {
	root := repository(t, ignoredWorkFile)
	outside := filepath.Join(filepath.Dir(root), "outside")
	write(t, outside, "-- go.mod --\nmodule example.com/outside\n\ngo 1.24\n-- o.go --\npackage outside\n")
	write(t, root, `
-- c/go.mod --
module example.com/c

go 1.24
-- go.work --
go 1.24

// Members.
use (
	./a
	./b
	./c // not in the first commit
	../outside
)

replace example.com/x v1.0.0 => ./a
-- go.work.sum --
sums
`)
	r := open(t, root)
	tree, err := r.Checkout(t.Context(), resolve(t, r, "first"), filepath.Join(root, "go.work"))
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	if want := filepath.Join(tree.Dir, "go.work"); tree.WorkFile != want {
		t.Fatalf("the tree's go.work file is %q, want %q", tree.WorkFile, want)
	}
	if data, err := os.ReadFile(tree.WorkFile + ".sum"); err != nil || string(data) != "sums\n" {
		t.Errorf("go.work.sum holds %q, %v", data, err)
	}
	cmd := exec.Command("go", "list", "-f", "{{.ImportPath}} {{.Dir}}", "work")
	cmd.Dir = tree.Dir
	cmd.Env = append(os.Environ(), "GOWORK=", "GOPROXY=off", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	want := "example.com/a " + filepath.Join(tree.Dir, "a") + "\n" +
		"example.com/b " + filepath.Join(tree.Dir, "b") + "\n" +
		"example.com/outside " + outside + "\n"
	if diff := cmp.Diff(want, string(out)); diff != "" {
		t.Errorf("packages of the tree (-want +got):\n%s", diff)
	}
}

func TestTrackedWorkFileIsTheCommits(t *testing.T) {
	root := repository(t, "-- go.work --\ngo 1.24\n\nuse ./a\n-- a/go.mod --\nmodule example.com/a\n\ngo 1.24\n")
	write(t, root, "-- go.work --\ngo 1.25\n\nuse ./a\n")
	r := open(t, root)
	tree, err := r.Checkout(t.Context(), resolve(t, r, "first"), filepath.Join(root, "go.work"))
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	data, err := os.ReadFile(tree.WorkFile)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(data), "go 1.24\n") {
		t.Errorf("the tree's go.work file is not the commit's:\n%s", data)
	}
}

func TestWorkFileAboveTheRepository(t *testing.T) {
	root := repository(t, ignoredWorkFile)
	workFile := filepath.Join(filepath.Dir(root), "go.work")
	write(t, filepath.Dir(root), "-- go.work --\ngo 1.24\n\nuse (\n\t./"+filepath.Base(root)+"/a\n\t./"+filepath.Base(root)+"/b\n)\n")
	r := open(t, root)
	tree, err := r.Checkout(t.Context(), resolve(t, r, "first"), workFile)
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	data, err := os.ReadFile(tree.WorkFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, member := range []string{"a", "b"} {
		if !strings.Contains(string(data), filepath.ToSlash(filepath.Join(tree.Dir, member))) {
			t.Errorf("the tree's go.work file does not lead to %s in the tree:\n%s", member, data)
		}
	}
}

// files returns the files below dir, sorted.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// snapshot returns the files below dir, the repository's included, with contents.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	contents := make(map[string]string)
	for _, name := range files(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		contents[name] = string(data)
	}
	return contents
}
