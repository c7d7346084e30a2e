// Package hook is what a leak test adds to the test process. Its one source file
// is compiled into testing/internal/testdeps by an overlay, with the package
// clause changed; so all its names begin with gomend, and it imports little.
package hook

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// These are set in the text of the overlay: gomendGrowth asks for all goroutines after
// each round of the tests, too. gomendEnv are the variables that gomend has set for the
// go command, as the user has them: a line for each, NAME=value, or NAME if it is unset.
const (
	gomendGrowth = false
	gomendEnv    = ""
)

const (
	// gomendMark begins each line of a record. A line is written at once and is
	// short enough for the system to keep it in one piece: POSIX promises that
	// for 512 bytes written to a pipe.
	gomendMark = "gomend:leaks"
	gomendLine = 400

	// gomendLabel is the profiler label that goroutines inherit from the test
	// that starts them. Its value is the test's index.
	gomendLabel = "gomend.test"

	// gomendTakes is how often the collector is asked. Which stale pointers it
	// meets on the stacks differs from one time to the next.
	gomendTakes = 3
)

// gomendLeaks is what is known of this process.
var gomendLeaks struct {
	out    *os.File // standard output, whatever the tests make of it
	shared string   // where processes that tests start leave their records
	child  bool     // this is such a process

	sync.Mutex                  // guards:
	tests      []string         // the names of all tests that ran
	running    map[string]int32 // the test of each goroutine that ran one, by ID

	ending    sync.Mutex      // guards:
	seen      map[string]bool // the IDs of the goroutines in earlier records
	rounds    []byte          // the goroutines after each round, as in a record
	round     int
	benchmark string // whose rounds they are, or "" for those of the tests
}

// GomendBegin is called before the tests' main function.
func (TestDeps) GomendBegin() {
	gomendRestore()
	l := &gomendLeaks
	l.out, l.running, l.seen = os.Stdout, make(map[string]int32), make(map[string]bool)
	// Tests start their own executable as a subprocess, with arguments and an
	// environment of their choice. Where the executable lies is all they share.
	exe, err := os.Executable()
	if err != nil {
		return
	}
	l.shared = filepath.Join(filepath.Dir(exe), "gomend-leaks")
	l.child = os.IsExist(os.Mkdir(l.shared, 0o777))
}

// gomendRestore gives the tests the user's environment: they may run the go command.
func gomendRestore() {
	for entry := range strings.SplitSeq(gomendEnv, "\n") {
		name, value, set := strings.Cut(entry, "=")
		switch {
		case set:
			os.Setenv(name, value)
		case name != "":
			os.Unsetenv(name)
		}
	}
}

// GomendTest is called on the goroutine that runs the named test or benchmark. All tests
// of a round are subtests of one without a name.
func (TestDeps) GomendTest(name string) {
	l := &gomendLeaks
	if name == "" && gomendGrowth {
		l.ending.Lock()
		gomendRound()
		l.ending.Unlock()
	}
	id := gomendGoroutine()
	l.Lock()
	if n := len(l.tests); n == 0 || l.tests[n-1] != name { // a benchmark is run again and again
		l.tests = append(l.tests, name)
	}
	index := int32(len(l.tests)) - 1
	l.running[id] = index
	l.Unlock()
	labels := pprof.Labels(gomendLabel, strconv.Itoa(int(index)))
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), labels))
}

// GomendBenchmark is called before each round of a benchmark. Each has its rounds one
// after the other, when those of the tests are done.
func (TestDeps) GomendBenchmark(name string) {
	if !gomendGrowth {
		return
	}
	l := &gomendLeaks
	l.ending.Lock()
	defer l.ending.Unlock()
	if name != l.benchmark {
		gomendRound()
		l.benchmark, l.round = name, 0
	}
	gomendRound()
}

// gomendGoroutine returns the ID of the goroutine that calls it.
func gomendGoroutine() string {
	var buf [64]byte
	fields := strings.Fields(string(buf[:runtime.Stack(buf[:], false)]))
	return fields[1]
}

// GomendEnd is called when the tests have ended, or their time has.
func (TestDeps) GomendEnd() {
	l := &gomendLeaks
	if l.out == nil {
		return
	}
	l.ending.Lock()
	defer l.ending.Unlock()
	record := gomendRecord()
	if gomendGrowth {
		gomendRound()
		record = append(record, l.rounds...)
		l.rounds = nil
	}
	if l.child {
		os.WriteFile(filepath.Join(l.shared, strconv.Itoa(os.Getpid())), record, 0o666)
		return
	}
	if l.shared != "" {
		records, _ := filepath.Glob(filepath.Join(l.shared, "*"))
		for _, name := range records {
			of, err := os.ReadFile(name)
			if err == nil {
				record = append(record, of...)
			}
		}
	}
	gomendPrint(l.out, record)
}

// gomendPrint prints a record, so that it is cached with the rest of the output.
func gomendPrint(out *os.File, record []byte) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(record)
	z.Close()
	text := base64.StdEncoding.EncodeToString(packed.Bytes())
	total := (len(text) + gomendLine - 1) / gomendLine
	for i := range total {
		part := text[i*gomendLine : min((i+1)*gomendLine, len(text))]
		fmt.Fprintf(out, "%s %d/%d %s\n", gomendMark, i+1, total, part)
	}
}

// gomendRecord returns the goroutines that the collector finds to be leaked, those
// that differ only in addresses once: a line with their number and the name of
// the test that started them, quoted, and the goroutine as in a crash.
func gomendRecord() []byte {
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return []byte("no profile\n")
	}
	seen := gomendLeaks.seen
	counts := make(map[string]int)
	for range gomendTakes {
		gomendDump(profile, func(id, status, stack string) {
			if strings.Contains(status, "(leaked)") && !seen[id] {
				seen[id] = true
				counts[gomendEntry(status, stack)]++
			}
		})
	}
	return gomendEntries([]byte("leaks\n"), counts)
}

// gomendRound notes all goroutines, as those that a round of the tests left. Some
// may be about to end; it waits until no more do.
func gomendRound() {
	before := runtime.NumGoroutine()
	for range 20 {
		time.Sleep(20 * time.Millisecond)
		now := runtime.NumGoroutine()
		if now >= before {
			break
		}
		before = now
	}
	counts := make(map[string]int)
	gomendDump(pprof.Lookup("goroutine"), func(_, status, stack string) { counts[gomendEntry(status, stack)]++ })
	l := &gomendLeaks
	if l.round == 0 {
		l.rounds = fmt.Appendf(l.rounds, "series %q\n", l.benchmark)
	}
	l.rounds = gomendEntries(fmt.Appendf(l.rounds, "round %d\n", l.round), counts)
	l.round++
}

// gomendDump calls f for each goroutine of a profile: with its ID, the rest of its
// first line, and the others.
func gomendDump(profile *pprof.Profile, f func(id, status, stack string)) {
	// The dump shows labels if the runtime is told to, at any time.
	old, set := syscall.Getenv("GODEBUG")
	os.Setenv("GODEBUG", strings.TrimPrefix(old+",tracebacklabels=1", ","))
	defer func() {
		if set {
			os.Setenv("GODEBUG", old)
		} else {
			os.Unsetenv("GODEBUG")
		}
	}()
	var dump bytes.Buffer
	if err := profile.WriteTo(&dump, 2); err != nil {
		return // a buffer takes all
	}
	for text := range strings.SplitSeq(strings.TrimSuffix(dump.String(), "\n"), "\n\n") {
		header, stack, _ := strings.Cut(text, "\n")
		id, status, ok := strings.Cut(strings.TrimPrefix(header, "goroutine "), " ")
		if ok {
			f(id, status, stack)
		}
	}
}

// gomendEntries adds goroutines to a record.
func gomendEntries(record []byte, counts map[string]int) []byte {
	entries := make([]string, 0, len(counts))
	for entry := range counts {
		entries = append(entries, entry)
	}
	slices.Sort(entries)
	for _, entry := range entries {
		record = fmt.Appendf(record, "%d %s\n\n", counts[entry], entry)
	}
	return record
}

// gomendEntry returns what a record says of a goroutine after the number.
func gomendEntry(status, stack string) string {
	test := ""
	if i := strings.Index(status, gomendLabel); i >= 0 {
		test = gomendName(strings.TrimLeft(status[i+len(gomendLabel):], `": `))
	}
	leaked := ""
	if strings.Contains(status, " (leaked)") {
		leaked = " (leaked)"
	}
	for _, more := range []string{" (leaked)", " labels:", ", ", "]"} {
		status, _, _ = strings.Cut(status, more) // without labels, nor how long it waits
	}
	lines := strings.Split(strings.TrimSuffix(stack, "\n"), "\n")
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "\t"):
			line, _, _ = strings.Cut(line, " +0x")
		case strings.HasPrefix(line, "created by "):
			by, in, _ := strings.Cut(line, " in goroutine ")
			line = by
			if test == "" {
				test = gomendStarted(in)
			}
		case strings.HasSuffix(line, ")"):
			if open := strings.LastIndexByte(line, '('); open >= 0 {
				line = line[:open] + "()"
			}
		}
		lines[i] = line
	}
	return fmt.Sprintf("%q\ngoroutine 1 %s%s]:\n%s", test, status, leaked, strings.Join(lines, "\n"))
}

// gomendName returns the name of the test whose index text begins with.
func gomendName(text string) string {
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || '9' < r })
	if end >= 0 {
		text = text[:end]
	}
	index, err := strconv.Atoi(text)
	l := &gomendLeaks
	l.Lock()
	defer l.Unlock()
	if err != nil || index >= len(l.tests) {
		return ""
	}
	return l.tests[index]
}

// gomendStarted returns the name of the test that the goroutine of the given ID ran,
// or "".
func gomendStarted(id string) string {
	l := &gomendLeaks
	l.Lock()
	defer l.Unlock()
	if index, ok := l.running[id]; ok {
		return l.tests[index]
	}
	return ""
}
