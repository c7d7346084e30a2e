package endpoint

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

// limits are the largest sizes of what is read, in bytes, as it comes and unpacked.
type limits struct{ bytes, unpacked int64 }

var defaultLimits = limits{DefaultMaxBytes, DefaultMaxUnpacked}

// readAll returns all of r, unpacked. The errors are sentences about "it".
func (l limits) readAll(r io.Reader) ([]byte, error) {
	in, err := l.unpack(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	return data, inWords(err)
}

// unpack returns a reader of r, unpacked once: profiles are, and what is packed twice
// is none.
func (l limits) unpack(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(&bounded{r: r, left: l.bytes, err: fmt.Errorf("it is larger than %s", size(l.bytes))})
	head, err := in.Peek(64)
	switch {
	case len(head) == 0 && err == io.EOF:
		return nil, errors.New("it is empty")
	case len(head) == 0:
		return nil, inWords(err)
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("<")):
		return nil, errors.New("it is a web page, perhaps of a login, and not a profile")
	case !bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return in, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, inWords(err)
	}
	return &bounded{r: z, left: l.unpacked, err: fmt.Errorf("it unpacks to more than %s", size(l.unpacked))}, nil
}

// inWords returns the error of reading with what it means.
func inWords(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it is cut off: %w", err)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return fmt.Errorf("it is damaged: %w", err)
	}
	return err
}

// size returns a number of bytes as people write it.
func size(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}

// bounded reads up to a number of bytes and then fails, unlike an io.LimitedReader.
type bounded struct {
	r    io.Reader
	left int64
	err  error // for more
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if int64(n) > b.left {
		n, b.left = int(b.left), 0
		return n, b.err
	}
	b.left -= int64(n)
	return n, err
}
