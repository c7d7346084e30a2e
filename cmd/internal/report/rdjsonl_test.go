package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

// rdDiagnostic is what the description of the Reviewdog Diagnostic Format says
// of a diagnostic: all fields that exist, and of which type.
type rdDiagnostic struct {
	Message  string     `json:"message"`
	Location rdLocation `json:"location"`
	Severity string     `json:"severity"`
	Source   rdLink     `json:"source"`
	Code     struct {
		Value string `json:"value"`
		URL   string `json:"url"`
	} `json:"code"`
	Suggestions []struct {
		Range rdRange `json:"range"`
		Text  *string `json:"text"`
	} `json:"suggestions"`
	OriginalOutput   string `json:"original_output"`
	RelatedLocations []struct {
		Message  string     `json:"message"`
		Location rdLocation `json:"location"`
	} `json:"related_locations"`
}

type rdLink struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type rdLocation struct {
	Path  string   `json:"path"`
	Range *rdRange `json:"range"`
}

type rdRange struct {
	Start *rdPosition `json:"start"`
	End   *rdPosition `json:"end"`
}

type rdPosition struct {
	Line   int32 `json:"line"`
	Column int32 `json:"column"`
}

func decodeRDJSONL(t *testing.T, data string) []rdDiagnostic {
	t.Helper()
	var all []rdDiagnostic
	for line := range strings.Lines(data) {
		dec := json.NewDecoder(strings.NewReader(line))
		dec.DisallowUnknownFields()
		var d rdDiagnostic
		if err := dec.Decode(&d); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, d)
	}
	return all
}

func TestReviewdogUnderstandsEachLine(t *testing.T) {
	run := everything(t)
	all := decodeRDJSONL(t, golden(t, "report.rdjsonl"))
	if want := len(run.Findings) + len(run.Failures); len(all) != want {
		t.Fatalf("%d diagnostics, want %d", len(all), want)
	}
	for _, d := range all {
		if d.Message == "" || strings.Contains(d.Message, "\n") {
			t.Errorf("message %q", d.Message)
		}
		switch d.Severity {
		case "ERROR", "WARNING", "INFO":
		default:
			t.Errorf("severity %q", d.Severity)
		}
		if r := d.Location.Range; r != nil && (r.Start == nil || r.Start.Line < 1 || r.Start.Column < 1) {
			t.Errorf("range %+v", r)
		}
		for _, s := range d.Suggestions {
			if s.Range.Start == nil || s.Range.End == nil || s.Text == nil {
				t.Errorf("suggestion %+v", s)
			}
		}
	}
}

func TestSuggestions(t *testing.T) {
	c := code{"a.go": "one two\nthree\n", "b.go": strings.Repeat("x\n", 100)}
	edit := c.replace
	for _, test := range []struct {
		name string
		fix  finding.Fix
		want string // the text that replaces, or "none"
	}{
		{"an edit", finding.Fix{Edits: []finding.Edit{edit("a.go", "two", "2")}}, "2"},
		{"an insertion", finding.Fix{Edits: []finding.Edit{{File: "a.go", Start: 4, End: 4, New: "new "}}}, "new "},
		{"a removal", finding.Fix{Edits: []finding.Edit{edit("a.go", "one ", "")}}, ""},
		{"several edits become one", finding.Fix{Edits: []finding.Edit{edit("a.go", "three", "3"), edit("a.go", "one", "1")}}, "1 two\n3"},
		{"an unsafe fix", finding.Fix{Safety: rule.Unsafe, Edits: []finding.Edit{edit("a.go", "two", "2")}}, "none"},
		{"another file", finding.Fix{Edits: []finding.Edit{edit("b.go", "x", "y")}}, "none"},
		{"two files", finding.Fix{Edits: []finding.Edit{edit("a.go", "two", "2"), edit("b.go", "x", "y")}}, "none"},
		{"edits that overlap", finding.Fix{Edits: []finding.Edit{edit("a.go", "one two", ""), edit("a.go", "two", "2")}}, "none"},
		{"no edits", finding.Fix{}, "none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := finding.Finding{Rule: "r", Severity: "info", Message: "m", Span: finding.Span{File: "a.go", Line: 1}, Fixes: []finding.Fix{test.fix}}
			var buf bytes.Buffer
			if err := report.Write(&buf, report.RDJSONL, &report.Run{Findings: []finding.Finding{f}, Read: c.read}, report.Options{}); err != nil {
				t.Fatal(err)
			}
			got := "none"
			if s := decodeRDJSONL(t, buf.String())[0].Suggestions; len(s) > 0 {
				got = *s[0].Text
			}
			if got != test.want {
				t.Errorf("suggested %q, want %q", got, test.want)
			}
		})
	}
}
