package series_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomend/gomend/cmd/internal/series"
	"github.com/gomend/gomend/internal/rev"
	"github.com/gomend/gomend/internal/tree"
)

// The environment of a process that makes the sample's commits, or goes on with them.
const (
	envDo   = "GOMEND_SERIES_DO" // run, continue or abort
	envRoot = "GOMEND_SERIES_ROOT"
)

func TestMain(m *testing.M) {
	if do := os.Getenv(envDo); do != "" {
		if err := perform(context.Background(), do, os.Getenv(envRoot)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// perform does to the sample below root what the name says.
func perform(ctx context.Context, do, root string) error {
	repo, err := rev.Open(ctx, root, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	told := func(string) {}
	if do == "run" {
		s, err := series.Begin(ctx, repo, os.Environ(), root, "gomend upgrade", "gomend/go1.22", sampleSteps())
		if err != nil {
			return err
		}
		return s.Run(ctx, told)
	}
	if j, err := tree.Pending(ctx, root); err != nil || j != nil {
		return fmt.Errorf("no file is written when git is run, and yet there is a journal: %v", err)
	}
	s, err := series.Pending(ctx, repo, os.Environ())
	switch {
	case err != nil:
		return err
	case s == nil:
		return errors.New("nothing is pending")
	case do == "continue":
		return s.Run(ctx, told)
	}
	return s.Undo(ctx)
}

func sampleSteps() []series.Step {
	return []series.Step{
		{Title: "Go 1.22", Changes: []series.Change{
			{File: "go.mod", Old: []byte("go 1.16\n"), New: []byte("go 1.22\n")},
			{File: "go.work", Old: []byte("go 1.16\n"), New: []byte("go 1.22\n")}, // git ignores it
			{File: "a*.go", Old: []byte("package a\r\n"), New: []byte("package a // lines\r\n")},
			{File: "vendor/new/new.go", New: []byte("package new\n")},
		}},
		{Title: "Apply fixers", Body: "any: 1", Changes: []series.Change{
			{File: "a*.go", Old: []byte("package a // lines\r\n"), New: []byte("package a // fixed\r\n")},
			{File: "tools.go", Old: []byte("package tools\n")},
		}},
		{Title: "Alone", Changes: []series.Change{{File: "go.work", Old: []byte("go 1.22\n"), New: []byte("go 1.22.0\n")}}},
	}
}

// sample returns a new repository that the steps are for.
func sample(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"go.mod": "go 1.16\n", "go.work": "go 1.16\n", "a*.go": "package a\r\n", "tools.go": "package tools\n", "other.go": "package a\n",
		".gitignore": "go.work\n",
	} {
		write(t, filepath.Join(root, name), content)
	}
	if err := os.Chmod(filepath.Join(root, "tools.go"), 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, root, "init", "--quiet", "--initial-branch=main", "--template=")
	config := "[user]\n\tname = x\n\temail = x@example.com\n[core]\n\tfsync = none\n"
	write(t, filepath.Join(root, ".git", "config"), config)
	git(t, root, "add", ".")
	git(t, root, "commit", "--quiet", "--message", "old")
	return root
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func git(t *testing.T, root string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// A state is what a repository is like: its files, and what git says.
func state(t *testing.T, root string) map[string]string {
	t.Helper()
	all := map[string]string{
		"HEAD":   git(t, root, "rev-parse", "--symbolic-full-name", "HEAD"),
		"status": git(t, root, "status", "--short"),
		"log":    git(t, root, "log", "--all", "--topo-order", "--format=%D: %s%n%b", "--name-status"),
	}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == ".git" {
			return filepath.SkipDir
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil || d.IsDir() {
			all[name[len(root):]] = "a directory"
			return err
		}
		data, err := os.ReadFile(name)
		all[name[len(root):]] = fmt.Sprintf("%v %q", info.Mode(), data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".git", "gomend")); err == nil {
		t.Error("there is still a note of what is to be done")
	}
	return all
}

func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// deadlyGit is a git that kills who calls it before the call of a number, and counts.
const deadlyGit = `#!/bin/sh
n=0
[ -e "$GIT_CALLS" ] && read n <"$GIT_CALLS"
n=$((n+1))
echo $n >"$GIT_CALLS"
if [ $n = "$GIT_DEADLY" ]; then
	kill -KILL $PPID
	exit 1
fi
exec "$REAL_GIT" "$@"
`

// deadly is the folder with such a git.
func deadly(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "git"), []byte(deadlyGit), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// calls returns how often git is called to do something.
func calls(t *testing.T, path, do, root string) int {
	t.Helper()
	counter := filepath.Join(t.TempDir(), "calls")
	if out, err := deadlyRun(t, path, do, root, counter, 0); err != nil {
		t.Fatalf("%s: %v\n%s", do, err, out)
	}
	data, err := os.ReadFile(counter)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// killed has a process do something and be killed before its nth call of git.
func killed(t *testing.T, path, do, root string, n int) {
	t.Helper()
	out, err := deadlyRun(t, path, do, root, filepath.Join(t.TempDir(), "calls"), n)
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Exited() {
		t.Fatalf("%s, to be killed at call %d, ended with %v\n%s", do, n, err, out)
	}
}

func deadlyRun(t *testing.T, path, do, root, counter string, n int) ([]byte, error) {
	t.Helper()
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envDo+"="+do, envRoot+"="+root, "REAL_GIT="+real, "GIT_CALLS="+counter, "GIT_DEADLY="+strconv.Itoa(n),
		"PATH="+path+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return cmd.CombinedOutput()
}

// Killed before whatever it has git do, a series goes on to the same end as one that was
// not, or is taken back without a trace.
func TestKilled(t *testing.T) {
	t.Parallel()
	path := deadly(t)
	root := sample(t)
	old := state(t, root)
	if err := perform(t.Context(), "run", root); err != nil {
		t.Fatal(err)
	}
	done := state(t, root)
	if want := "HEAD -> gomend/go1.22: Apply fixers"; !strings.Contains(done["log"], want) {
		t.Errorf("the log is\n%s", done["log"])
	}
	for n := range calls(t, path, "run", sample(t)) {
		for _, do := range []string{"continue", "abort"} {
			t.Run(fmt.Sprintf("%d/%s", n+1, do), func(t *testing.T) {
				t.Parallel()
				root := sample(t)
				killed(t, path, "run", root, n+1)
				err := perform(t.Context(), do, root)
				switch {
				case err != nil && err.Error() == "nothing is pending":
					same(t, "nothing was begun", state(t, root), old)
				case err != nil:
					t.Fatal(err)
				case do == "continue":
					same(t, do, state(t, root), done)
				default:
					same(t, do, state(t, root), old)
				}
			})
		}
	}
}

// To go on and to take back can be killed, too.
func TestKilledTwice(t *testing.T) {
	t.Parallel()
	path := deadly(t)
	root := sample(t)
	old := state(t, root)
	if err := perform(t.Context(), "run", root); err != nil {
		t.Fatal(err)
	}
	done := state(t, root)
	for _, first := range []string{"continue", "abort"} {
		for n := 1; n <= calls(t, path, first, halfKilled(t, path)); n += 3 {
			then := []string{"continue", "abort"}[n%2]
			t.Run(fmt.Sprintf("%s/%d/%s", first, n, then), func(t *testing.T) {
				t.Parallel()
				root := halfKilled(t, path)
				killed(t, path, first, root, n)
				err := perform(t.Context(), then, root)
				switch {
				case err != nil:
					t.Fatal(err)
				case then == "continue":
					same(t, then, state(t, root), done)
				default:
					same(t, then, state(t, root), old)
				}
			})
		}
	}
}

// halfKilled returns a repository of which the first commit was made when the run was killed.
func halfKilled(t *testing.T, path string) string {
	t.Helper()
	root := sample(t)
	killed(t, path, "run", root, 24)
	return root
}

// half returns a repository in which a run was killed after its first commit.
func half(t *testing.T) string {
	t.Helper()
	root := sample(t)
	hook := filepath.Join(root, ".git", "hooks", "post-commit")
	if err := os.MkdirAll(filepath.Dir(hook), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(hook, []byte("#!/bin/sh\nexit 1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(hook), "pre-commit"), []byte("#!/bin/sh\n! git rev-parse --quiet --verify HEAD^\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := perform(t.Context(), "run", root); err == nil {
		t.Fatal("the hook does not stop it")
	}
	if err := os.RemoveAll(filepath.Dir(hook)); err != nil {
		t.Fatal(err)
	}
	return root
}

// What somebody else has done meanwhile is not lost.
func TestMeddled(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		meddle func(t *testing.T, root string)
		do     string
		want   string // in the error
	}{
		{"a file is edited", func(t *testing.T, root string) { write(t, filepath.Join(root, "a*.go"), "package mine\n") }, "continue", "a*.go: somebody else has changed files since"},
		{"a file is edited", func(t *testing.T, root string) { write(t, filepath.Join(root, "a*.go"), "package mine\n") }, "abort", "a*.go: somebody else has changed files since"},
		{"another branch is checked out", func(t *testing.T, root string) { git(t, root, "switch", "--quiet", "--create", "mine") }, "continue", "mine at "},
		{"the branch has another commit", func(t *testing.T, root string) {
			write(t, filepath.Join(root, "other.go"), "package mine\n")
			git(t, root, "commit", "--quiet", "--all", "--message", "mine")
		}, "continue", "has commits that \"gomend upgrade\" did not make"},
	} {
		t.Run(test.name+", "+test.do, func(t *testing.T) {
			t.Parallel()
			root := half(t)
			test.meddle(t, root)
			before := git(t, root, "log", "--all", "--format=%H") + git(t, root, "status", "--short")
			err := perform(t.Context(), test.do, root)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got the error %v, want %q", err, test.want)
			}
			if after := git(t, root, "log", "--all", "--format=%H") + git(t, root, "status", "--short"); after != before {
				t.Errorf("it has changed something:\n%s\nbefore:\n%s", after, before)
			}
		})
	}
}

// A branch that has somebody else's commits stays when the rest is taken back.
func TestOthersCommitsStay(t *testing.T) {
	t.Parallel()
	root := half(t)
	git(t, root, "restore", ".") // of the second step
	write(t, filepath.Join(root, "other.go"), "package mine\n")
	git(t, root, "commit", "--quiet", "--all", "--message", "mine")
	mine := git(t, root, "rev-parse", "HEAD")
	if err := perform(t.Context(), "abort", root); err != nil {
		t.Fatal(err)
	}
	if got := git(t, root, "rev-parse", "gomend/go1.22"); got != mine {
		t.Errorf("the branch is at %s, not at %s", got, mine)
	}
}

// A detached HEAD is one again afterwards.
func TestDetached(t *testing.T) {
	t.Parallel()
	root := sample(t)
	git(t, root, "checkout", "--quiet", "--detach")
	old := state(t, root)
	killed(t, deadly(t), "run", root, 24)
	if err := perform(t.Context(), "abort", root); err != nil {
		t.Fatal(err)
	}
	same(t, "abort", state(t, root), old)
}

// What is staged besides is not committed.
func TestStaged(t *testing.T) {
	t.Parallel()
	root := half(t)
	write(t, filepath.Join(root, "other.go"), "package mine\n")
	git(t, root, "add", "other.go")
	if err := perform(t.Context(), "continue", root); err != nil {
		t.Fatal(err)
	}
	if got := git(t, root, "status", "--short"); got != "M  other.go\n" {
		t.Errorf("git says %q", got)
	}
}
