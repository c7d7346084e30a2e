package wire

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func TestRoundTrip(t *testing.T) {
	type message struct{ Text string }
	frame, err := Marshal(message{"hello"})
	if err != nil {
		t.Fatal(err)
	}
	var got message
	if err := Read(bytes.NewReader(frame), &got); err != nil {
		t.Fatal(err)
	}
	if got.Text != "hello" {
		t.Errorf("got %q, want hello", got.Text)
	}
}

func TestReadRefusesLongFrames(t *testing.T) {
	header := binary.BigEndian.AppendUint32(nil, maxMessage+1)
	var v any
	if err := Read(bytes.NewReader(header), &v); err == nil {
		t.Error("a frame over the limit is accepted")
	}
}

func TestReadTruncated(t *testing.T) {
	frame, err := Marshal("hello")
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := Read(bytes.NewReader(frame[:len(frame)-2]), &v); err == nil {
		t.Error("a truncated frame is accepted")
	}
}
