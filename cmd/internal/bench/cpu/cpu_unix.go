//go:build unix

// Package cpu tells how much CPU time the commands took that were measured.
package cpu

import (
	"syscall"
	"time"
)

// Children returns the CPU time of all processes that this one has waited for, and
// those that they have.
func Children() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
