// Package compare tells what differs between profiles of a program before and after a change:
// which functions, packages or modules cost more or less, and how sure that is.
//
// A profile is [Read] and folded into a [Run]: one number for each row, by what rows are
// wanted. By default, the cost of the standard library and of dependencies goes to the nearest
// function of one's own that has called them: that is where one can act, and few rows keep
// what statistics can find. [Compare] takes runs of both sides. With one of each it just
// subtracts, as "go tool pprof -diff_base" does. With several it tests each row by a
// permutation of the runs, controls the share of false discoveries over all rows (Benjamini
// and Hochberg, 1995), gives an interval for the change by the bootstrap, and says which change
// these runs could have seen at all: a row of which they could not have seen what matters is
// inconclusive, and never unchanged.
package compare
