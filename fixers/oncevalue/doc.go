// Package oncevalue writes values that are computed once as sync.OnceValue.
//
// A sync.Once, a variable and a function that fills it at the first call are what
// sync.OnceValue and OnceValues make in one expression
// (https://go.dev/doc/go1.21#sync), and nothing else can touch the variable.
//
// # Before
//
//	var (
//		homeOnce sync.Once
//		home     string
//	)
//
//	// homeDir returns the user's folder.
//	func homeDir() string {
//		homeOnce.Do(func() {
//			home = os.Getenv("HOME")
//		})
//		return home
//	}
//
// # After
//
//	// homeDir returns the user's folder.
//	var homeDir = sync.OnceValue(func() string {
//		return os.Getenv("HOME")
//	})
//
// # Precondition
//
// value: the function is not exported, has no receiver and no parameters, one or two results
// without names, and consists of once.Do with a function literal and the return of one or two
// package-level variables of the results' types. The literal ends in an assignment to these
// variables in the order of the results, names them nowhere else and does not return.
// Nothing else in the package names the once or the variables, nor does a file that is not
// looked at, and they are declared without values. No comment is in what is removed.
//
// It is a suggestion: a computation that panics leaves the zero value for later calls now, and
// makes them panic too with sync.OnceValue. The variable is initialised before init functions
// run, but the computation still happens at the first call.
//
// # What is left
//
// comment: a comment at the variables, or in the function before the literal, would be lost.
//
// Exported functions are left alone: a variable is another API. So are functions to which the
// literal leads back, as the variable would be initialised by itself.
package oncevalue
