// Gomend finds the defects that take Go services down.
//
// It has two faces: the command that people type, and the vet tool that the go
// command runs for every package.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/cmd/internal/cli"
	"github.com/gomend/gomend/cmd/internal/vettool"
)

func main() {
	args := os.Args[1:]
	if vettool.Invoked(args) {
		os.Exit(vettool.Main(analyzers.Rules(), args, os.Stdout, os.Stderr))
	}
	os.Exit(command(args))
}

// command shows the face that people type at. The first interrupt, or a request to
// terminate, ends what is under way in order, the second at once.
func command(args []string) int {
	world, err := cli.System()
	if err != nil {
		fmt.Fprintf(os.Stderr, "gomend: %v\n", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return cli.Run(ctx, args, world)
}
