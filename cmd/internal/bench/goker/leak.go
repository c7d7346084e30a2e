package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// A Frame is one call on the stack of a goroutine.
type Frame struct {
	Function string // without the package and the arguments: "(*Store).processRaft.func1"
	File     string // base name
	Line     int
}

// A Leak is one goroutine that a goroutineleak profile says can never wake.
type Leak struct {
	Reason  string // what it waits for, as in "chan send"
	Stack   []Frame
	Created Frame // the go statement
}

// parseLeaks reads a goroutineleak profile as written with debug level 2 and
// returns its leaked goroutines. The profile shows the running ones too.
func parseLeaks(profile string) ([]Leak, error) {
	var leaks []Leak
	for stack := range strings.SplitSeq(profile, "\n\n") {
		header, body, _ := strings.Cut(strings.TrimLeft(stack, "\n"), "\n")
		reason, ok := leakReason(header)
		if !ok {
			continue
		}
		leak, err := parseStack(body)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", header, err)
		}
		leak.Reason = reason
		leaks = append(leaks, leak)
	}
	return leaks, nil
}

// leakReason takes apart "goroutine 7 [chan send (leaked)]:". It may go on,
// as in "(leaked), 2 minutes]:".
func leakReason(header string) (reason string, leaked bool) {
	_, state, ok := strings.Cut(header, "[")
	if !ok || !strings.HasPrefix(header, "goroutine ") {
		return "", false
	}
	reason, _, leaked = strings.Cut(state, " (leaked)")
	return reason, leaked
}

func parseStack(body string) (Leak, error) {
	var leak Leak
	lines := strings.Split(strings.TrimRight(body, "\n"), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		frame, err := parseFrame(lines[i], lines[i+1])
		if err != nil {
			return Leak{}, err
		}
		if strings.HasPrefix(lines[i], "created by ") {
			leak.Created = frame
			return leak, nil
		}
		leak.Stack = append(leak.Stack, frame)
	}
	return Leak{}, fmt.Errorf("the stack does not say where the goroutine was created")
}

// parseFrame reads the two lines of a frame, such as
//
//	main.(*Store).processRaft(0xc000012080)
//		/src/store.go:61 +0x3e
func parseFrame(call, place string) (Frame, error) {
	name := strings.TrimPrefix(call, "created by ")
	name, _, _ = strings.Cut(name, " in goroutine ")
	if strings.HasSuffix(name, ")") {
		name = name[:strings.LastIndexByte(name, '(')]
	}
	name = strings.TrimPrefix(name, "main.")

	place, _, _ = strings.Cut(strings.TrimSpace(place), " ")
	colon := strings.LastIndexByte(place, ':')
	if colon < 0 {
		return Frame{}, fmt.Errorf("no position in %q", place)
	}
	line, err := strconv.Atoi(place[colon+1:])
	if err != nil {
		return Frame{}, fmt.Errorf("no line number in %q", place)
	}
	return Frame{Function: name, File: filepath.Base(place[:colon]), Line: line}, nil
}

// Blocked returns the topmost frame in the given file: the operation at which
// the goroutine waits, as its author sees it.
func (l Leak) Blocked(file string) (Frame, bool) {
	for _, frame := range l.Stack {
		if frame.File == file {
			return frame, true
		}
	}
	return Frame{}, false
}
