package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Cost is what a run took.
type Cost struct {
	CPU  time.Duration // user and system, of the process and all that it waited for
	Wall time.Duration
}

// A Bench is a checkout with a build cache, on which tools are measured.
type Bench struct {
	Dir string   // the checkout
	Env []string // with GOCACHE
}

// run runs a program in the checkout. Codes are those exit codes, besides 0, with
// which it has done its work.
func (b Bench) run(ctx context.Context, codes []int, name string, args ...string) (Cost, error) {
	cmd := b.command(ctx, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if errors.As(err, &exit) && slices.Contains(codes, exit.ExitCode()) {
		err = nil
	}
	if err != nil {
		return Cost{}, fmt.Errorf("%s: %w\n%s", cmd, err, tail(out.String(), 20))
	}
	return Cost{CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Wall: wall}, nil
}

func (b Bench) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = b.Dir
	cmd.Env = append(os.Environ(), b.Env...)
	return cmd
}

// with returns the bench with more environment.
func (b Bench) with(env ...string) Bench {
	b.Env = append(slices.Clip(b.Env), env...)
	return b
}

// ownPeak runs a program and returns the largest resident set of its first
// process alone, without those of the go command and the compiler below it. The
// system accounts for a process and its children together, so it is asked while
// the process runs; its high-water mark only grows.
func (b Bench) ownPeak(ctx context.Context, codes []int, name string, args ...string) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := b.command(ctx, name, args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var peak int64
	for tick := time.NewTicker(5 * time.Millisecond); ; {
		select {
		case err := <-done:
			var exit *exec.ExitError
			if errors.As(err, &exit) && slices.Contains(codes, exit.ExitCode()) {
				err = nil
			}
			return peak, err
		case <-tick.C:
			peak = max(peak, highWaterMark(cmd.Process.Pid))
		}
	}
}

// highWaterMark returns the largest resident set that a running process has had
// so far, in bytes; 0 where there is no /proc.
func highWaterMark(pid int) int64 {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0
	}
	return parseHighWaterMark(string(status))
}

func parseHighWaterMark(status string) int64 {
	for line := range strings.Lines(status) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "VmHWM:" && fields[2] == "kB" {
			kilobytes, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				return 0
			}
			return kilobytes * 1024
		}
	}
	return 0
}

// tail returns the last n lines of s.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
