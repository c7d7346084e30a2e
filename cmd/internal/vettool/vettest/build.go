package vettest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// WithTool is the tests of a package with the program "vet", which is the vet tool with
// these rules, at the head of PATH.
//
// It is a program of its own, and not the test's, which is built for the race detector: the
// go command keeps what a vet tool says by what is in its file, so that all tests share what
// this one says of the standard library, and it says it in a fraction of the time.
type WithTool struct{ *testing.M }

// Run builds the tool and runs the tests.
func (t WithTool) Run() int {
	code, err := t.run()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func (t WithTool) run() (code int, err error) {
	dir, err := os.MkdirTemp("", "gomend-vet-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	build := exec.Command("go", "build", "-o", dir, "github.com/gomend/gomend/cmd/internal/vettool/vettest/vet")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("building the vet tool: %w\n%s", err, out)
	}
	if err := os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		return 0, err
	}
	return t.M.Run(), nil
}
