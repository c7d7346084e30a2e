// Package randseed removes calls of math/rand's Seed that give the generator a seed of the
// time.
//
// Since Go 1.20 the functions of math/rand draw from a source that is seeded at random when
// the program starts (https://go.dev/doc/go1.20#math/rand). A seed of the time makes that
// worse: it can be guessed, and all functions share one source under one lock from then on.
// From the line "go 1.24" in the main module's go.mod on the call does nothing at all
// (https://go.dev/doc/go1.24#math/rand), unless GODEBUG=randseednop=0 is set.
//
// # Before
//
//	func init() {
//		rand.Seed(time.Now().UnixNano())
//	}
//
//	func pick(names []string) string {
//		return names[rand.Intn(len(names))]
//	}
//
// # After
//
//	func pick(names []string) string {
//		return names[rand.Intn(len(names))]
//	}
//
// # Precondition
//
// timeseed: the seed is computed from time.Now with methods of package time, the process's
// number, conversions and arithmetic, and so is different at every run. If a variable has
// it, that is used for nothing else, and goes too, as does an init function that has nothing
// else to do. Comments that speak of the seed go with it. Nothing else in the package calls
// Seed with a value that is not of the time, as the removed call may have undone that. The
// package has no //go:debug line for randautoseed.
//
// # What is left
//
// constant: a fixed seed makes a program draw the same numbers at every run, until its go
// line reaches 1.24 and the call does nothing: golden values in tests change then.
// A generator made by rand.New(rand.NewSource(1)) draws the same numbers on all versions.
//
// used: the seed is also printed or kept, so that a run can be repeated with it.
//
// mixed: another call in the package gives a seed that may be fixed.
//
// unknown: what the seed is can't be told from the call: an argument, a flag, bytes of
// crypto/rand that were read in several steps.
//
// alone: the statement is all that an if, a loop or a case does. What is around it has to go
// too, or had another purpose.
//
// The method Seed of a generator of one's own is left alone, and so is Seed as a function
// value.
package randseed
