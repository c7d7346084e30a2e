// Package randv2 moves files from math/rand to math/rand/v2.
//
// Go 1.22 has the second version of the package (https://go.dev/doc/go1.22#math_rand_v2):
// its functions can't be seeded, so that they take no lock, and draw from a generator that
// nobody can guess. Some have better names: Intn is IntN, Int63 is Int64.
//
// # Before
//
//	func pick(names []string) string {
//		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
//		if rand.Int31n(2) == 0 {
//			return names[0]
//		}
//		return names[rand.Intn(len(names))]
//	}
//
// # After
//
//	func pick(names []string) string {
//		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
//		if rand.Int32N(2) == 0 {
//			return names[0]
//		}
//		return names[rand.IntN(len(names))]
//	}
//
// # Precondition
//
// functions: all that the file uses of math/rand are package-level functions that the second
// version has, under the same name or another one, with the same types. The package does not
// call Seed. It is a suggestion: where another package of the program, or a test of one,
// seeds the generator, the numbers are not the ones that were drawn before.
//
// # What is left
//
// generator: a file that uses rand.New, NewSource, NewZipf or a type of the package has
// generators of its own. Those of the second version draw other numbers.
//
// seeded: a package that calls Seed may want the same numbers at every run.
//
// read: rand.Read has no equal in the second version. What wants random bytes mostly wants
// those of crypto/rand.
package randv2
