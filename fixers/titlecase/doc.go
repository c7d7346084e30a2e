// Package titlecase replaces strings.Title by package cases of golang.org/x/text.
//
// strings.Title and bytes.Title are deprecated since Go 1.18
// (https://go.dev/doc/go1.18#minor_library_changes): they take an apostrophe for the end of
// a word, so that "don't" becomes "Don'T". golang.org/x/text/cases finds words by the rules
// of Unicode.
//
// # Before
//
//	import "strings"
//
//	func heading(name string) string { return strings.Title(name) + ":" }
//
// # After
//
//	import (
//		"golang.org/x/text/cases"
//		"golang.org/x/text/language"
//	)
//
//	func heading(name string) string { return cases.Title(language.Und, cases.NoLower).String(name) + ":" }
//
// # Precondition
//
// cases, a suggestion: the go.mod file requires golang.org/x/text for packages of the module
// itself. Words of letters alone become the same, but for ß, which becomes Ss, and ligatures.
// Others do not: "o'neil" becomes "O'neil" instead of "O'Neil", "x.y" becomes "X.y" instead of
// "X.Y", and "1st" becomes "1St" instead of "1st".
//
// # What is left
//
// dependency: a module that does not require golang.org/x/text itself. A dependency is more
// than a codemod may decide on. Where words are of ASCII letters alone, a function of three
// lines does.
//
// value: strings.Title as a function value, as in the functions of a template. A cases.Caser
// must not be used by two goroutines at once, so that its method is no successor.
package titlecase
