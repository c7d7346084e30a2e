// Package xerrors replaces golang.org/x/xerrors by packages errors and fmt.
//
// golang.org/x/xerrors was the trial of what Go 1.13 has
// (https://go.dev/doc/go1.13#error_wrapping): Is, As, Unwrap and the verb %w. It is
// deprecated, but for one thing: its errors know the line that made them, which the verb
// %+v prints.
//
// # Before
//
//	import "golang.org/x/xerrors"
//
//	var errClosed = xerrors.New("closed")
//
//	func send(write func() error) error {
//		err := write()
//		if xerrors.Is(err, errClosed) {
//			return nil
//		}
//		return xerrors.Errorf("sending: %w", err)
//	}
//
// # After
//
//	import (
//		"errors"
//		"fmt"
//	)
//
//	var errClosed = errors.New("closed")
//
//	func send(write func() error) error {
//		err := write()
//		if errors.Is(err, errClosed) {
//			return nil
//		}
//		return fmt.Errorf("sending: %w", err)
//	}
//
// # Precondition
//
// unwrap: none.
//
// chain, a suggestion: since Go 1.20 an error may wrap several. errors.Is and As look into
// these, xerrors' do not.
//
// frame, a suggestion: what prints errors with %+v shows no lines any more. The messages
// are the same: an Errorf is replaced only if its format is constant and wraps at its end,
// as ": %w", or not at all.
//
// # What is left
//
// left: a %w elsewhere in the format, where xerrors repeats the error at the end of the
// message; formats that are not constant; Opaque, Caller, FormatError and the types Frame,
// Formatter, Printer and Wrapper.
package xerrors
