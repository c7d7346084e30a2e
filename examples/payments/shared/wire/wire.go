// Package wire frames JSON messages: four bytes of length, then the message.
package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

const (
	headerSize = 4
	maxMessage = 1 << 20
)

var buffers = sync.Pool{
	New: func() any { return new(bytes.Buffer) },
}

// Marshal returns v as one frame.
func Marshal(v any) ([]byte, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)

	buf.Reset()
	buf.Write(make([]byte, headerSize))
	if err := json.NewEncoder(buf).Encode(v); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	frame := buf.Bytes()
	binary.BigEndian.PutUint32(frame, uint32(len(frame)-headerSize))
	return frame, nil
}

// Read reads one frame from r into v.
func Read(r io.Reader, v any) error {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return fmt.Errorf("reading a frame's length: %w", err)
	}
	size := binary.BigEndian.Uint32(header[:])
	if size > maxMessage {
		return fmt.Errorf("frame of %d bytes is longer than %d", size, maxMessage)
	}
	message := make([]byte, size)
	if _, err := io.ReadFull(r, message); err != nil {
		return fmt.Errorf("reading a frame of %d bytes: %w", size, err)
	}
	return json.Unmarshal(message, v)
}
