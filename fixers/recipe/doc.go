// Package recipe makes fixers of what a team writes down itself: of code as it is before, and
// as it is to be after.
//
// A recipe's template is a piece of Go, in the form of golang.org/x/tools/refactor/eg:
//
//	import (
//		"fmt"
//
//		"github.com/pkg/errors"
//	)
//
//	func before(err error, msg string) error { return errors.Wrap(err, msg) }
//	func after(err error, msg string) error  { return fmt.Errorf("%s: %w", msg, err) }
//
// Go has a notation for names with types, for the packages that names come from, for generic
// code and for what is variadic: no other had to be made up, and what a template means is what
// Go says. A parameter is a wildcard. It matches what could be given to before as an argument.
// All other names match where they stand for the same thing, however the code imports it. A
// body with an expression without return matches it as a statement. A parameter that only
// after uses is a variable that has to be at hand where the match is, by name and type or as a
// parameter of the function. A template may have several pairs, before and after with the same
// ending, as beforeWarn and afterWarn.
//
// # Why this is not package eg
//
// Package eg has the template, and its notion of a match is followed here. It can't be the
// engine: it changes syntax trees in place, where comments end up anywhere, and printing a
// file anew is no small edit; it names packages in the result as the template does, whatever
// the file calls them; it duplicates and drops arguments whatever they do; it ends the process
// for some templates, and matches a method of any type that has one of the name. So the
// matching is done here on typed syntax, and comes to text edits; [go/types] is asked whether
// the arguments fit before.
//
// # How templates are type-checked
//
// Types are the same only within one universe, and each package under analysis is checked in
// its own. So before is type-checked anew for each, against the packages that it imports,
// however far: where one of before's packages is not among them, nothing of it can be named.
// What after imports is not needed for that; whoever applies the fix type-checks what comes of
// it. The template as a whole is checked once, by [Load].
//
// # What is left
//
// A match is reported without a fix, with the reason, where an argument that does something
// would be evaluated twice, not at all, in another order or at another time; where a comment
// would be lost; where no variable is at hand; where a name of after means something else at
// the place; and where the module does not require what after imports. Packages that after names
// are left out: they are what calls are moved to, and may do it the old way.
package recipe
