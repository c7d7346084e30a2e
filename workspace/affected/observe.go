package affected

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// observed begins the lines that tell, in the output of tests, what these consulted.
const observed = "gomend observed: "

// The lines of [Observe], after observed. The first two have a quoted name.
const (
	observedFile = "file"
	observedEnv  = "getenv"
	observedEnd  = "end" // that is all
	observedCut  = "cut" // and maybe more
)

const testLogFlag = "-test.testlogfile="

// scopeForm begins a scope. The go command takes results for others where the command is
// another by which it runs tests: so this changes when what is observed does, or the form
// in which it is told.
const scopeForm = "1:"

// newScope returns what an observer is told: which code base to observe.
func newScope(root string) string { return scopeForm + root }

// Observe runs a test binary, as the go command starts it, and then writes to report
// which files it consulted, for [Record.Update] to read; this is also where the scope
// comes from. Signals are passed on to the test. The error wraps that of [exec.Cmd.Wait] if
// the tests failed.
//
// That it is written to what the go command takes for the output of the tests makes this
// cheap: the go command keeps the output together with the result, and repeats both as
// long as neither the binary nor what it consulted has changed. It must find a log of that
// for it to remember anything. It does not ask a test binary that another program runs
// (-exec) for one, since that may happen on another machine, but looks for it where it
// would have been, which is beside the binary (cmd/go/internal/test of Go 1.26,
// runTestActor.Act and runCache.saveOutput). So that is where it is written. Should a
// later release look elsewhere, tests will be run again where they need not.
//
// Other ways cost more. With a -test.testlogfile of the user's, the go command remembers
// nothing, and the tests of all packages write to one file. The logs that it keeps itself
// can be found by what GODEBUG=gocachetest=1 prints, but tests depend on GODEBUG, so that
// this runs all of them anew; and there is none of tests that failed.
func Observe(cmd *exec.Cmd, scope string, report io.Writer, signals <-chan os.Signal) error {
	root, ok := strings.CutPrefix(scope, scopeForm)
	if !ok {
		return fmt.Errorf("asked to observe %q, which this version of gomend can't: run one version at a time", scope)
	}
	where, err := newLocalizer(root)
	if err != nil {
		return err
	}
	dir := cmd.Dir
	if dir == "" {
		if dir, err = os.Getwd(); err != nil {
			return err
		}
	}
	logFile := askForLog(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case s := <-signals:
			// It fails if the test has just ended, or where there are no signals.
			_ = cmd.Process.Signal(s)
		case failure := <-ended:
			log, err := os.ReadFile(logFile)
			if errors.Is(err, fs.ErrNotExist) && failure == nil {
				// TestMain did not run the tests; before, nothing is logged.
				log, err = []byte(testLogMagic), nil
			}
			if err != nil {
				log = nil
			}
			return errors.Join(failure, where.report(report, log, dir, cutOff(failure)))
		}
	}
}

// askForLog has a test binary write a log, and returns the file's name.
func askForLog(cmd *exec.Cmd) string {
	for _, arg := range cmd.Args[1:] {
		if name, ok := strings.CutPrefix(arg, testLogFlag); ok {
			return name
		}
	}
	name := filepath.Join(filepath.Dir(cmd.Path), "testlog.txt")
	cmd.Args = append([]string{cmd.Args[0], testLogFlag + name}, cmd.Args[1:]...)
	return name
}

// cutOff reports whether a test binary ended before all tests had. The testing package
// exits with 1 if tests failed; a panic, as after the time that -timeout allows, does so
// with 2, and what kills a process with none.
func cutOff(failure error) bool {
	exit, ok := errors.AsType[*exec.ExitError](failure)
	return failure != nil && (!ok || exit.ExitCode() != 1)
}

// report writes what a log tells, and whether it may not be all.
func (l *localizer) report(w io.Writer, log []byte, dir string, cut bool) error {
	var b bytes.Buffer
	seen, err := ParseTestLog(log, dir)
	if err != nil {
		cut = true
		whole := log[:bytes.LastIndexByte(log, '\n')+1]
		if seen, err = ParseTestLog(whole, dir); err != nil {
			seen = new(TestLog)
		}
	}
	end := observedEnd
	if cut {
		end = observedCut
		b.WriteString("\n") // it may have ended within a line
	}
	for _, name := range seen.Files {
		if rel, ok := l.relative(name); ok {
			if info, err := os.Stat(name); err == nil && info.IsDir() && slices.Contains(seen.Opened, name) {
				rel += "/"
			}
			fmt.Fprintf(&b, "%s%s %s\n", observed, observedFile, strconv.QuoteToASCII(rel))
		}
	}
	for _, name := range seen.Env {
		fmt.Fprintf(&b, "%s%s %s\n", observed, observedEnv, strconv.QuoteToASCII(name))
	}
	fmt.Fprintf(&b, "%s%s\n", observed, end)
	_, err = w.Write(b.Bytes())
	return err
}

// An observation is what [Observe] wrote of one package.
type observation struct {
	files, env []string
	end        string // how it ends, "" if that was not seen
}

// note takes in a line of the output of tests, and reports whether it is one of [Observe].
// One that can't be read makes the observation incomplete.
func (o *observation) note(line string) bool {
	text, ok := strings.CutPrefix(line, observed)
	if !ok {
		return false
	}
	kind, quoted, _ := strings.Cut(strings.TrimSuffix(text, "\n"), " ")
	switch kind {
	case observedEnd, observedCut:
		if o.end == "" {
			o.end = kind
		}
		return true
	}
	name, err := strconv.Unquote(quoted)
	switch {
	case err == nil && kind == observedFile:
		o.files = append(o.files, name)
	case err == nil && kind == observedEnv:
		o.env = append(o.env, name)
	default:
		o.end = observedCut
	}
	return true
}
