package endpoint

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/google/pprof/profile"

	"github.com/gomend/gomend/profiles/goroutine"
)

// isText reports whether the data is a profile's text, as debug=1 serves it.
func isText(data []byte) bool { return textHead().Match(data) }

// textHead matches the beginning of a profile's text. It is compiled when it is first
// used: programs that link the package may start often and never need it.
var textHead = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(heap profile: |goroutine(leak)? profile: total )`)
})

var errText = errors.New("it is the text of a profile, but damaged or cut off")

// parseText reads a profile's text. Package profile reads the samples, and takes the
// functions, files and lines below each for comments. They replace its addresses here.
// As in pprof's format, the runtime's own frames at the top of a heap's stacks are
// missing; those of goroutines are missing, too.
func parseText(data []byte) (*profile.Profile, error) {
	if bytes.Count(data, []byte("\n")) > maxEntries {
		return nil, errEntries
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, errText
	}
	stacks := textStacks(data)
	if len(stacks) != len(p.Sample) || !whole(data, p) {
		return nil, errText
	}
	p.Mapping, p.Location, p.Function = nil, nil, nil
	p.DropFrames, p.KeepFrames = "", "" // what pprof guesses for C++
	b := newBuilder(p)
	for i, s := range p.Sample {
		s.Location = b.locations(stacks[i])
	}
	return p, nil
}

// whole reports whether a text has all samples: those of a heap are followed by the
// statistics, and those of goroutines are as many as its first line says.
func whole(data []byte, p *profile.Profile) bool {
	head, _, _ := bytes.Cut(data, []byte("\n"))
	_, total, counted := strings.Cut(string(head), "total ")
	if !counted {
		return bytes.Contains(data, []byte(memStatsHead))
	}
	var sum int64
	for _, s := range p.Sample {
		sum += s.Value[0]
	}
	return strings.TrimSpace(total) == strconv.FormatInt(sum, 10)
}

// textStacks returns the calls of each sample of a text, the innermost first.
func textStacks(data []byte) [][]goroutine.Frame {
	var stacks [][]goroutine.Frame
	_, samples, _ := bytes.Cut(data, []byte("\n"))
	for line := range bytes.Lines(samples) {
		text := strings.TrimSpace(string(line))
		switch {
		case text == "":
		case !strings.HasPrefix(text, "#"):
			stacks = append(stacks, nil)
		case len(stacks) > 0:
			if f, ok := textFrame(text); ok {
				stacks[len(stacks)-1] = append(stacks[len(stacks)-1], f)
			}
		}
	}
	return stacks
}

// textFrame reads the line of a call: "#", the address, the function with the offset in
// it, and the place, with tabs in between. The function and the place are missing if
// they are not known, and labels and statistics have no tabs.
func textFrame(text string) (goroutine.Frame, bool) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == '\t' })
	switch len(fields) {
	case 2:
		return goroutine.Frame{Func: fields[1]}, strings.HasPrefix(fields[1], "0x")
	case 4:
	default:
		return goroutine.Frame{}, false
	}
	plus, colon := strings.LastIndex(fields[2], "+0x"), strings.LastIndexByte(fields[3], ':')
	if plus < 0 || colon < 0 {
		return goroutine.Frame{}, false
	}
	line, err := strconv.Atoi(fields[3][colon+1:])
	return goroutine.Frame{Func: fields[2][:plus], File: fields[3][:colon], Line: line}, err == nil && line >= 0
}

// A builder gives a profile locations and functions.
type builder struct {
	p         *profile.Profile
	at        map[goroutine.Frame]*profile.Location
	functions map[function]*profile.Function
}

// A function is what tells one from another in a profile.
type function struct{ name, file string }

// newBuilder returns a builder for a profile that has neither yet.
func newBuilder(p *profile.Profile) *builder {
	return &builder{p, make(map[goroutine.Frame]*profile.Location), make(map[function]*profile.Function)}
}

// locations returns the locations of a stack.
func (b *builder) locations(stack []goroutine.Frame) []*profile.Location {
	all := make([]*profile.Location, len(stack))
	for i, f := range stack {
		if b.at[f] == nil {
			b.at[f] = b.location(f)
		}
		all[i] = b.at[f]
	}
	return all
}

func (b *builder) location(f goroutine.Frame) *profile.Location {
	loc := &profile.Location{
		ID:   uint64(len(b.p.Location) + 1),
		Line: []profile.Line{{Function: b.function(function{f.Func, f.File}), Line: int64(f.Line)}},
	}
	b.p.Location = append(b.p.Location, loc)
	return loc
}

func (b *builder) function(of function) *profile.Function {
	if b.functions[of] == nil {
		b.functions[of] = &profile.Function{ID: uint64(len(b.p.Function) + 1), Name: of.name, SystemName: of.name, Filename: of.file}
		b.p.Function = append(b.p.Function, b.functions[of])
	}
	return b.functions[of]
}
