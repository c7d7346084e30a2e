package record_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gomend/gomend/cmd/internal/directive"
	"github.com/gomend/gomend/cmd/internal/record"
)

func TestRoundTrip(t *testing.T) {
	units := []record.Unit{
		{
			ID: "example.com/p",
			Diagnostics: map[string][]record.Diagnostic{"timerleak": {{
				Category: "after-in-loop",
				Posn:     "p.go:3:2", End: "p.go:3:9",
				Message: "a < b",
				SuggestedFixes: []record.SuggestedFix{{
					Message: "mend",
					Edits:   []record.TextEdit{{Filename: "p.go", Start: 1, End: 2, New: "x"}},
				}},
				Related: []record.Related{{Posn: "q.go:1:1", End: "q.go:1:1", Message: "here", Span: &record.Span{File: "q.go", Line: 1, Column: 1}}},
				Span:    &record.Span{File: "p.go", Start: 20, End: 27, Line: 3, Column: 2, EndLine: 3, EndColumn: 9},
				Symbol:  "f",
			}}},
			Errors: map[string]string{},
			Package: &record.Package{
				Files: []record.File{{Name: "p.go"}, {Name: "z.go", Generated: true}},
				Directives: []record.Directive{{
					Directive: directive.Directive{Rules: []string{"timerleak"}, Reason: "why"},
					File:      "p.go", Line: 2, Column: 2, FirstLine: 3, LastLine: 3,
				}},
				Cost: map[string]time.Duration{"timerleak": 3},
			},
		},
		{
			ID:          "example.com/q",
			Diagnostics: map[string][]record.Diagnostic{},
			Errors:      map[string]string{"bad": "no luck"},
		},
	}
	var buf bytes.Buffer
	for _, unit := range units {
		if err := record.Encode(&buf, unit); err != nil {
			t.Fatal(err)
		}
	}
	dec := record.NewDecoder(&buf)
	for _, want := range units {
		got, err := dec.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nwant %+v", got, want)
		}
		if complete := want.Package != nil; got.Complete() != complete {
			t.Errorf("%s is complete: %v, want %v", got.ID, got.Complete(), complete)
		}
	}
	if _, err := dec.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the last: %v, want EOF", err)
	}
}

// TestOtherTools decodes what x/tools' unitchecker prints.
func TestOtherTools(t *testing.T) {
	const out = `{}
{
	"b": {"nilness": [{"posn": "/src/b/b.go:4:2", "end": "/src/b/b.go:4:3", "message": "nil"}]},
	"a": {"bad": {"error": "it failed"}}
}
`
	dec := record.NewDecoder(strings.NewReader(out))
	a, err := dec.Next()
	if err != nil || a.ID != "a" || a.Errors["bad"] != "it failed" || a.Package != nil {
		t.Errorf("first unit = %+v, %v; want the failure of a", a, err)
	}
	b, err := dec.Next()
	if err != nil || b.ID != "b" || len(b.Diagnostics["nilness"]) != 1 || b.Diagnostics["nilness"][0].Span != nil {
		t.Errorf("second unit = %+v, %v; want a diagnostic of b without a span", b, err)
	}
}

func TestParsePosn(t *testing.T) {
	for posn, want := range map[string]record.Span{
		"/src/a.go:3:9":   {File: "/src/a.go", Line: 3, Column: 9, EndLine: 3, EndColumn: 9},
		`C:\src\a.go:3:9`: {File: `C:\src\a.go`, Line: 3, Column: 9, EndLine: 3, EndColumn: 9},
		"a.go:3":          {File: "a.go", Line: 3, EndLine: 3},
		"a.go":            {File: "a.go"},
		"-":               {File: "-"},
		"":                {},
	} {
		if got := record.ParsePosn(posn); got != want {
			t.Errorf("ParsePosn(%q) = %+v, want %+v", posn, got, want)
		}
	}
}

// FuzzDecoder states that no output of a tool makes the decoder panic or loop.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte(`{"p": {"a": [{"posn": "a.go:1:2", "message": "m"}]}}{}`))
	f.Add([]byte(`{"p": {"a": {"error": "e"}, "gomend.package": {"files": null}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dec := record.NewDecoder(bytes.NewReader(data))
		for {
			unit, err := dec.Next()
			if err != nil {
				return
			}
			unit.Sort()
			unit.Ordered()
			unit.Complete()
		}
	})
}

func TestBrokenOutputIsAnError(t *testing.T) {
	for _, out := range []string{"panic: oh", `{"p": {"a": [1]}}`, `{"p": {"a": 1}}`, `{"p": `} {
		if unit, err := record.NewDecoder(strings.NewReader(out)).Next(); err == nil {
			t.Errorf("%s decodes as %+v; want an error", out, unit)
		}
	}
}
