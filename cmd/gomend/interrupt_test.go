//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An interrupted run ends in order: it says so, has its own exit code, and leaves
// no temporary files and no processes.
func TestInterruption(t *testing.T) {
	gomend := buildProgram(t, ".")
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			// Modules without a go.work file need a temporary one.
			code := t.TempDir()
			for _, name := range []string{"a", "b"} {
				write(t, filepath.Join(code, name, "go.mod"), "module example.com/"+name+"\n\ngo 1.26\n")
				write(t, filepath.Join(code, name, name+".go"), "package "+name+"\n")
			}
			temp, bin := t.TempDir(), sleepyGo(t)
			cmd := exec.Command(gomend, "check", "work")
			cmd.Dir = code
			git := exec.Command("git", "init", "-q")
			git.Dir = code
			if err := git.Run(); err != nil {
				t.Skip(err)
			}
			cmd.Env = append(os.Environ(), "TMPDIR="+temp, "GOWORK=", "GOTOOLCHAIN=local",
				"PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			sleeper := waitFor(t, filepath.Join(bin, "pid"))
			if len(leftIn(t, temp)) == 0 {
				t.Error("nothing is in the way yet: the test tests nothing")
			}
			if err := cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 4 {
				t.Errorf("it ends with %v, want exit code 4", err)
			}
			if got := stderr.String(); !strings.Contains(got, "gomend: interrupted\n") {
				t.Errorf("it does not say that it was interrupted:\n%s", got)
			}
			if left := leftIn(t, temp); len(left) > 0 {
				t.Errorf("left behind are %v", left)
			}
			if err := syscall.Kill(sleeper, 0); !errors.Is(err, syscall.ESRCH) {
				t.Errorf("the go command is still there: %v", err)
			}
		})
	}
}

// sleepyGo returns a directory with a go command that sleeps instead of vetting,
// and writes its process ID to a file beside it.
func sleepyGo(t *testing.T) string {
	t.Helper()
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := fmt.Sprintf(`#!/bin/sh
case $1 in
vet) echo $$ > %[1]s.new; mv %[1]s.new %[1]s; exec sleep 60 ;;
*) exec %[2]s "$@" ;;
esac
`, filepath.Join(bin, "pid"), real)
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	return bin
}

// waitFor returns the process ID that a file will hold.
func waitFor(t *testing.T, file string) int {
	t.Helper()
	for range 600 {
		var pid int
		if data, err := os.ReadFile(file); err == nil {
			if _, err := fmt.Sscan(string(data), &pid); err != nil {
				t.Fatal(err)
			}
			return pid
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("gomend has run no go vet for half a minute")
	return 0
}

// leftIn returns the names of our files in a directory for temporary ones.
func leftIn(t *testing.T, temp string) []string {
	t.Helper()
	left, err := filepath.Glob(filepath.Join(temp, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(left, func(name string) bool { return !strings.HasPrefix(filepath.Base(name), "gomend") })
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}
