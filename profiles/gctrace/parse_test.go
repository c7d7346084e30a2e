package gctrace_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gomend/gomend/profiles/gctrace"
)

// line is what Go 1.26 printed, and cycle what it says.
const line = "gc 18 @1.508s 1%: 0.23+6.2+0.007 ms clock, 0.46+0/3.3/4.6+0.014 ms cpu, 95->95->49 MB, 107 MB goal, 0 MB stacks, 0 MB globals, 2 P"

var cycle = gctrace.Cycle{
	Number: 18, At: 1508 * time.Millisecond, Utilization: 1,
	SweepTermination: 230 * time.Microsecond, ConcurrentMark: 6200 * time.Microsecond, MarkTermination: 7 * time.Microsecond,
	SweepTerminationCPU: 460 * time.Microsecond, BackgroundCPU: 3300 * time.Microsecond, IdleCPU: 4600 * time.Microsecond, MarkTerminationCPU: 14 * time.Microsecond,
	HeapStart: 95 << 20, HeapEnd: 95 << 20, HeapLive: 49 << 20, Goal: 107 << 20,
	Procs: 2, Line: 1,
}

func parse(t *testing.T, log string) *gctrace.Trace {
	t.Helper()
	trace, err := gctrace.Parse(strings.NewReader(log))
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// only returns the one cycle that a trace consists of.
func only(t *testing.T, trace *gctrace.Trace) gctrace.Cycle {
	t.Helper()
	if len(trace.Runs) != 1 || len(trace.Runs[0].Cycles) != 1 || trace.Damaged != 0 {
		t.Fatalf("got %+v, want one whole line", trace)
	}
	return trace.Runs[0].Cycles[0]
}

// numbers returns the cycles' numbers of each run.
func numbers(trace *gctrace.Trace) [][]int {
	var all [][]int
	for _, run := range trace.Runs {
		var of []int
		for _, c := range run.Cycles {
			of = append(of, c.Number)
		}
		all = append(all, of)
	}
	return all
}

func TestParseLine(t *testing.T) {
	for _, test := range []struct {
		name, line string
		want       gctrace.Cycle
	}{
		{
			"Go 1.19, of a large program",
			"gc 4711 @86399.123s 12%: 0.12+320+1.5 ms clock, 1.9+210/1280/33+24 ms cpu, 8123->8260->4100 MB, 8201 MB goal, 14 MB stacks, 3 MB globals, 16 P",
			gctrace.Cycle{
				Number: 4711, At: 86399123 * time.Millisecond, Utilization: 12,
				SweepTermination: 120 * time.Microsecond, ConcurrentMark: 320 * time.Millisecond, MarkTermination: 1500 * time.Microsecond,
				SweepTerminationCPU: 1900 * time.Microsecond, AssistCPU: 210 * time.Millisecond, BackgroundCPU: 1280 * time.Millisecond,
				IdleCPU: 33 * time.Millisecond, MarkTerminationCPU: 24 * time.Millisecond,
				HeapStart: 8123 << 20, HeapEnd: 8260 << 20, HeapLive: 4100 << 20, Goal: 8201 << 20, Stacks: 14 << 20, Globals: 3 << 20,
				Procs: 16, Line: 1,
			},
		},
		{
			"Go 1.25, forced",
			"gc 2 @0.046s 4%: 0+9.1+0.012 ms clock, 0+0/0.31/0.096+0 ms cpu, 0->0->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 4 P (forced)",
			gctrace.Cycle{
				Number: 2, At: 46 * time.Millisecond, Utilization: 4,
				ConcurrentMark: 9100 * time.Microsecond, MarkTermination: 12 * time.Microsecond,
				BackgroundCPU: 310 * time.Microsecond, IdleCPU: 96 * time.Microsecond,
				Goal: 4 << 20, Procs: 4, Forced: true, Line: 1,
			},
		},
		{"Go 1.26", line, cycle},
		{
			"Go 1.27, for a goroutineleak profile",
			"gc 1 @0.000s 38% (checking for goroutine leaks): 1.6+0.22+0.007 ms clock, 3.2+0/0.16/0+0.014 ms cpu, 0->0->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)",
			gctrace.Cycle{
				Number: 1, Utilization: 38,
				SweepTermination: 1600 * time.Microsecond, ConcurrentMark: 220 * time.Microsecond, MarkTermination: 7 * time.Microsecond,
				SweepTerminationCPU: 3200 * time.Microsecond, BackgroundCPU: 160 * time.Microsecond, MarkTerminationCPU: 14 * time.Microsecond,
				Goal: 4 << 20, Procs: 2, Forced: true, LeakCheck: true, Line: 1,
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := only(t, parse(t, test.line+"\n")); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

// Whatever stands around a line does not change what it says.
func TestParseAround(t *testing.T) {
	when := time.Date(2026, 11, 27, 17, 1, 2, 123456789, time.UTC)
	for _, test := range []struct {
		name, log string
		logged    time.Time
	}{
		{"no newline at the end", line, time.Time{}},
		{"CRLF", line + "\r\n", time.Time{}},
		{"docker logs --timestamps", "2026-11-27T17:01:02.123456789Z " + line, when},
		{"containerd", "2026-11-27T18:01:02.123456789+01:00 stderr F " + line, when},
		{"kubectl logs --prefix --timestamps", "[pod/cart-5d9f/app] 2026-11-27T17:01:02.123456789Z " + line, when},
		{"journald, of which the year is not known", "Nov 27 17:01:02 host cart[812]: " + line, time.Time{}},
		{"a logger's fields", `level=info component=stderr msg="` + line + ` " pod=cart`, time.Time{}},
		{"another line's end", "GET /cart 200" + line, time.Time{}},
		{"colors", "\x1b[2m17:01\x1b[0m \x1b[1;32mgc\x1b[0m " + strings.TrimPrefix(line, "gc ") + "\x1b[0m", time.Time{}},
		{"a line longer than any buffer", strings.Repeat("progress ", 1<<18) + line, time.Time{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := only(t, parse(t, test.log))
			if !got.Logged.Equal(test.logged) {
				t.Errorf("logged at %v, want %v", got.Logged, test.logged)
			}
			got.Logged = time.Time{}
			if !reflect.DeepEqual(got, cycle) {
				t.Errorf("got  %+v\nwant %+v", got, cycle)
			}
		})
	}
}

// Other lines of the runtime are not GC lines, and not damaged ones either. A cycle
// that the runtime starts after two minutes is not marked as forced.
func TestParseIgnores(t *testing.T) {
	trace := parse(t, `scav 0 KiB work (bg), 0 KiB work (eager), 4512 KiB now, 99% util (forced)
GC forced
gc 2 @120.009s 0%: 0.037+0.22+0.006 ms clock, 0.074+0/0.13/0.10+0.013 ms cpu, 0->0->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P
scan: total 25+6+16=47 objs, 2+3=5 spans
scan: class 8B 7+0+0=7 objs, 0+0=0 spans
checkfinalizers: queue: 0 finalizers + 0 cleanups
gc: 3 workers @ 2 hosts
`)
	if c := only(t, trace); c.Forced || c.Line != 3 {
		t.Errorf("got %+v, want a cycle of line 3 that is not forced", c)
	}
	if trace.Lines != 7 {
		t.Errorf("got %d lines, want 7", trace.Lines)
	}
}

// The torn lines are what Go 1.26 and a program that logs without end wrote.
func TestParseDamaged(t *testing.T) {
	for _, test := range []struct {
		name, log string
		damaged   int
	}{
		{"after the number", "gc 13 @2026/11/27 17:01:02 GET /cart 200\n0.420s 1%: ", 1},
		{"after the head", "gc 2026/11/27 17:01:02 GET /cart 200\n72026/11/27 17:01:02 GET /cart 200\n @", 0},
		{"in a time", strings.Replace(line, "0.23", "0.232026/11/27 17:01:02 GET /cart 200\n", 1), 1},
		{"in a time, by digits", strings.Replace(line, "0.23", "0.231", 1), 1},
		{"before the newline", line + "2026/11/27 17:01:02 GET /cart 200\n (forced)\n", 1},
		{"cut off", line[:len(line)-1], 1},
		{"by another process's line", "gc 3 @0.01" + line, 1},
		{"of Go 1.17", "gc 1 @0.004s 2%: 0.069+0.27+0.009 ms clock, 0.13+0.22/0.001/0+0.019 ms cpu, 4->4->4 MB, 5 MB goal, 8 P\n", 1},
		{"numbers beyond all bounds", strings.Replace(line, "95->", "9223372036854->", 1), 1},
		{"a time that ran backwards", strings.Replace(line, "6.2", "18446744073709", 1), 1},
		{"no processors", strings.Replace(line, "2 P", "0 P", 1), 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole := "gc 19 @2.001s 1%" + line[strings.IndexByte(line, ':'):] + "\n"
			trace := parse(t, test.log+"\n"+whole)
			if trace.Damaged != test.damaged {
				t.Errorf("got %d damaged lines, want %d", trace.Damaged, test.damaged)
			}
			if run := trace.Runs[0].Cycles; run[len(run)-1].Number != 19 {
				t.Errorf("got %+v, want the whole line after it", run)
			}
		})
	}
}

func TestParseRuns(t *testing.T) {
	at := func(number, time string) string {
		return "gc " + number + " @" + time + "s 1%" + line[strings.IndexByte(line, ':'):] + "\n"
	}
	for _, test := range []struct {
		name, log string
		want      [][]int
	}{
		{"one process", at("1", "0.010") + at("2", "0.010") + at("5", "0.200"), [][]int{{1, 2, 5}}},
		{"a restart", at("1", "0.010") + at("2", "0.020") + at("1", "0.030"), [][]int{{1, 2}, {1}}},
		{"a restart whose first lines are lost", at("1", "3.000") + at("2", "0.020"), [][]int{{1}, {2}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			trace := parse(t, test.log)
			if got := numbers(trace); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if got := len(trace.Runs[trace.Longest()-1].Cycles); got != len(test.want[0]) {
				t.Errorf("the longest run has %d cycles, want %d", got, len(test.want[0]))
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ name, log, want string }{
		{"empty", "", "there is no GC line in it"},
		{"foreign", "PK\x03\x04\n<html>\n", "run it with GODEBUG=gctrace=1"},
		{"nothing whole", "gc 1 @0.004s 2%: \ngc 2 @", "none of the 2 GC lines in it is whole"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := gctrace.Parse(strings.NewReader(test.log))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestParseReadError(t *testing.T) {
	broken := errors.New("connection reset")
	trace, err := gctrace.Parse(iotest.ErrReader(broken))
	if trace != nil || !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Errorf("got %v, %v, want the reader's error with the line", trace, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(line + "\r\n" + line + " (forced)\n")
	f.Add("2026-11-27T17:01:02Z \x1b[1mgc 1 @0.000s 38% (checking for goroutine leaks): 1.6+0.22+0.007 ms clock, 3.2+0/0.16/0+0.014 ms cpu, 0->0->0 MB, 4 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)")
	f.Add("gc 1 @0.0" + line + "\ngc 2 @")
	f.Fuzz(func(t *testing.T, log string) {
		trace, err := gctrace.Parse(strings.NewReader(log))
		if err != nil {
			return
		}
		for _, run := range trace.Runs {
			for _, c := range run.Cycles {
				checkPlausible(t, c)
			}
			s := run.Statistics()
			if s.Missing < 0 || s.Span < 0 || s.Rate < 0 || s.GCShare < 0 || s.AssistShare < 0 || s.AssistShare > 1 || s.AllocationRate < 0 {
				t.Errorf("implausible: %+v", s)
			}
			s.Reasons()
			gctrace.Compare(s, s)
		}
	})
}

func checkPlausible(t *testing.T, c gctrace.Cycle) {
	t.Helper()
	if c.Number < 1 || c.Procs < 1 || c.Line < 1 || c.Utilization < 0 {
		t.Errorf("implausible: %+v", c)
	}
	for _, d := range []time.Duration{
		c.At, c.SweepTermination, c.ConcurrentMark, c.MarkTermination, c.Pause(), c.CPU(),
		c.SweepTerminationCPU, c.AssistCPU, c.BackgroundCPU, c.IdleCPU, c.MarkTerminationCPU,
	} {
		if d < 0 {
			t.Errorf("a time below zero: %+v", c)
		}
	}
	for _, size := range []int64{c.HeapStart, c.HeapEnd, c.HeapLive, c.Goal, c.Stacks, c.Globals} {
		if size < 0 {
			t.Errorf("a size below zero: %+v", c)
		}
	}
}
