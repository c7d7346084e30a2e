//go:build unix

package main

import (
	"syscall"
	"time"
)

// childrenCPU returns the CPU time of all processes that this one has waited for, and
// those that they have.
func childrenCPU() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
