package watch

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/goroutine"
)

// A series counts what profiles of one kind have, snapshot by snapshot, by a key of
// their stacks.
type series struct {
	key    func([]goroutine.Frame) string
	index  map[string]int
	stacks [][]goroutine.Frame // one of those of each key
	values [][]float64         // by key and snapshot; NaN where a snapshot lacks the profile
	known  []bool              // by snapshot
}

func newSeries(key func([]goroutine.Frame) string) series {
	return series{key: key, index: make(map[string]int)}
}

// add takes in the next snapshot's profile, which may be nil.
func (s *series) add(p *profile.Profile) {
	for i := range s.values {
		s.values[i] = append(s.values[i], unknown(p == nil))
	}
	s.known = append(s.known, p != nil)
	if p == nil {
		return
	}
	at := len(s.known) - 1
	measure := len(p.SampleType) - 1 // what pprof shows first: inuse_space of a heap
	for _, sample := range p.Sample {
		if sample.Value[measure] > 0 {
			s.row(goroutine.StackOf(sample))[at] += float64(sample.Value[measure])
		}
	}
}

// row returns the values of the stack's key, which is added if it is new.
func (s *series) row(stack []goroutine.Frame) []float64 {
	key := s.key(stack)
	i, ok := s.index[key]
	if !ok {
		i = len(s.values)
		s.index[key] = i
		s.stacks = append(s.stacks, stack)
		var before []float64
		for _, known := range s.known {
			before = append(before, unknown(!known))
		}
		s.values = append(s.values, before)
	}
	return s.values[i]
}

// forget drops what was counted.
func (s *series) forget() {
	for i := range s.values {
		for at := range s.values[i] {
			s.values[i][at] = math.NaN()
		}
	}
}

// last returns the last value of a key that is known, or 0.
func (s *series) last(i int) float64 {
	for at := len(s.known) - 1; at >= 0; at-- {
		if v := s.values[i][at]; !math.IsNaN(v) {
			return v
		}
	}
	return 0
}

// unknown returns the value for what a snapshot does not have: NaN if it is not known,
// and else 0.
func unknown(is bool) float64 {
	if is {
		return math.NaN()
	}
	return 0
}

// stackKey tells stacks apart by all of their calls, but for the runtime's at the
// inner end: a goroutine goes through several of them while it waits.
func stackKey(stack []goroutine.Frame) string {
	for len(stack) > 1 && stack[0].Runtime() {
		stack = stack[1:]
	}
	var b strings.Builder
	for _, f := range stack {
		b.WriteString(f.Func)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(f.Line))
		b.WriteByte('\n')
	}
	return b.String()
}

// ownerKey tells allocations apart by their owner: the line of the innermost call that
// is not of the standard library, and whether a timer was made there.
func ownerKey(stack []goroutine.Frame) string {
	f := owner(stack)
	key := f.Func + ":" + strconv.Itoa(f.Line)
	if ofTimer(stack) {
		key += " timer"
	}
	return key
}

// owner returns the innermost call that is not of the standard library, or the innermost
// if all are.
func owner(stack []goroutine.Frame) goroutine.Frame {
	for _, f := range stack {
		if !standard(f.Package()) {
			return f
		}
	}
	if len(stack) == 0 {
		return goroutine.Frame{}
	}
	return stack[0]
}

// standard reports whether an import path is that of a package of the standard library.
// Paths of modules may be without a point too, so that the first element has to be one
// of those that the library has.
func standard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	_, found := slices.BinarySearch(library, first)
	return found
}

// library are the first elements of the standard library's import paths ("go list std").
var library = []string{
	"archive", "bufio", "bytes", "cmp", "compress", "container", "context", "crypto", "database",
	"debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash", "html", "image",
	"index", "internal", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin",
	"reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "structs", "sync",
	"syscall", "testing", "text", "time", "unicode", "unique", "unsafe", "vendor", "weak",
}

// ofTimer reports whether what was allocated is a timer, or belongs to one.
func ofTimer(stack []goroutine.Frame) bool {
	for _, f := range stack {
		switch f.Func {
		case "time.NewTimer", "time.NewTicker", "time.After", "time.Tick", "time.AfterFunc", "time.newTimer":
			return true
		}
	}
	return false
}
