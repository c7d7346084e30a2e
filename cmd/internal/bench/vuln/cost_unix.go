//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// costOf returns what a command took, with all that it has started.
func costOf(s *os.ProcessState) cost {
	c := cost{cpu: (s.UserTime() + s.SystemTime()).Seconds()}
	if usage, ok := s.SysUsage().(*syscall.Rusage); ok {
		c.peak = float64(usage.Maxrss) / (1 << 10) // in kilobytes
		if runtime.GOOS == "darwin" {
			c.peak /= 1 << 10 // there in bytes
		}
	}
	return c
}
