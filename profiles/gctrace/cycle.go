// Package gctrace reads the lines that GODEBUG=gctrace=1 makes the Go runtime print
// at the end of each garbage collection, and tells what they mean for a program: how
// long it was stopped, what the collector cost, and why.
//
// [Parse] finds the lines of Go 1.19 and later in any log, [Run.Statistics] sums up
// those of one process, [Statistics.Reasons] names what stands out, and [Compare]
// sets two processes side by side:
//
//	trace, err := gctrace.Parse(log)
//	…
//	for _, reason := range trace.Runs[trace.Longest()-1].Statistics().Reasons() {
//		fmt.Println(reason.Text, reason.Advice)
//	}
//
// Where there is no trace, [Sum] does with what a program's own memory statistics tell
// from time to time.
//
// The lines are described in the documentation of package runtime, and printed by
// gcMarkTermination in runtime/mgc.go. They do not tell which process they are of:
// processes that write into one log at the same time, as pods behind kubectl logs
// --prefix or the compilers behind go run do, cannot be told apart here. Their logs
// have to be separated before.
package gctrace

import "time"

// A Trace is what a log tells of garbage collections.
type Trace struct {
	// Runs are the processes that wrote the log, one after the other. A run begins
	// where the cycles' numbers or their times since the program's start go back.
	Runs []Run

	// Damaged is the number of GC lines that were begun and are not whole, as other
	// output came in between, or as an older Go wrote them. Nothing of them is used.
	Damaged int

	// Lines is the number of lines in the log, of whatever kind.
	Lines int
}

// Longest returns the number of the run with the most cycles, from 1, that of the first
// of several, and 0 if there is none.
func (t *Trace) Longest() int {
	longest, most := 0, 0
	for i, r := range t.Runs {
		if len(r.Cycles) > most {
			longest, most = i+1, len(r.Cycles)
		}
	}
	return longest
}

// add takes in the cycle that the log tells of next.
func (t *Trace) add(c Cycle) {
	if n := len(t.Runs); n == 0 || t.Runs[n-1].endsBefore(&c) {
		t.Runs = append(t.Runs, Run{})
	}
	run := &t.Runs[len(t.Runs)-1]
	run.Cycles = append(run.Cycles, c)
}

// A Run is what a log tells of one process.
type Run struct {
	// Cycles are in the order of the log, which is that of their numbers and times.
	// Numbers are missing where lines are lost or damaged.
	Cycles []Cycle
}

// endsBefore reports whether a cycle that the log tells of next is another process's.
func (r Run) endsBefore(c *Cycle) bool {
	last := &r.Cycles[len(r.Cycles)-1]
	return c.Number <= last.Number || c.At < last.At
}

// A Cycle is one garbage collection: what a line says.
type Cycle struct {
	// Number counts the process's collections, from 1.
	Number int

	// At is when the collection began, since the start of the program, in whole
	// milliseconds.
	At time.Duration

	// Utilization is the percentage of the available CPU time that collections took
	// since the start of the program, without idle marking, rounded down. See
	// [Statistics.GCShare] for that of a time.
	Utilization int

	// The phases on the wall clock, with two digits of precision below 10 ms and in
	// whole milliseconds from there on. The program is stopped in the first and the
	// last. Each includes the time that it took to stop. Marking is sometimes found
	// incomplete only after a stop; that stop is in ConcurrentMark.
	SweepTermination time.Duration
	ConcurrentMark   time.Duration
	MarkTermination  time.Duration

	// What the phases took of CPU time. While the program is stopped all of the
	// processors that it may use are counted. Marking is split into assists, which
	// goroutines have to do when they allocate; background workers; and the workers
	// on processors that had nothing else to do.
	SweepTerminationCPU time.Duration
	AssistCPU           time.Duration
	BackgroundCPU       time.Duration
	IdleCPU             time.Duration
	MarkTerminationCPU  time.Duration

	// Sizes in bytes. The line has whole MB (of 1<<20 bytes), rounded down.
	HeapStart int64 // of the heap when the collection began
	HeapEnd   int64 // of the heap when it ended, before anything was swept
	HeapLive  int64 // of what was marked: live, or allocated meanwhile
	Goal      int64 // that the heap should have had at the end of this collection
	Stacks    int64 // of stacks to scan
	Globals   int64 // of global variables to scan

	// Procs is GOMAXPROCS.
	Procs int

	// Forced tells that the program asked for the collection: by runtime.GC,
	// debug.FreeOSMemory, or by serving a profile that needs one. Collections that
	// the runtime starts because there was none for two minutes are not marked as
	// forced, although a line "GC forced" precedes them.
	Forced bool

	// LeakCheck tells that the collection also looked for leaked goroutines, for a
	// goroutineleak profile (Go 1.26 and later).
	LeakCheck bool

	// Line is the number of the line in the log, from 1.
	Line int

	// Logged is the time that stands before the GC line in the format of RFC 3339, as
	// container runtimes put it there. It is the zero Time if there is none.
	Logged time.Time
}

// Pause returns for how long the program was stopped.
func (c *Cycle) Pause() time.Duration { return c.SweepTermination + c.MarkTermination }

// CPU returns the CPU time that the collection took from the program. Idle marking
// is not in it, as in [Cycle.Utilization]: nobody else wanted that time.
func (c *Cycle) CPU() time.Duration {
	return c.SweepTerminationCPU + c.AssistCPU + c.BackgroundCPU + c.MarkTerminationCPU
}

// peak returns the size of the heap when it was largest in the collection.
func (c *Cycle) peak() int64 { return max(c.HeapStart, c.HeapEnd) }

// assistShare returns the part of the collection's CPU time that assists took.
func (c *Cycle) assistShare() float64 {
	return ratio(c.AssistCPU.Seconds(), c.CPU().Seconds())
}
