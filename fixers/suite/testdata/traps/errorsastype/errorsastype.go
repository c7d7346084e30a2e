// Package errorsastype has errors that are kept from one time to the next.
package errorsastype

import (
	"errors"
	"fmt"
	"io/fs"
)

var Traps = map[string]func() string{
	"kept from the turn before":    kept,
	"kept by a closure":            closure,
	"one variable, many addresses": addresses,
	"kept over a goto":             jump,
	"set though it does not match": sets,
	"plain":                        plain,
	"another type of the name":     otherType,
	"negated":                      negated,
	"shadowed ok":                  shadowed,
}

var known = &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}

func kept() (out string) {
	var e *fs.PathError
	for _, err := range []error{known, errors.New("y")} {
		if errors.As(err, &e) {
			out += "path;"
		} else {
			out += fmt.Sprint(e != nil)
		}
	}
	return out
}

func closure() (out string) {
	var e *fs.PathError
	f := func(err error) {
		if !errors.As(err, &e) {
			out += fmt.Sprint(e != nil)
		}
	}
	f(known)
	f(errors.New("y"))
	return out
}

func addresses() string {
	var all []**fs.PathError
	var e *fs.PathError
	for _, err := range []error{known, known} {
		if errors.As(err, &e) {
			all = append(all, &e)
		}
	}
	return fmt.Sprint(all[0] == all[1])
}

func jump() (out string) {
	var e *fs.PathError
	err := error(known)
again:
	if errors.As(err, &e) {
		err = errors.New("y")
		goto again
	} else {
		out = fmt.Sprint(e != nil)
	}
	return out
}

// odd sets the target, and denies that it did.
type odd struct{ error }

func (odd) As(target any) bool {
	if p, ok := target.(**fs.PathError); ok {
		*p = known
	}
	return false
}

func sets() string {
	var e *fs.PathError
	if errors.As(odd{}, &e) {
		return "path"
	} else if e != nil {
		return "set"
	}
	return "none"
}

func otherType() string {
	err := fmt.Errorf("wrapped: %w", local{})
	var e local
	type local struct{ error }
	_ = local{}
	if errors.As(err, &e) {
		return "local"
	}
	return "none"
}

type local struct{}

func (local) Error() string { return "local" }

func plain() string {
	err := fmt.Errorf("wrapped: %w", known)
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Path
	}
	return ""
}

func negated() string {
	err := errors.New("y")
	var e *fs.PathError
	if !errors.As(err, &e) {
		return fmt.Sprint(e == nil)
	}
	return ""
}

func shadowed() string {
	ok := "fine"
	var e *fs.PathError
	if errors.As(known, &e) {
		return ok + e.Path
	}
	return ""
}
