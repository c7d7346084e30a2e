// Package leaktest runs a code base's own tests and finds the goroutines that they
// leave behind for ever.
//
// The proof is the runtime's: a goroutine is leaked if nothing that may still run
// can reach what it waits for, which the garbage collector finds out when it is
// asked to (golang/go#74609, Go 1.26 with an experiment, standard from 1.27 on).
// The tests are not changed. The go command is given an overlay of two packages of
// the standard library, so that every test executable asks at its end, or when its
// time is over, and prints what was found to where its output goes: with that, the
// go command's cache of test results works as ever.
//
// What the collector can't prove is not found: a goroutine that waits for a channel
// which a global variable leads to, a select with a timer, a sleep, a running loop.
package leaktest
