package tree_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomend/gomend/internal/tree"
)

// The environment of a process that is to kill itself.
const (
	envDo   = "GOMEND_TREE_DO" // write, continue or abort
	envRoot = "GOMEND_TREE_ROOT"
	envStep = "GOMEND_TREE_STEP" // before which it dies
)

func TestMain(m *testing.M) {
	if do := os.Getenv(envDo); do != "" {
		last, err := strconv.Atoi(os.Getenv(envStep))
		if err == nil {
			err = perform(context.Background(), do, os.Getenv(envRoot), dieAt(last))
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// dieAt kills the process before the nth step.
func dieAt(n int) tree.OnStep {
	return func(string, string, string) {
		if n--; n > 0 {
			return
		}
		p, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = p.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {} // the signal is on its way
	}
}

// perform does to the sample tree below root what the name says.
func perform(ctx context.Context, do, root string, f tree.OnStep) error {
	if do == "write" {
		return tree.WriteStepwise(ctx, root, command, sampleChanges(root), f)
	}
	j, err := tree.Pending(ctx, root)
	switch {
	case err != nil:
		return err
	case j == nil:
		return errors.New("no journal is pending")
	case do == "continue":
		return j.ContinueStepwise(ctx, f)
	}
	return j.AbortStepwise(ctx, f)
}

// killedAt runs a process that is killed before its nth step.
func killedAt(t *testing.T, do, root string, n int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), envDo+"="+do, envRoot+"="+root, envStep+"="+strconv.Itoa(n))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() && runtime.GOOS != "windows" {
		t.Fatalf("%s, to be killed at step %d, ended with %v\n%s", do, n, err, out)
	}
}

// cutAt stops before the nth step, as if this process were killed there: nothing that
// is deferred changes anything on the disk either, and locks are let go. It is what
// a kill is, for the tests that would need too many processes.
func cutAt(t *testing.T, do, root string, n int) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		perform(t.Context(), do, root, func(string, string, string) {
			if n--; n <= 0 {
				runtime.Goexit()
			}
		})
	}()
	<-done
}

// steps returns the steps of what is done to the tree.
func steps(t *testing.T, do, root string) []string {
	t.Helper()
	var all []string
	err := perform(t.Context(), do, root, func(op, name, to string) {
		all = append(all, strings.TrimSpace(op+" "+name+" "+to))
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Killed at whatever moment, Write leaves a tree that is all old and has no journal, or
// all new and has none, or one that the next run refuses to work on, and that both
// Continue and Abort repair.
func TestKilledWrite(t *testing.T) {
	t.Parallel()
	want := sampleStates(t)
	all := steps(t, "write", sample(t))
	t.Logf("%d steps", len(all))
	for n := 1; n <= len(all); n++ {
		t.Run(fmt.Sprintf("%03d %q", n, all[n-1]), func(t *testing.T) {
			t.Parallel()
			root := sample(t)
			killedAt(t, "write", root, n)
			want.recovers(t, root)
		})
	}
}

// states are what the sample tree is before and after.
type states struct{ old, fresh map[string]string }

func sampleStates(t *testing.T) states { return states{oldSample(t), newSample(t)} }

// recovers checks that the tree can be made all old and all new, whatever a run has
// left of it.
func (s states) recovers(t *testing.T, root string) {
	t.Helper()
	copied := duplicate(t, root)
	err := tree.Write(t.Context(), copied, command, sampleChanges(copied))
	if _, ok := errors.AsType[*tree.PendingError](err); ok {
		finish(t, "continue", copied)
		same(t, "continue", snapshot(t, copied), s.fresh)
		finish(t, "abort", root)
		same(t, "abort", snapshot(t, root), s.old)
		return
	}
	// Without a journal, the next run does its work, unless it is done.
	left := s.old
	if err != nil {
		left = s.fresh
	}
	same(t, "what was left without a journal", files(t, root), left)
	same(t, "the next run", snapshot(t, copied), s.fresh)
}

func finish(t *testing.T, do, root string) {
	t.Helper()
	if err := perform(t.Context(), do, root, func(string, string, string) {}); err != nil {
		t.Fatalf("%s: %v", do, err)
	}
}

// Continue and Abort can be killed as well, and then be run again, or the other one.
func TestKilledContinueAndAbort(t *testing.T) {
	t.Parallel()
	want := sampleStates(t)
	half := sample(t)
	cutAt(t, "write", half, halfway(t))
	for _, do := range []string{"continue", "abort"} {
		all := steps(t, do, duplicate(t, half))
		t.Logf("%s: %d steps", do, len(all))
		for n := 1; n <= len(all); n++ {
			t.Run(fmt.Sprintf("%s/%03d %q", do, n, all[n-1]), func(t *testing.T) {
				t.Parallel()
				root := duplicate(t, half)
				killedAt(t, do, root, n)
				want.recovers(t, root)
			})
		}
	}
}

// halfway is the step of writing the sample before which the first four files are
// new. The next one is called "filled".
func halfway(t *testing.T) int {
	t.Helper()
	n := slices.IndexFunc(steps(t, "write", sample(t)), func(step string) bool {
		return strings.HasPrefix(step, "rename ") && strings.HasSuffix(step, " filled")
	})
	return n + 1
}

// touching returns the indices of the steps of writing the sample that change the
// tree outside of the journal.
func touching(t *testing.T) []int {
	t.Helper()
	var at []int
	for i, step := range steps(t, "write", sample(t)) {
		op, name, _ := strings.Cut(step, " ")
		if op == "rename" {
			_, name, _ = strings.Cut(name, " ")
		}
		if op != "syncDir" && !strings.HasPrefix(name, ".gomend-journal") {
			at = append(at, i)
		}
	}
	return at
}

// From wherever Write is killed while it changes the tree, Continue and Abort may be
// killed anywhere. All pairs would take too long.
func TestKilledTwice(t *testing.T) {
	const stride = 7
	t.Parallel()
	want := sampleStates(t)
	for _, at := range touching(t) {
		for _, do := range []string{"continue", "abort"} {
			t.Run(fmt.Sprintf("%d/%s", at+1, do), func(t *testing.T) {
				t.Parallel()
				half := sample(t)
				cutAt(t, "write", half, at+1)
				last := len(steps(t, do, duplicate(t, half)))
				for n := 1 + at%stride; n <= last; n += stride {
					root := duplicate(t, half)
					cutAt(t, do, root, n)
					want.recovers(t, root)
				}
			})
		}
	}
}

// same compares snapshots of trees.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: the tree differs (-want +got):\n%s", what, diff)
	}
}

// files is snapshot without the journal.
func files(t *testing.T, root string) map[string]string {
	t.Helper()
	all := snapshot(t, root)
	for name := range all {
		if name == ".gomend-journal" || strings.HasPrefix(name, ".gomend-journal"+string(filepath.Separator)) {
			delete(all, name)
		}
	}
	return all
}
