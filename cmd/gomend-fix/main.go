// Gomend-fix applies codemods. It has two faces: the one of gomend, with the commands fix
// and upgrade, for which gomend calls it, and the fix tool that the go command runs for
// every package, as in "go fix -fixtool=$(which gomend-fix) ./...".
//
// It is a program of its own because the codemods that it links take time to initialise,
// which gomend would pay at every package that it vets.
package main

import (
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/gomend/gomend/cmd/internal/cli"
	"github.com/gomend/gomend/fixers"
	"github.com/gomend/gomend/fixers/fix"
	"github.com/gomend/gomend/fixers/suite"
)

func main() {
	collectSeldom()
	if args := os.Args[1:]; invokedByGo(args) {
		unitchecker.Main(suite.Analyzers(all())...)
	} else {
		os.Exit(cli.Main(args, all))
	}
}

// all returns every codemod: our own come first, since of two that overlap the first is tried.
func all() []*fix.Fixer { return slices.Concat(fixers.Own(), suite.Fixers()) }

// invokedByGo reports whether the arguments are those of the go command's protocol for vet
// and fix tools, see [unitchecker].
func invokedByGo(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return args[0] == "-V=full" || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg")
}
