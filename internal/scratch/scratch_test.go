package scratch_test

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/gomend/gomend/internal/scratch"
)

func TestSweep(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	mine, err := scratch.Dir("test")
	if err != nil {
		t.Fatal(err)
	}
	dead := leftBy(t, "gomend-rev-1-2", deadProcess(t))
	lookalike := filepath.Join(temp, "gomend-work-1")
	write(t, filepath.Join(lookalike, "main.go"), "package main")
	foreign := filepath.Join(temp, "other")
	write(t, filepath.Join(foreign, ".gomend-owner"), "1")

	sweep := func(now time.Time) { scratch.Sweep(now, slog.New(slog.DiscardHandler)) }
	sweep(time.Now().Add(23 * time.Hour))
	if !exists(dead) {
		t.Error("what a dead process left was removed before a day was over")
	}
	sweep(time.Now().Add(25 * time.Hour))
	if exists(dead) {
		t.Error("what a dead process left more than a day ago is still there")
	}
	for name, dir := range map[string]string{
		"of this process": mine, "of somebody else, with a name like ours": lookalike, "of somebody else": foreign,
	} {
		if !exists(dir) {
			t.Errorf("the directory %s was removed", name)
		}
	}
}

func TestClaimIsForOne(t *testing.T) {
	temp, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	t.Setenv("TMP", temp)
	dir, err := scratch.Claim("gomend-rev-1")
	if err != nil || dir != filepath.Join(temp, "gomend-rev-1") {
		t.Fatalf("got %s, %v", dir, err)
	}
	if _, err := scratch.Claim("gomend-rev-1"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second time, it fails with %v", err)
	}
}

// leftBy makes a directory as a process of the given ID does.
func leftBy(t *testing.T, name string, pid int) string {
	t.Helper()
	dir, err := scratch.Claim(name)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, ".gomend-owner"), strconv.Itoa(pid))
	write(t, filepath.Join(dir, "tree", "go.mod"), "module m")
	return dir
}

// deadProcess returns the ID of a process that has ended.
func deadProcess(t *testing.T) int {
	t.Helper()
	cmd := exec.Command("go", "version")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return cmd.Process.Pid
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

func exists(dir string) bool {
	_, err := os.Stat(dir)
	return err == nil
}
