// Package errorsjoin joins errors by the standard library.
//
// Since Go 1.20 an error may wrap several: those of errors.Join, and of a format of
// fmt.Errorf with more than one %w (https://go.dev/doc/go1.20#errors). errors.Is and As look
// into all of them. Before, go.uber.org/multierr and github.com/hashicorp/go-multierror
// did that, or a message named two errors of which none could be found again.
//
// # Before
//
//	import (
//		"fmt"
//		"io"
//
//		"github.com/hashicorp/go-multierror"
//		"go.uber.org/multierr"
//	)
//
//	func closeBoth(a, b io.Closer) error { return multierr.Append(a.Close(), b.Close()) }
//
//	func closeAll(all []io.Closer) error {
//		var result *multierror.Error
//		for _, c := range all {
//			result = multierror.Append(result, c.Close())
//		}
//		return result.ErrorOrNil()
//	}
//
//	func finish(c io.Closer, err error) error {
//		if err != nil {
//			if closing := c.Close(); closing != nil {
//				return fmt.Errorf("%v; %v", err, closing)
//			}
//		}
//		return err
//	}
//
// # After
//
//	import (
//		"errors"
//		"fmt"
//		"io"
//	)
//
//	func closeBoth(a, b io.Closer) error { return errors.Join(a.Close(), b.Close()) }
//
//	func closeAll(all []io.Closer) error {
//		var result error
//		for _, c := range all {
//			result = errors.Join(result, c.Close())
//		}
//		return result
//	}
//
//	func finish(c io.Closer, err error) error {
//		if err != nil {
//			if closing := c.Close(); closing != nil {
//				return fmt.Errorf("%w; %w", err, closing)
//			}
//		}
//		return err
//	}
//
// # Precondition
//
// All of these are suggestions, since what callers see changes.
//
// multierr: the package uses nothing of go.uber.org/multierr but Append and Combine, and
// nothing in its module uses more of it, or looks for a method Errors. The message has a line
// for each error, where multierr wrote "; " between them. An error beside nil becomes one that
// wraps it, where multierr returned the error itself: errors.Is finds it, == does not.
//
// multierror: the package uses nothing of github.com/hashicorp/go-multierror but Append, whose
// result is assigned to its first argument, and ErrorOrNil. The variable is local, declared
// without errors and of the type *multierror.Error, which nothing in the module names
// otherwise. Or it is of the type error, and what is appended is known not to be nil: there,
// Append makes an error even of none. The message has a line for each error and nothing else,
// where the library counts and lists them.
//
// wrap: the format of fmt.Errorf has a verb for each of several errors and nothing but
// punctuation or "and" between them, and an if statement around says of each error that it
// is not nil. The message stays, but errors.Is and As find the errors from now on, which
// makes them a part of what callers can rely on.
//
// # What is left
//
// left: a package's uses of either library where it, or another package of the module, uses
// more of that: the list of errors, the library's types, or a result that is never nil.
package errorsjoin
