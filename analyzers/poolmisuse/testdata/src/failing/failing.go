// Package failing has paths that fail: the object that they lose costs one
// allocation for each failure, and is not reported.
package failing

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func put(b *bytes.Buffer) { buffers.Put(b) } // want "however large it grew"

var errShort = errors.New("short")

// The error that is returned is known not to be nil.

func sameError(r io.Reader) (string, error) {
	b := buffers.Get().(*bytes.Buffer)
	_, err := b.ReadFrom(r)
	if err != nil {
		return "", err
	}
	s := b.String()
	put(b)
	return s, nil
}

func wrapped(r io.Reader) (string, error) {
	b := buffers.Get().(*bytes.Buffer)
	if _, err := io.CopyN(b, r, 64); err != nil {
		return "", fmt.Errorf("read: %w", err)
	}
	if b.Len() < 10 {
		return "", errShort
	}
	if b.Len() > 1000 {
		return "", errors.New("long")
	}
	s := b.String()
	put(b)
	return s, nil
}

type statusError struct{ code int }

func (e *statusError) Error() string { return "status" }

func newStatusError(code int) error { return &statusError{code} }

func ofStatus(code int) *statusError {
	if code == 0 {
		return nil
	}
	return &statusError{code}
}

func annotate(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("annotated: %w", err)
}

func constructed(code int, check func() error) (string, error) {
	b := buffers.Get().(*bytes.Buffer)
	if code > 1 {
		return "", newStatusError(code)
	}
	if err := check(); err != nil {
		return "", annotate(err)
	}
	s := b.String()
	put(b)
	return s, nil
}

func maybeConstructed(code int) (string, error) {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	if code > 1 {
		return "", annotate(lookUp(code))
	}
	s := b.String()
	put(b)
	return s, nil
}

func lookUp(code int) error {
	if code == 2 {
		return nil
	}
	return ofStatus(code)
}

func named(r io.Reader) (n int64, err error) {
	b := buffers.Get().(*bytes.Buffer)
	if n, err = b.ReadFrom(r); err != nil {
		return
	}
	put(b)
	return
}

func namedAndDeferred(r io.Reader) (n int64, err error) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		if err != nil {
			err = fmt.Errorf("named: %w", err)
		}
	}()
	if n, err = b.ReadFrom(r); err != nil {
		return n, err
	}
	put(b)
	return n, nil
}

func oneReturn(r io.Reader, skip bool) error {
	b := buffers.Get().(*bytes.Buffer)
	_, err := b.ReadFrom(r)
	if err == nil {
		_, err = b.WriteTo(os.Stdout)
	}
	if err == nil {
		put(b)
	}
	return err
}

func literal(fail func(string) error, kind int) error {
	refuse := func(what string) error {
		return fmt.Errorf("refused: %s", what)
	}
	b := buffers.Get().(*bytes.Buffer)
	if kind == 0 {
		return refuse("kind")
	}
	put(b)
	return nil
}

// An error that is kept to oneself.

func swallowed(r io.Reader) error {
	b := buffers.Get().(*bytes.Buffer)
	if _, err := b.ReadFrom(r); err == nil {
		put(b)
		return nil
	}
	return nil
}

func logged(r io.Reader, log func(error)) {
	b := buffers.Get().(*bytes.Buffer)
	if _, err := b.ReadFrom(r); err != nil {
		log(err)
		return
	}
	put(b)
}

// What is returned in place of an error is a result like any other.

func described(r io.Reader) string {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	if _, err := b.ReadFrom(r); err != nil {
		return err.Error()
	}
	s := b.String()
	put(b)
	return s
}

// Errors that do not end the work.

func goesOn(r io.Reader, log func(error), quick bool) int {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	if _, err := b.ReadFrom(r); err != nil {
		log(err)
	}
	if quick {
		return 0
	}
	put(b)
	return 1
}

// Every reader comes to the end of its input.

func toTheEnd(r io.Reader, each func(*bytes.Buffer)) error {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	for {
		_, err := io.CopyN(b, r, 64)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			break
		}
		b.Reset()
	}
	put(b)
	return nil
}

func toTheEndByIs(r io.Reader) error {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	if _, err := io.CopyN(b, r, 64); err != nil {
		if errors.Is(err, io.EOF) {
			return nil
		}
		return err
	}
	put(b)
	return nil
}

// A boolean in place of an error.

func parse(s string) (*bytes.Buffer, bool) {
	b := buffers.Get().(*bytes.Buffer)
	if s == "" {
		return nil, false
	}
	b.WriteString(s)
	return b, true
}

func parseFails(s string) (*bytes.Buffer, bool) {
	b := buffers.Get().(*bytes.Buffer)
	if s == "" {
		return nil, true
	}
	b.WriteString(s)
	return b, false
}

func count(s string) (int, bool) {
	b := buffers.Get().(*bytes.Buffer)
	if s == "" {
		return 0, false
	}
	b.WriteString(s)
	n := b.Len()
	put(b)
	return n, true
}

func skipped(s string) (int, bool) {
	b := buffers.Get().(*bytes.Buffer) // want "not put back on every path"
	if s == "" {
		return 0, true
	}
	b.WriteString(s)
	n := b.Len()
	put(b)
	return n, true
}

// Work that is cancelled.

func produce(ctx context.Context, out chan<- *bytes.Buffer) {
	for {
		b := buffers.Get().(*bytes.Buffer)
		b.Reset()
		select {
		case <-ctx.Done():
			return
		case out <- b:
		}
	}
}

func produceUntil(quit chan struct{}, out chan<- *bytes.Buffer) {
	for {
		b := buffers.Get().(*bytes.Buffer)
		b.Reset()
		select {
		case <-quit:
			return
		case out <- b:
		}
	}
}

func produceOrSkip(wake chan struct{}, out chan<- *bytes.Buffer) {
	for {
		b := buffers.Get().(*bytes.Buffer) // want "handed on by one path and forgotten by another"
		b.Reset()
		select {
		case <-wake:
		case out <- b:
		}
	}
}

// An object that is empty has nothing to hand on.

var batches = sync.Pool{New: func() any { return new([]int) }}

func work(in []int, out chan<- *[]int) {
	batch := batches.Get().(*[]int)
	for _, x := range in {
		*batch = append(*batch, x)
	}
	if len(*batch) > 0 {
		out <- batch
	}
}

func worked(batch *[]int) { batches.Put(batch) }

// A length is no capacity: what was emptied is as large as before.

func sized(n int, out chan<- *[]int) {
	batch := batches.Get().(*[]int) // want "handed on by one path and forgotten by another"
	if len(*batch) < 1000 {
		batch = new([]int)
	}
	out <- batch
}

// Tests on what an error is.

func readAll(name string) (*bytes.Buffer, error) {
	b := buffers.Get().(*bytes.Buffer)
	data, err := os.ReadFile(name)
	if err != nil {
		put(b)
		return nil, err
	}
	b.Write(data)
	return b, nil
}

func fallBack(name string) (*bytes.Buffer, error) {
	b, err := readAll(name)
	if errors.Is(err, os.ErrNotExist) {
		b, err = readAll(name + ".old")
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// The branch that led to the object is taken again.

func correlated(batched bool, n int, send func([]*bytes.Buffer) bool) int {
	clean := func() bool { return batched }
	var list []*bytes.Buffer
	for range n {
		if batched {
			list = append(list, buffers.Get().(*bytes.Buffer))
		}
	}
	if !batched {
		return 0
	}
	if clean() {
		n++
	}
	send(list)
	return n
}
