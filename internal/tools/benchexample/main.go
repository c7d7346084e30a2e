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
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
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

func main() {
	log.SetFlags(0)
	log.SetPrefix("benchexample: ")
	gomend := flag.String("gomend", "", "the `program`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *gomend); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, gomend string) error {
	if gomend == "" {
		return errors.New("-gomend is needed")
	}
	gomend, err := filepath.Abs(gomend)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "benchexample-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	s := &example.Shell{Gomend: gomend, Dir: filepath.Join(scratch, "payments"), Env: append(os.Environ(), "GOFLAGS=", "GOWORK=")}
	if err := s.Copy(example.Source, "testdata"); err != nil {
		return err
	}
	if err := s.Commit(ctx, "payments"); err != nil {
		return err
	}
	if err := s.Copy(filepath.Join(example.Source, "testdata", "slower"), ""); err != nil {
		return err
	}
	return s.Show(ctx, steps...)
}
