// Package goroutine reads the goroutine dumps of the Go runtime: what a crash
// prints, what /debug/pprof/goroutine?debug=2 serves, and what the goroutineleak
// profile writes at that level of detail.
//
// The dump alone tells where a goroutine was started and for how long it has been
// waiting. Profiles in pprof's own format do not.
package goroutine

import (
	"strings"
	"time"
)

// A Goroutine is one goroutine of a dump.
type Goroutine struct {
	// ID is the runtime's number of it, which is never used again.
	ID int64

	// State is what it does or waits for, in the runtime's words: "chan send",
	// "select", "sync.Mutex.Lock", "running".
	State string

	// Leaked tells that the garbage collector found it leaked: nothing that may
	// still run can reach what it waits for. See golang/go#74609.
	Leaked bool

	// Waiting is how long it has been in its state, in whole minutes; zero below
	// one.
	Waiting time.Duration

	// Labels are its profiler labels, if the program's tracebacks show them (see
	// GODEBUG=tracebacklabels).
	Labels map[string]string

	// Stack are the calls it is in, the innermost first. Elided tells that the
	// runtime left out some.
	Stack  []Frame
	Elided bool

	// Created is where it was started: the function with the go statement, and
	// the place of that. It is the zero Frame for those that no go statement
	// started. Creator is the ID of the goroutine that did, or 0.
	Created Frame
	Creator int64
}

// A Frame is a call in progress.
type Frame struct {
	Func string // as in "net/http.(*Server).Serve"
	File string // absolute, unless it was compiled with -trimpath
	Line int
}

// Package returns the import path of the function's package.
func (f Frame) Package() string {
	path, name := "", f.Func
	if slash := strings.LastIndexByte(beforeTypeArgs(f.Func), '/'); slash >= 0 {
		path, name = f.Func[:slash+1], f.Func[slash+1:]
	}
	name, _, _ = strings.Cut(name, ".")
	// The linker escapes points in the last element, as that of gopkg.in/yaml.v3.
	return path + strings.ReplaceAll(name, "%2e", ".")
}

// beforeTypeArgs returns a function's name up to the type arguments, in which there
// may be paths too.
func beforeTypeArgs(name string) string {
	name, _, _ = strings.Cut(name, "[")
	return name
}

// Runtime reports whether the frame is in the runtime or in what the runtime and
// package sync are made of: a wait is told by [Goroutine.State] in better words.
func (f Frame) Runtime() bool {
	switch f.Package() {
	case "runtime", "sync", "internal/sync", "internal/poll", "internal/runtime/atomic":
		return true
	}
	return false
}

// Blocked returns the innermost frame outside of the runtime and package sync, and
// false if there is none.
func (g *Goroutine) Blocked() (Frame, bool) {
	for _, f := range g.Stack {
		if !f.Runtime() {
			return f, true
		}
	}
	return Frame{}, false
}
