// Gomend finds the defects that take Go services down.
//
// It has two faces: the command that people type, and the vet tool that the go
// command runs for every package.
package main

import (
	"os"

	"github.com/gomend/gomend/analyzers"
	"github.com/gomend/gomend/cmd/internal/cli"
	"github.com/gomend/gomend/cmd/internal/vettool"
)

func main() {
	args := os.Args[1:]
	if vettool.Invoked(args) {
		os.Exit(vettool.Main(analyzers.Rules(), args, os.Stdout, os.Stderr))
	}
	os.Exit(cli.Main(args, nil))
}
