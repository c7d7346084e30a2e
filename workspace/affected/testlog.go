package affected

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
)

// A TestLog is what a test was seen to consult.
type TestLog struct {
	// Files are the files and directories that it opened or asked about, as
	// absolute, clean paths, sorted. It need not have found them.
	Files []string
	// Opened are those of Files that it opened: of a directory, it may have read
	// what is in it.
	Opened []string
	// Env are the environment variables that it asked for, sorted.
	Env []string
}

// testLogMagic begins a test log.
const testLogMagic = "# test log\n"

// ParseTestLog reads what a test binary writes to the file that -test.testlogfile
// names. Dir is the absolute path of the directory in which it ran, which for "go
// test" is that of the package.
//
// The format is known to the go command and the testing package only; it is that of
// Go 1.26 (cmd/go/internal/test, computeTestInputsID).
func ParseTestLog(log []byte, dir string) (*TestLog, error) {
	rest, ok := bytes.CutPrefix(log, []byte(testLogMagic))
	if !ok {
		return nil, fmt.Errorf("the test log does not begin with %q: has the test run to its end?", strings.TrimSpace(testLogMagic))
	}
	if len(rest) > 0 && rest[len(rest)-1] != '\n' {
		return nil, fmt.Errorf("the test log is cut off in line %d: run the test again", bytes.Count(log, []byte("\n"))+1)
	}
	files, opened, env := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	n := 1
	for line := range bytes.Lines(rest) {
		n++
		line := strings.TrimSuffix(string(line), "\n")
		if line == "" {
			continue
		}
		op, name, ok := strings.Cut(line, " ")
		if !ok {
			return nil, fmt.Errorf("line %d of the test log has no name: %q", n, line)
		}
		switch op {
		case "getenv":
			env[name] = true
		case "open":
			opened[absolute(dir, name)] = true
			files[absolute(dir, name)] = true
		case "stat":
			files[absolute(dir, name)] = true
		case "chdir":
			dir = absolute(dir, name)
			files[dir] = true
		default:
			return nil, fmt.Errorf("line %d of the test log tells of %q, which this version of gomend does not know", n, op)
		}
	}
	sorted := func(names map[string]bool) []string { return slices.Sorted(maps.Keys(names)) }
	return &TestLog{Files: sorted(files), Opened: sorted(opened), Env: sorted(env)}, nil
}

func absolute(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
