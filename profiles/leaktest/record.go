package leaktest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gomend/gomend/profiles/goroutine"
)

// mark begins each line of a record in a test's output; see package hook.
const mark = "gomend:leaks "

// maxRecord is the size of an unpacked record up to which it is read, in bytes.
const maxRecord = 64 << 20

// errNoProfile is the record of a test executable that was not built as asked.
var errNoProfile = errors.New("the test executable has no goroutineleak profile")

// A sighting is some goroutines of one test that are alike.
type sighting struct {
	goroutine *goroutine.Goroutine
	count     int
	test      string // "" if it is not known
}

// A record is what a test executable says: which goroutines leaked, and, if it was
// asked to, all goroutines after each round of its tests and of each benchmark.
type record struct {
	leaks  []sighting
	series []series
}

// A series is what was there after each round, and, first, before the first.
type series [][]sighting

// A collector takes the records out of a test executable's output.
type collector struct {
	parts   []string // of the record that has begun
	total   int
	records []record
	err     error
}

// line takes in a line of output and returns what is not of a record.
func (c *collector) line(text string) string {
	before, part, ok := strings.Cut(text, mark)
	if !ok {
		return text
	}
	var i, total int
	var data string
	if _, err := fmt.Sscanf(part, "%d/%d %s", &i, &total, &data); err != nil || i < 1 || total < i {
		return text // of somebody who prints like us
	}
	if i == 1 {
		c.parts, c.total = nil, total
	}
	if i != len(c.parts)+1 || total != c.total {
		c.err = errors.New("the record of leaks is damaged")
		return before
	}
	c.parts = append(c.parts, data)
	if i == total {
		records, err := readRecords(strings.Join(c.parts, ""))
		if err != nil {
			c.err = err
		}
		c.records = append(c.records, records...)
		c.parts = nil
	}
	return before
}

// readRecords unpacks and reads records: of the process, and of those that its tests
// started.
func readRecords(text string) ([]record, error) {
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("record of leaks: %w", err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("record of leaks: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxRecord))
	if err != nil {
		return nil, fmt.Errorf("record of leaks: %w", err)
	}
	if len(data) == maxRecord {
		return nil, fmt.Errorf("record of leaks: it is larger than %d MB", maxRecord>>20)
	}
	return parseRecords(string(data))
}

// parseRecords reads records, one after the other.
func parseRecords(text string) ([]record, error) {
	var all []record
	var to *[]sighting // where entries go
	for text != "" {
		first, rest, _ := strings.Cut(text, "\n")
		switch {
		case first == "leaks":
			all = append(all, record{})
			to, text = &all[len(all)-1].leaks, rest
			continue
		case first == "no profile":
			return nil, errNoProfile
		case to == nil:
			return nil, fmt.Errorf("record of leaks: it begins with %q", first)
		case strings.HasPrefix(first, "series "):
			r := &all[len(all)-1]
			r.series = append(r.series, nil)
			text = rest
			continue
		case strings.HasPrefix(first, "round "):
			r := &all[len(all)-1]
			if len(r.series) == 0 {
				return nil, errors.New("record of leaks: a round of nothing")
			}
			rounds := &r.series[len(r.series)-1]
			*rounds = append(*rounds, nil)
			to, text = &(*rounds)[len(*rounds)-1], rest
			continue
		}
		entry, after, _ := strings.Cut(text, "\n\n")
		s, err := parseEntry(entry)
		if err != nil {
			return nil, fmt.Errorf("record of leaks: %w", err)
		}
		*to = append(*to, s)
		text = after
	}
	return all, nil
}

// parseEntry reads the number of goroutines, the name of the test, quoted, and on
// the next lines the goroutine.
func parseEntry(entry string) (sighting, error) {
	head, dump, _ := strings.Cut(entry, "\n")
	count, name, _ := strings.Cut(head, " ")
	n, err := strconv.Atoi(count)
	if err != nil || n < 1 {
		return sighting{}, fmt.Errorf("%q is not a number of goroutines", count)
	}
	test, err := strconv.Unquote(name)
	if err != nil {
		return sighting{}, fmt.Errorf("%s is not the name of a test", name)
	}
	for g, err := range goroutine.Parse(strings.NewReader(dump)) {
		return sighting{g, n, test}, err
	}
	return sighting{}, errors.New("an entry without goroutine")
}
