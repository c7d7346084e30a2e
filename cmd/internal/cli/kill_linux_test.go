package cli_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// A workspace to upgrade, as small as one can be in which go.mod files, go.work and code
// change.
const oldShop = `
-- go.work --
go 1.18

use (
	.
	./cart
)
-- go.mod --
module example.com/shop

go 1.16
-- shop.go --
package shop

import "io/ioutil"

var Read = ioutil.ReadFile
-- cart/go.mod --
module example.com/shop/cart

go 1.16
-- cart/cart.go --
package cart

var Things map[string]interface{}
`

// newShop returns a directory with the workspace, under git.
func newShop(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "shop")
	if err := txtar.Write(txtar.Parse([]byte(oldShop)), dir); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"init", "--quiet"},
		{"config", "user.name", "x"},
		{"config", "user.email", "x@example.com"},
		{"add", "."},
		{"commit", "--quiet", "--message", "old"},
	} {
		gitIn(t, dir, args...)
	}
	return dir
}

func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// filesOf returns what is in a directory but for git's own.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err == nil && d.Name() == ".git":
			return filepath.SkipDir
		case errors.Is(err, fs.ErrNotExist):
			return nil // it was there right before
		case err != nil:
			return err
		case d.IsDir():
			all[name[len(dir):]] = "a directory"
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil
		}
		data, err := os.ReadFile(name)
		if err == nil {
			all[name[len(dir):]] = fmt.Sprintf("%v %q", info.Mode(), data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// upgrade returns the command that upgrades the code base in a directory, without the proofs
// that take time.
func upgrade(t *testing.T, dir string, more ...string) *exec.Cmd {
	t.Helper()
	return gomendIn(t, dir, append([]string{"upgrade", "apply", "go@1.22", "--test=false", "--cover=false", "--audit=false"}, more...)...)
}

func gomendIn(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(filepath.Join(gomend, "gomend"), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN=local", "GOPROXY=off", "GOWORK=", "GOFLAGS=", "TMPDIR="+t.TempDir())
	return cmd
}

// says runs a command and returns all that it says, with its exit code.
func says(t *testing.T, cmd *exec.Cmd) (string, int) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// same compares what is in directories.
func same(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// A moment is a state of the files while they are written: what a kill leaves there.
type moment struct {
	files map[string]string
	dir   string // a copy
}

// Whenever an upgrade is killed while it writes, status tells what is left, continue makes
// all new and abort all old, to the byte.
func TestUpgradeKilledWhileItWrites(t *testing.T) {
	t.Parallel()
	dir := newShop(t)
	old := filesOf(t, dir)
	var moments []moment
	copies := t.TempDir()
	watch(t, upgrade(t, dir), dir, func(now map[string]string, _ int) syscall.Signal {
		to := filepath.Join(copies, fmt.Sprint(len(moments)), "shop")
		if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
			t.Error(err)
		}
		moments = append(moments, moment{now, to})
		return 0
	})
	done := filesOf(t, dir)
	if len(moments) < 40 || strings.Contains(done["/shop.go"], "ioutil") || done["/.gomend-journal"] != "" {
		t.Fatalf("there are %d moments, and in the end\n%s", len(moments), done)
	}
	t.Logf("%d moments", len(moments))
	var pending []int
	for i, m := range moments {
		said, code := says(t, gomendIn(t, m.dir, "upgrade", "status"))
		if code == 0 {
			now := filesOf(t, m.dir)
			if cmp.Diff(now, old) != "" && cmp.Diff(now, done) != "" {
				t.Errorf("moment %d: status says %s and the files are\n%s", i, said, now)
			}
			continue
		}
		pending = append(pending, i)
		if code != 1 || !strings.Contains(said, `"gomend upgrade apply go@1.22" was killed while it wrote`) {
			t.Errorf("moment %d: status ends with %d and says %s", i, code, said)
		}
		back := filepath.Join(copies, fmt.Sprint(i), "back", "shop")
		if err := os.CopyFS(back, os.DirFS(m.dir)); err != nil {
			t.Fatal(err)
		}
		if said, code := says(t, gomendIn(t, m.dir, "upgrade", "continue")); code != 0 {
			t.Errorf("moment %d: continue ends with %d and says %s", i, code, said)
		}
		same(t, fmt.Sprintf("moment %d, continued", i), filesOf(t, m.dir), done)
		if said, code := says(t, gomendIn(t, back, "upgrade", "abort")); code != 0 {
			t.Errorf("moment %d: abort ends with %d and says %s", i, code, said)
		}
		same(t, fmt.Sprintf("moment %d, aborted", i), filesOf(t, back), old)
		if said := gitIn(t, back, "status", "--short"); said != "" {
			t.Errorf("moment %d, aborted: git says %s", i, said)
		}
	}
	if len(pending) < 10 {
		t.Errorf("there are but %d moments to finish", len(pending))
	}
	m := moments[pending[0]]
	if said, code := says(t, upgrade(t, m.dir, "--allow-dirty")); code != 0 || !strings.Contains(said, "nothing to do") {
		t.Errorf("a second run ends with %d and says %s", code, said)
	}
	middle := pending[len(pending)/2]
	t.Run("really", func(t *testing.T) {
		t.Parallel()
		reallyKilled(t, middle, moments)
	})
	t.Run("interrupted", func(t *testing.T) {
		t.Parallel()
		interrupted(t, syscall.SIGTERM, middle)
	})
}

// reallyKilled kills an upgrade at a moment: what it leaves is one of those that were found.
func reallyKilled(t *testing.T, at int, moments []moment) {
	t.Helper()
	dir := newShop(t)
	cmd := upgrade(t, dir)
	watch(t, cmd, dir, func(_ map[string]string, n int) syscall.Signal {
		if n == at {
			return syscall.SIGKILL
		}
		return 0
	})
	const dated = "/.gomend-journal/manifest"
	got := filesOf(t, dir)
	known := slices.ContainsFunc(moments, func(m moment) bool {
		want := maps.Clone(m.files)
		if _, ok := got[dated]; ok && want[dated] != "" {
			want[dated] = got[dated]
		}
		return maps.Equal(got, want)
	})
	if !known {
		t.Errorf("at no moment of a whole run there is what is left:\n%s", cmp.Diff(moments[at].files, got))
	}
}

// interrupted sends an upgrade a signal while it writes: it takes back what it has written.
func interrupted(t *testing.T, sig syscall.Signal, at int) {
	t.Helper()
	dir := newShop(t)
	old := filesOf(t, dir)
	cmd := upgrade(t, dir)
	said, status := watch(t, cmd, dir, func(_ map[string]string, n int) syscall.Signal {
		if n == at {
			return sig
		}
		return 0
	})
	if status.ExitStatus() != 4 || said != "gomend: interrupted\n" {
		t.Errorf("it ends with %v and says %s", status, said)
	}
	same(t, "what is left", filesOf(t, dir), old)
}

// watch runs a command and calls seen before whatever it does after a change of the files in
// a directory, once there is a journal. The signal that it returns, if not zero, is sent to
// the command then. What the command says on standard error is returned, and how it ends.
//
// The command is traced: it stops before each call of the system. Its children are not.
func watch(t *testing.T, cmd *exec.Cmd, dir string, seen func(files map[string]string, n int) syscall.Signal) (string, syscall.WaitStatus) {
	t.Helper()
	runtime.LockOSThread() // which traces, and to which the process belongs
	defer runtime.UnlockOSThread()
	stderr, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer stderr.Close()
	cmd.Stderr = stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := cmd.Start(); err != nil {
		t.Skipf("processes can't be traced: %v", err)
	}
	const (
		sysGood  = 0x1                       // stops at calls of the system can be told from SIGTRAP
		exitKill = 0x100000                  // none outlives the tracer
		all      = syscall.WALL | 0x20000000 // threads, too, but children of this thread alone
	)
	pid := cmd.Process.Pid
	var ws syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &ws, syscall.WALL, nil); err != nil {
		t.Fatal(err)
	}
	options := sysGood | exitKill | syscall.PTRACE_O_TRACECLONE | syscall.PTRACE_O_TRACEEXEC
	if err := syscall.PtraceSetOptions(pid, options); err != nil {
		t.Fatal(err)
	}
	var before map[string]string
	n := 0
	tid, deliver := pid, 0
	for {
		if err := syscall.PtraceSyscall(tid, deliver); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
		for {
			tid, err = syscall.Wait4(-1, &ws, all, nil)
			if errors.Is(err, syscall.EINTR) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if ws.Stopped() || tid == pid {
				break
			}
		}
		if tid == pid && (ws.Exited() || ws.Signaled()) {
			break
		}
		deliver = 0
		switch sig := ws.StopSignal(); sig {
		case syscall.SIGTRAP | 0x80:
			if _, err := os.Lstat(filepath.Join(dir, ".gomend-journal")); err != nil {
				continue
			}
			now := filesOf(t, dir)
			if maps.Equal(now, before) {
				continue
			}
			before = now
			if sig := seen(now, n); sig != 0 {
				if err := syscall.Kill(pid, sig); err != nil {
					t.Fatal(err)
				}
			}
			n++
		case syscall.SIGTRAP, syscall.SIGSTOP: // a thread began, or another program
		default:
			deliver = int(sig)
		}
	}
	cmd.Process.Release()
	said, err := os.ReadFile(stderr.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(said), ws
}

// Killed while it writes what becomes the second commit, an upgrade goes on to all commits, or
// is undone with the first one.
func TestUpgradeKilledBetweenCommits(t *testing.T) {
	t.Parallel()
	dir := newShop(t)
	old, head := filesOf(t, dir), gitIn(t, dir, "symbolic-ref", "HEAD")
	watch(t, upgrade(t, dir, "--commit"), dir, func(now map[string]string, _ int) syscall.Signal {
		if strings.Contains(now["/cart/cart.go"], "any") {
			return syscall.SIGKILL
		}
		return 0
	})
	said, code := says(t, gomendIn(t, dir, "upgrade", "status"))
	if code != 1 || !strings.Contains(said, "1 of 2 commits on the branch gomend/go1.22 are made") || !strings.Contains(said, "1 file is new, 1 is old") {
		t.Errorf("status ends with %d and says %s", code, said)
	}
	for _, args := range [][]string{{"upgrade", "go@1.22"}, {"fix"}, {"work", "sync"}} {
		if said, code := says(t, gomendIn(t, dir, args...)); code != 2 || !strings.Contains(said, `"gomend abort"`) {
			t.Errorf("%v ends with %d and says %s", args, code, said)
		}
	}
	back := filepath.Join(t.TempDir(), "shop")
	if err := os.CopyFS(back, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if said, code := says(t, gomendIn(t, dir, "upgrade", "continue")); code != 0 {
		t.Errorf("continue ends with %d and says %s", code, said)
	}
	if log := gitIn(t, dir, "log", "--format=%s"); log != "Apply fixers\nGo 1.22.0\nold\n" {
		t.Errorf("the commits are\n%s", log)
	}
	if said := gitIn(t, dir, "status", "--short"); said != "" {
		t.Errorf("git says %s", said)
	}
	if said, code := says(t, upgrade(t, dir, "--commit")); code != 0 || !strings.Contains(said, "nothing to do") {
		t.Errorf("a second run ends with %d and says %s", code, said)
	}
	if said, code := says(t, gomendIn(t, back, "abort")); code != 0 {
		t.Errorf("abort ends with %d and says %s", code, said)
	}
	same(t, "aborted", filesOf(t, back), old)
	if got := gitIn(t, back, "symbolic-ref", "HEAD"); got != head {
		t.Errorf("HEAD is %s, not %s", got, head)
	}
	if said := gitIn(t, back, "status", "--short") + gitIn(t, back, "branch", "--list", "gomend/*"); said != "" {
		t.Errorf("git says %s", said)
	}
}

// In no step of the plan is the code base another than it was, so that it does not matter when
// an upgrade is killed. What it leaves elsewhere is swept a day later.
func TestUpgradeKilledWhileItPlans(t *testing.T) {
	t.Parallel()
	dir := newShop(t)
	old := filesOf(t, dir)
	temp := t.TempDir()
	steps := 0
	plan(t, dir, temp, func(p *os.Process, step string) {
		steps++
		p.Signal(syscall.SIGSTOP)
		same(t, step, filesOf(t, dir), old)
		p.Signal(syscall.SIGCONT)
	})
	if steps < 5 {
		t.Fatalf("there are but %d steps", steps)
	}
	if left, err := filepath.Glob(filepath.Join(temp, "gomend-*")); err != nil || len(left) > 0 {
		t.Errorf("a run that was not killed leaves %v: %v", left, err)
	}
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		n := 0
		ended := plan(t, dir, temp, func(p *os.Process, _ string) {
			if n++; n == steps-1 {
				p.Signal(sig)
			}
		})
		same(t, sig.String(), filesOf(t, dir), old)
		left, err := filepath.Glob(filepath.Join(temp, "gomend-*"))
		if killed := sig == syscall.SIGKILL; err != nil || !killed && ended.ExitCode() != 4 || killed != (len(left) > 0) {
			t.Errorf("%v: it ends with %v and leaves %v: %v", sig, ended, left, err)
		}
	}
	left, err := filepath.Glob(filepath.Join(temp, "gomend-*", ".gomend-owner"))
	if err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-25 * time.Hour)
	for _, owner := range left {
		if err := os.Chtimes(owner, long, long); err != nil {
			t.Fatal(err)
		}
	}
	cmd := gomendIn(t, dir, "fix", "--diff")
	cmd.Env = append(cmd.Env, "TMPDIR="+temp)
	says(t, cmd)
	if left, err := filepath.Glob(filepath.Join(temp, "gomend-*")); err != nil || len(left) > 0 {
		t.Errorf("there is still %v: %v", left, err)
	}
}

// plan plans an upgrade, calls begins with each step, and returns how it ended.
func plan(t *testing.T, dir, temp string, begins func(p *os.Process, step string)) *os.ProcessState {
	t.Helper()
	cmd := upgrade(t, dir, "--verbose", "--diff")
	cmd.Env = append(cmd.Env, "TMPDIR="+temp)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if line := lines.Text(); strings.Contains(line, "msg=step ") {
			begins(cmd.Process, line)
		}
	}
	cmd.Wait()
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // the go commands
	return cmd.ProcessState
}
