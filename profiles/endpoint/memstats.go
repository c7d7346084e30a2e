package endpoint

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MemStats are the statistics at the end of heap?debug=1, a part of runtime.MemStats,
// where the fields are described. Sizes are in bytes.
type MemStats struct {
	Alloc      uint64 // live and not yet swept; the same as HeapAlloc
	TotalAlloc uint64 // allocated since the start
	Sys        uint64 // got from the operating system
	Mallocs    uint64 // objects allocated since the start
	Frees      uint64 // objects freed since the start

	HeapAlloc    uint64 // live and not yet swept
	HeapSys      uint64 // address space for the heap
	HeapIdle     uint64 // of that, in unused spans
	HeapInuse    uint64 // of that, in used spans
	HeapReleased uint64 // of the idle, given back to the operating system
	HeapObjects  uint64 // live and not yet swept

	StackInuse uint64 // in spans of stacks
	StackSys   uint64 // got for stacks

	NextGC uint64 // the goal for the heap
	LastGC uint64 // when the last collection ended, in nanoseconds since 1970; 0 if none did

	// The last collections: for how long in all each stopped the program, in
	// nanoseconds, and when it ended, in nanoseconds since 1970. Collection n, from 1,
	// is at (n-1)%256. See [MemStats.Pauses].
	PauseNs  [pauses]uint64
	PauseEnd [pauses]uint64

	NumGC         uint64  // collections since the start
	NumForcedGC   uint64  // of these, those that the program asked for
	GCCPUFraction float64 // of the available CPU time since the start, between 0 and 1
	DebugGC       bool    // not used

	// MaxRSS is the most that was resident since the start; 0 if the system does not
	// tell.
	MaxRSS uint64
}

// memStatsHead is the line before the statistics.
const memStatsHead = "\n# runtime.MemStats\n"

// ParseMemStats reads the statistics at the end of a text that heap?debug=1 served.
// Missing or damaged ones are an error, as they are when the text is cut off.
func ParseMemStats(text []byte) (*MemStats, error) {
	at := bytes.LastIndex(text, []byte(memStatsHead))
	if at < 0 {
		return nil, errors.New("there are no memory statistics in it, or it is cut off before them")
	}
	m := &MemStats{}
	missing := m.fields()
	for line := range strings.Lines(string(text[at+len(memStatsHead):])) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "# "), " = ")
		parse := missing[name]
		if parse == nil {
			continue
		}
		if err := parse(value); err != nil {
			return nil, fmt.Errorf("%s of the memory statistics is damaged", name)
		}
		delete(missing, name)
	}
	delete(missing, "MaxRSS")
	if len(missing) > 0 {
		return nil, fmt.Errorf("the memory statistics are cut off: %d are missing", len(missing))
	}
	return m, nil
}

// fields returns how to read each of the statistics.
func (m *MemStats) fields() map[string]func(string) error {
	return map[string]func(string) error{
		"Alloc": number(&m.Alloc), "TotalAlloc": number(&m.TotalAlloc), "Sys": number(&m.Sys),
		"Mallocs": number(&m.Mallocs), "Frees": number(&m.Frees),
		"HeapAlloc": number(&m.HeapAlloc), "HeapSys": number(&m.HeapSys), "HeapIdle": number(&m.HeapIdle),
		"HeapInuse": number(&m.HeapInuse), "HeapReleased": number(&m.HeapReleased), "HeapObjects": number(&m.HeapObjects),
		"Stack":  numbers(" / ", &m.StackInuse, &m.StackSys),
		"NextGC": number(&m.NextGC), "LastGC": number(&m.LastGC),
		"PauseNs": ring(&m.PauseNs), "PauseEnd": ring(&m.PauseEnd),
		"NumGC": number(&m.NumGC), "NumForcedGC": number(&m.NumForcedGC),
		"GCCPUFraction": func(text string) (err error) {
			m.GCCPUFraction, err = strconv.ParseFloat(text, 64)
			if !(m.GCCPUFraction >= 0 && m.GCCPUFraction <= 1) {
				err = strconv.ErrRange
			}
			return err
		},
		"DebugGC": func(text string) (err error) {
			m.DebugGC, err = strconv.ParseBool(text)
			return err
		},
		"MaxRSS": number(&m.MaxRSS),
	}
}

// number returns how to read a number that an int64 can hold, too: nothing is measured
// beyond that, and times and durations are such.
func number(to *uint64) func(string) error {
	return func(text string) error {
		n, err := strconv.ParseUint(text, 10, 63)
		*to = n
		return err
	}
}

// numbers returns how to read as many numbers as there are places for.
func numbers(separator string, to ...*uint64) func(string) error {
	return func(text string) error {
		parts := strings.Split(text, separator)
		if len(parts) != len(to) {
			return strconv.ErrSyntax
		}
		for i, part := range parts {
			if err := number(to[i])(part); err != nil {
				return err
			}
		}
		return nil
	}
}

// ring returns how to read numbers in brackets.
func ring(to *[pauses]uint64) func(string) error {
	places := make([]*uint64, len(to))
	for i := range to {
		places[i] = &to[i]
	}
	return func(text string) error {
		return numbers(" ", places...)(strings.Trim(text, "[]"))
	}
}
