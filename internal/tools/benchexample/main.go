// Benchexample shows what gomend tells of a change that makes a service slower, on a copy of
// examples/payments:
//
//	go run ./internal/tools/benchexample -gomend PROGRAM
//
// The change is in one module, and the benchmark that suffers in another. It prints the commands
// that it runs with their output, and fails where one has another exit code than it is known to
// have: that the same code against itself fails nothing is among these.
package main

import (
	"context"
	"path/filepath"

	"github.com/gomend/gomend/internal/tools/example"
)

const kept = "profiles/example.com/payments/worker/internal/settle/BenchmarkSum/cpu"

// steps are the commands, with their exit codes.
var steps = []example.Step{
	{Command: "git diff --stat", Code: 0},
	{Command: "gomend profile bench --base HEAD --keep profiles", Code: 1},
	{Command: "gomend profile diff " + kept + "/base " + kept + "/head -o text -o html=diff.html", Code: 1},
	{Command: "git checkout -q -- .", Code: 0},
	{Command: "gomend profile bench --base HEAD", Code: 0},
	{Command: "gomend profile bench --base HEAD --all", Code: 0},
}

func main() { example.Main("benchexample", layOut, steps...) }

// layOut makes the copy, commits it, and makes the change.
func layOut(ctx context.Context, s *example.Shell, _ string) error {
	if err := s.Copy(example.Source, "testdata"); err != nil {
		return err
	}
	if err := s.Commit(ctx, "payments"); err != nil {
		return err
	}
	return s.Copy(filepath.Join(example.Source, "testdata", "slower"), "")
}
