package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/gomend/gomend/fixers/fix"
)

// Main shows the face that people type at, and returns the exit code. The codemods are nil in
// a program that does not have them.
//
// The first interrupt, or a request to terminate, ends what is under way in order, the second
// at once.
func Main(args []string, fixers func() []*fix.Fixer) int {
	world, err := System()
	if err != nil {
		fmt.Fprintf(os.Stderr, "gomend: %v\n", err)
		return exitUsage
	}
	world.Fixers = fixers
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as by nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop)
	failWrites()
	return Run(ctx, args, world)
}
