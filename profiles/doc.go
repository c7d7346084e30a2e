// Package profiles will read and compare pprof profiles and gather the evidence
// of goroutine leaks. Nothing of it is built yet.
package profiles
