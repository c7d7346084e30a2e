// Package unpack reads what may be packed by gzip, and comes from who knows where, up to a size.
package unpack

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
)

// All reads all of r, unpacked if it is packed. More than a limit of bytes, packed or unpacked,
// is an error.
func All(r io.Reader, limit int64) ([]byte, error) {
	data, err := limited(r, limit)
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err == nil {
		data, err = limited(z, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("it can't be unpacked: %w", err)
	}
	return data, nil
}

func limited(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it is larger than %d MB", limit>>20)
	}
	return data, err
}
