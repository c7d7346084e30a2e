package gctrace

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// maxLine is the length from which on the beginning of a line is forgotten, in
	// bytes. GC lines stand at the end of lines: the runtime writes the newline.
	maxLine = 1 << 20

	// maxGCLine is more than a GC line and what is put before it can have, in bytes.
	maxGCLine = 4 << 10

	// maxDuration bounds what is believed. It is beyond any program's life, and the
	// durations of a cycle can be added up.
	maxDuration = 1 << 60
)

// Parse reads a log to its end and returns what it tells of garbage collections. A
// log without a single whole GC line is an error that says what to do. The other
// errors are those of the reader, with the line.
//
// GC lines may have anything before and after them on their line. The runtime writes
// a line in pieces, and what the program writes at the same time may come between
// two of them: a line that is not whole is counted in [Trace.Damaged], and one of
// which not even the number is whole is only missing ([Statistics.Missing]). Lines of
// gctrace=2, scavtrace and the like are ignored.
func Parse(r io.Reader) (*Trace, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), 2*maxLine)
	in.Split(splitLines)
	t := &Trace{}
	for in.Scan() {
		t.Lines++
		t.line(in.Bytes())
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", t.Lines+1, err)
	}
	if len(t.Runs) == 0 {
		return nil, t.none()
	}
	return t, nil
}

// none returns the error for a log without a whole GC line.
func (t *Trace) none() error {
	if t.Damaged > 0 {
		return fmt.Errorf("none of the %d GC lines in it is whole: Go before 1.19 may have written them, or other output is mixed in; write the program's log elsewhere than to standard error", t.Damaged)
	}
	return errors.New("there is no GC line in it: build the program, run it with GODEBUG=gctrace=1 (not through go run, whose compilers print too) and keep its standard error")
}

// splitLines is bufio.ScanLines, but for the beginning of very long lines.
func splitLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if !atEOF && len(data) >= maxLine && bytes.IndexByte(data, '\n') < 0 {
		return len(data) - maxGCLine, nil, nil
	}
	return bufio.ScanLines(data, atEOF)
}

// The expressions are compiled when they are first used: programs that link the
// package may start often and never need it.
var (
	// escape matches the control sequences that color a terminal's output.
	escape = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`) })

	// gcBegin matches what a GC line begins with.
	gcBegin = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`gc \d+ @`) })

	// gcLine matches a whole GC line. Text that follows without a space came in between,
	// and what the line ends with is not known.
	gcLine = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^gc (\d+) @(\d+\.\d{3})s (\d{1,3})%( \(checking for goroutine leaks\))?: ` +
			millis + `\+` + millis + `\+` + millis + ` ms clock, ` +
			millis + `\+` + millis + `/` + millis + `/` + millis + `\+` + millis + ` ms cpu, ` +
			`(\d+)->(\d+)->(\d+) MB, (\d+) MB goal, (\d+) MB stacks, (\d+) MB globals, (\d+) P(?:( \(forced\))|\s|$)`)
	})
)

// millis matches milliseconds as the runtime's fmtNSAsMS writes them, and nothing
// else: a number with other digits was made by what came between.
const millis = `(0|0\.0\d\d|0\.[1-9]\d|[1-9]\.\d|[1-9]\d+)`

// line takes in a line of the log.
func (t *Trace) line(text []byte) {
	if !bytes.Contains(text, []byte("gc")) {
		return // most lines of most logs, at little cost
	}
	text = escape().ReplaceAll(text, nil)
	begins := gcBegin().FindAllIndex(text, -1)
	if len(begins) == 0 {
		return
	}
	when := logged(string(text[:begins[0][0]]))
	for _, at := range begins {
		c, ok := parseCycle(text[at[0]:])
		if !ok {
			t.Damaged++
			continue
		}
		c.Line, c.Logged = t.Lines, when
		t.add(c)
	}
}

// parseCycle reads the GC line that text begins with, and returns false if it is not
// whole.
func parseCycle(text []byte) (Cycle, bool) {
	m := gcLine().FindSubmatch(text)
	if m == nil {
		return Cycle{}, false
	}
	f := fields{text: m[1:]}
	c := Cycle{
		Number:              f.integer(),
		At:                  f.duration("s"),
		Utilization:         f.integer(),
		LeakCheck:           f.present(),
		SweepTermination:    f.duration("ms"),
		ConcurrentMark:      f.duration("ms"),
		MarkTermination:     f.duration("ms"),
		SweepTerminationCPU: f.duration("ms"),
		AssistCPU:           f.duration("ms"),
		BackgroundCPU:       f.duration("ms"),
		IdleCPU:             f.duration("ms"),
		MarkTerminationCPU:  f.duration("ms"),
		HeapStart:           f.megabytes(),
		HeapEnd:             f.megabytes(),
		HeapLive:            f.megabytes(),
		Goal:                f.megabytes(),
		Stacks:              f.megabytes(),
		Globals:             f.megabytes(),
		Procs:               f.integer(),
		Forced:              f.present(),
	}
	return c, !f.invalid && c.Number > 0 && c.Procs > 0
}

// fields are the parts of a GC line that vary, read one after the other. They consist
// of digits already; invalid tells that one was beyond all bounds.
type fields struct {
	text    [][]byte
	invalid bool
}

func (f *fields) next() string {
	text := f.text[0]
	f.text = f.text[1:]
	return string(text)
}

func (f *fields) present() bool { return f.next() != "" }

func (f *fields) integer() int { return int(f.bits(32)) }

// megabytes reads whole MB and returns bytes, which have to fit into an int64.
func (f *fields) megabytes() int64 { return f.bits(64-20) << 20 }

// bits reads a number that fits into an integer with so many bits, one for the sign.
func (f *fields) bits(size int) int64 {
	n, err := strconv.ParseInt(f.next(), 10, size)
	f.invalid = f.invalid || err != nil
	return n
}

func (f *fields) duration(unit string) time.Duration {
	d, err := time.ParseDuration(f.next() + unit)
	f.invalid = f.invalid || err != nil || d > maxDuration
	return d
}

// logged returns the time that a line of the log begins with: the first there is,
// which is that of who collected the log.
func logged(prefix string) time.Time {
	for field := range strings.FieldsSeq(prefix) {
		if at, err := time.Parse(time.RFC3339, field); err == nil {
			return at
		}
	}
	return time.Time{}
}
