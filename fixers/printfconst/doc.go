// Package printfconst puts "%s" before a text that stands where a format is expected.
//
// A call such as log.Printf(message), without other arguments, takes the message for a
// format: a % in it comes out as %!x(MISSING) or the like. From the line "go 1.24" in go.mod
// on the printf check of go vet reports such calls
// (https://go.dev/doc/go1.24#vet), and go test, which runs that check, fails.
//
// # Before
//
//	func read(name string) error {
//		if name == "" {
//			return errors.New("no name")
//		}
//		return fmt.Errorf("cannot read " + name)
//	}
//
// # After
//
//	func read(name string) error {
//		if name == "" {
//			return errors.New("no name")
//		}
//		return fmt.Errorf("%s", "cannot read "+name)
//	}
//
// # Precondition
//
// The call is one of fmt, log, testing or a function that forwards its last arguments to
// one, as the printf check of go vet finds them, also in other packages; or a function of
// another package whose name ends in f and whose parameter before the variadic ones is called
// a format or template. The format is its last argument and not constant.
//
// percentfree: the text can hold no %: it consists of constants without one, numbers,
// and variables that are only ever given such texts.
//
// text: parts of the text come from elsewhere, and no constant in it has a %. The output
// changes only where what comes at run time has a %: there it was mangled. This counts as
// proven because the only text that would come out worse is one in which each % was doubled
// on purpose, at a place that the call does not show, and because code that is left as it is
// does not pass go test.
//
// format is a suggestion: the text is a variable or parameter whose name says that it is a
// format, so that those who give it may have doubled its % signs.
//
// # What is left
//
// verbs: a constant part of the text has a %. It was written as a format, or there is an
// argument missing: whoever knows which has to say so. Constants are not changed.
package printfconst
