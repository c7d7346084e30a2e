package goroutine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxLine is the longest line that is read, in bytes. The runtime shortens
// arguments; names of instantiated functions can be long.
const maxLine = 1 << 20

// A SyntaxError tells where a dump is not one.
type SyntaxError struct {
	Line int
	Text string // of the line
	Want string
}

func (e *SyntaxError) Error() string {
	text := e.Text
	if len(text) > 80 {
		text = text[:80] + "…"
	}
	return fmt.Sprintf("line %d: %q is not %s of a goroutine dump", e.Line, text, e.Want)
}

// Parse reads a dump and yields its goroutines one after the other. Lines before
// the first goroutine, such as a panic's message, are skipped. What is cut off or
// not a dump is yielded as an error, the last.
func Parse(r io.Reader) iter.Seq2[*Goroutine, error] {
	return func(yield func(*Goroutine, error) bool) {
		in := bufio.NewScanner(r)
		in.Buffer(make([]byte, 0, 64<<10), maxLine)
		p := parser{in: in}
		found := false
		for p.next() {
			if !strings.HasPrefix(p.line, "goroutine ") {
				continue // before the first, or between two
			}
			g, err := p.goroutine()
			if errors.Is(err, errNoHeader) {
				continue
			}
			if err != nil {
				yield(nil, err)
				return
			}
			found = true
			if !yield(g, nil) {
				return
			}
		}
		switch err := in.Err(); {
		case err != nil:
			yield(nil, fmt.Errorf("line %d: %w", p.number+1, err))
		case !found:
			yield(nil, errors.New("there is no goroutine in it: a dump is what /debug/pprof/goroutine?debug=2 serves, or a crash prints"))
		}
	}
}

// header matches the first line of a goroutine. The runtime writes the labels
// inside of the brackets in Go 1.26 and after them from Go 1.27 on. It is compiled when
// it is first used: programs that link the package may start often and never need it.
var header = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[(.*?)(?: labels:(\{.*\}))?\](?: (\{.*\}))?:$`)
})

// IsDump reports whether the data has a goroutine as a dump does.
func IsDump(data []byte) bool {
	for line := range bytes.Lines(data) {
		if bytes.HasPrefix(line, []byte("goroutine ")) && header().Match(bytes.TrimRight(line, "\r\n")) {
			return true
		}
	}
	return false
}

var errNoHeader = errors.New("not a goroutine")

type parser struct {
	in     *bufio.Scanner
	line   string
	number int
}

func (p *parser) next() bool {
	if !p.in.Scan() {
		return false
	}
	p.line = strings.TrimSuffix(p.in.Text(), "\r")
	p.number++
	return true
}

func (p *parser) fail(want string) error {
	return &SyntaxError{Line: p.number, Text: p.line, Want: want}
}

// goroutine reads the goroutine that the current line begins.
func (p *parser) goroutine() (*Goroutine, error) {
	m := header().FindStringSubmatch(p.line)
	if m == nil {
		if strings.HasSuffix(p.line, ":") && strings.Contains(p.line, "[") {
			return nil, p.fail("the first line")
		}
		return nil, errNoHeader // "goroutine stack exceeds 1000000000-byte limit"
	}
	id, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return nil, p.fail("the first line")
	}
	g := &Goroutine{ID: id}
	if err := g.status(m[2]); err != nil {
		return nil, p.fail("the first line")
	}
	if g.Labels, err = labels(m[3]); err == nil && m[4] != "" {
		g.Labels, err = labels(m[4])
	}
	if err != nil {
		return nil, p.fail("the first line")
	}
	for p.next() && p.line != "" {
		if err := p.frame(g); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// status takes apart what stands in the brackets: "chan send (leaked), 12 minutes,
// locked to thread".
func (g *Goroutine) status(text string) error {
	state, rest, _ := strings.Cut(text, ", ")
	state, _, _ = strings.Cut(state, " (scan)")
	state, g.Leaked = cutWord(state, " (leaked)")
	g.State, _ = cutWord(state, " (durable)")
	for part := range strings.SplitSeq(rest, ", ") {
		n, ok := strings.CutSuffix(part, " minutes")
		if !ok {
			continue
		}
		minutes, err := strconv.ParseInt(n, 10, 32)
		if err != nil {
			return err
		}
		g.Waiting = time.Duration(minutes) * time.Minute
	}
	return nil
}

// cutWord returns text without the word, and whether it was there.
func cutWord(text, word string) (string, bool) {
	before, after, found := strings.Cut(text, word)
	return before + after, found
}

// frame reads a call, or the line that says where the goroutine was started, with
// the place on the line after it.
func (p *parser) frame(g *Goroutine) error {
	switch {
	case strings.HasPrefix(p.line, "...") && strings.HasSuffix(p.line, " elided..."):
		g.Elided = true
		return nil
	case strings.HasPrefix(p.line, "\tgoroutine running on other thread"):
		g.Elided = true
		return nil
	}
	if by, ok := strings.CutPrefix(p.line, "created by "); ok {
		by, in, _ := strings.Cut(by, " in goroutine ")
		if in != "" {
			id, err := strconv.ParseInt(in, 10, 64)
			if err != nil {
				return p.fail("where a goroutine was started")
			}
			g.Creator = id
		}
		f, err := p.place(by)
		g.Created = f
		return err
	}
	open := strings.LastIndexByte(p.line, '(')
	if open <= 0 || !strings.HasSuffix(p.line, ")") || p.line[0] == '\t' {
		return p.fail("a call")
	}
	f, err := p.place(p.line[:open])
	g.Stack = append(g.Stack, f)
	return err
}

// place reads the line with the file and line of the named function.
func (p *parser) place(fn string) (Frame, error) {
	if !p.next() {
		if p.in.Err() != nil {
			return Frame{}, p.in.Err()
		}
		return Frame{}, fmt.Errorf("line %d: the dump is cut off after %s", p.number, fn)
	}
	text, ok := strings.CutPrefix(p.line, "\t")
	if !ok {
		return Frame{}, p.fail("the place of a call")
	}
	text, _, _ = strings.Cut(text, " +0x")
	text, _, _ = strings.Cut(text, " fp=0x")
	colon := strings.LastIndexByte(text, ':')
	if colon <= 0 {
		return Frame{}, p.fail("the place of a call")
	}
	line, err := strconv.Atoi(text[colon+1:])
	if err != nil || line < 0 {
		return Frame{}, p.fail("the place of a call")
	}
	return Frame{Func: fn, File: text[:colon], Line: line}, nil
}

// labels reads profiler labels, {"key": "value", …} or with the quotes left out
// where they are not needed. It returns nil for the empty text.
func labels(text string) (map[string]string, error) {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")
	all := make(map[string]string)
	for text != "" {
		key, rest, err := word(text, ": ")
		if err != nil {
			return nil, err
		}
		value, rest, err := word(rest, ", ")
		if err != nil {
			return nil, err
		}
		all[key], text = value, rest
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// word returns the word before the separator, unquoted, and what comes after that.
func word(text, separator string) (before, after string, err error) {
	if !strings.HasPrefix(text, `"`) {
		before, after, _ = strings.Cut(text, separator)
		return before, after, nil
	}
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil {
		return "", "", err
	}
	before, err = strconv.Unquote(quoted)
	return before, strings.TrimPrefix(text[len(quoted):], separator), err
}
