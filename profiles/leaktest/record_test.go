package leaktest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
)

func pack(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

const records = `leaks
3 "TestA/b \"c\""
goroutine 1 [chan send (leaked)]:
app.f()
	/a.go:3
created by app.g
	/a.go:2

leaks
1 ""
goroutine 1 [select (leaked)]:
app.h()
	/a.go:9

`

func TestCollector(t *testing.T) {
	text := pack(t, records)
	half := len(text) / 2
	var c collector
	for _, line := range []struct{ in, rest string }{
		{"=== RUN   TestA\n", "=== RUN   TestA\n"},
		{"gomend:leaks says a program of the user\n", "gomend:leaks says a program of the user\n"},
		{"no newline" + mark + "1/2 " + text[:half] + "\n", "no newline"},
		{"a goroutine that still runs\n", "a goroutine that still runs\n"},
		{mark + "2/2 " + text[half:] + "\n", ""},
	} {
		if got := c.line(line.in); got != line.rest {
			t.Errorf("of %q is left %q, want %q", line.in, got, line.rest)
		}
	}
	if c.err != nil || len(c.records) != 2 || len(c.records[0].leaks) != 1 || len(c.records[1].leaks) != 1 {
		t.Fatalf("got %+v and error %v", c.records, c.err)
	}
	if got := c.records[0].leaks[0]; got.count != 3 || got.test != `TestA/b "c"` || got.goroutine.State != "chan send" {
		t.Errorf("got %+v", got)
	}
	if got := c.records[1].leaks[0]; got.test != "" {
		t.Errorf("got %+v", got)
	}
}

func TestCollectorErrors(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"a line is missing", []string{"1/3 AAAA", "3/3 AAAA"}, "damaged"},
		{"no base64", []string{"1/1 %%%"}, "illegal base64"},
		{"not packed", []string{"1/1 AAAA"}, "record of leaks: "},
		{"cut off", []string{"1/1 " + pack(t, records)[:24]}, "record of leaks: "},
		{"no number", []string{"1/1 " + pack(t, "leaks\nx \"T\"\n")}, `"x" is not a number`},
		{"no goroutine", []string{"1/1 " + pack(t, "leaks\n1 \"T\"\n")}, "there is no goroutine"},
		{"a round of nothing", []string{"1/1 " + pack(t, "leaks\nround 0\n")}, "a round of nothing"},
		{"another form", []string{"1/1 " + pack(t, "entries\n")}, `it begins with "entries"`},
		{"no test's name", []string{"1/1 " + pack(t, "leaks\n1 T\n")}, "T is not the name of a test"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var c collector
			for _, line := range test.lines {
				c.line(mark + line + "\n")
			}
			if c.err == nil || !strings.Contains(c.err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", c.err, test.want)
			}
		})
	}
}

func TestRecordWithoutProfile(t *testing.T) {
	if _, err := readRecords(pack(t, "no profile\n")); !errors.Is(err, errNoProfile) {
		t.Errorf("got %v", err)
	}
}

func FuzzRecord(f *testing.F) {
	f.Add(records)
	f.Add("no profile\n")
	f.Add("leaks\nseries \"\"\nround 0\n1 \"T\"\ngoroutine 1 [select]:\nmain.f()\n\t/a.go:1\n\nround 1\nseries \"BenchmarkA\"\nround 0\n")
	f.Add("leaks\n1 \"T\"\ngoroutine 1 [select (leaked)]:\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := parseRecords(text)
		if err != nil {
			return
		}
		for _, r := range records {
			growing(r)
			all := slices.Clone(r.leaks)
			for _, rounds := range r.series {
				all = append(all, slices.Concat(rounds...)...)
			}
			for _, s := range all {
				if s.goroutine == nil || s.count < 1 {
					t.Errorf("got %+v", s)
				}
			}
		}
	})
}
