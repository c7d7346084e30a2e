// Rename measures "gomend work rename":
//
//	rename -gopls FILE [-services N]
//	rename -checkout DIR [-symbols N] [-seed S]
//
// In the first form it renames the field of one name in the types of N services, each a
// module of two packages, and compares the CPU time with that of gopls, which is asked once
// a type. Both show a diff, and have to come to the same changes.
//
// In the second it gives symbols of a code base, chosen at random, names that nothing has.
// Of each that gomend would write, the go command compiles all packages and tests with the
// changes: what does not compile any more is printed, and makes the exit code 1. What gomend
// would not write is printed with its reasons, for the eye.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"os"
	"os/signal"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("rename: ")
	gopls := flag.String("gopls", "", "the gopls `command`")
	services := flag.Int("services", 23, "generate `N` services")
	checkout := flag.String("checkout", "", "the `directory` of a code base")
	symbols := flag.Int("symbols", 20, "rename `N` symbols")
	seed := flag.Uint64("seed", 1, "the `seed` of what is chosen")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var err error
	switch {
	case *checkout != "":
		err = random(ctx, *checkout, *symbols, *seed)
	case *gopls != "":
		err = compare(ctx, *gopls, *services)
	default:
		err = errors.New("say -gopls or -checkout")
	}
	if err != nil {
		log.Fatal(err)
	}
}
