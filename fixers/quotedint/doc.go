// Package quotedint converts numbers that are printed as quoted characters.
//
// The verb %q of a number prints the character of that number in single quotes, which is
// hardly ever meant: often the number once was a string. From the line "go 1.26" in go.mod on
// the printf check of go vet lets it stand for bytes and runes alone
// (https://go.dev/issue/72850), and go test, which runs that check, fails. The conversion
// says what is printed, and keeps it. Where the digits were meant, %d is the right verb.
//
// # Before
//
//	func check(gid uint16) error {
//		return fmt.Errorf("no group %q", gid)
//	}
//
// # After
//
//	func check(gid uint16) error {
//		return fmt.Errorf("no group %q", rune(gid))
//	}
//
// # Precondition
//
// The call is one of fmt, log, testing or a function that forwards its last arguments to
// one, as the printf check of go vet finds them. Its format is constant, and its arguments
// are taken in their order. The number's type has no method that formats it.
//
// fits: the type has no numbers of more than 32 bits, or the number is constant.
//
// wide: the type has such numbers. They are no characters, and fmt prints U+FFFD for them;
// converted, they come out as another character. This counts as proven because a text with
// such a number says nothing before either, and because code that is left as it is does not
// pass go test.
//
// # What is left
//
// Formats that take arguments by an index or for a width, and slices, maps and structs of
// numbers: no conversion keeps what is printed of them.
package quotedint
