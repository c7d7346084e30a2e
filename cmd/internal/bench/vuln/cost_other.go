//go:build !unix

package main

import "os"

// costOf returns what a command took; how much memory is not known here.
func costOf(s *os.ProcessState) cost {
	return cost{cpu: (s.UserTime() + s.SystemTime()).Seconds()}
}
