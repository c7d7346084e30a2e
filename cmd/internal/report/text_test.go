package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

// lintLine is how the Go extension of Visual Studio Code recognises findings of
// a lint tool; other editors are less strict.
var lintLine = regexp.MustCompile(`^([^:]*: )?((.:)?[^:]*):(\d+)(:(\d+)?)?:(?:\w+:)? (.*)$`)

func TestEditorsUnderstandEachLine(t *testing.T) {
	run := everything(t)
	lines := strings.Split(strings.TrimSuffix(golden(t, "lines.txt"), "\n"), "\n")
	if len(lines) != len(run.Findings) {
		t.Fatalf("%d lines for %d findings", len(lines), len(run.Findings))
	}
	for i, line := range lines {
		m := lintLine.FindStringSubmatch(line)
		if m == nil || m[2] != run.Findings[i].File {
			t.Errorf("%q is read as %q", line, m)
		}
	}
}

// Only the first line of a finding may be taken for one.
func TestEditorsSkipFrames(t *testing.T) {
	n := 0
	for line := range strings.Lines(golden(t, "frames.txt")) {
		if lintLine.MatchString(strings.TrimSuffix(line, "\n")) {
			n++
		}
	}
	if want := len(everything(t).Findings); n != want {
		t.Errorf("%d lines look like findings, want %d", n, want)
	}
}

func TestColourChangesNoText(t *testing.T) {
	plain := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(golden(t, "color.txt"), "")
	if plain != golden(t, "frames.txt") {
		t.Errorf("without colours it is\n%s", plain)
	}
}

func TestMarksStandUnderWhatTheyMark(t *testing.T) {
	for _, test := range []struct{ name, line, mark, want string }{
		{"tabs", "\tx :=\ty()", "y()", "            ^^^"},
		{"wide characters", "s(\"世界\", x)", "x", "          ^"},
		{"marking wide characters", "s(\"世界\")", "世界", "   ^^^^"},
		{"combining characters", "s(\"e\u0301\", x)", "x", "       ^"},
		{"an emoji", "s(\"🌍\", x)", "x", "        ^"},
		{"a control character", "s(\"\x1b\", x)", "x", "       ^"},
		{"bytes that are no text", "s(\"\xff\", x)", "x", "       ^"},
		{"the end of the line", "return", "", "      ^"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := code{"a.go": test.line + "\n"}
			f := finding.Finding{Rule: "r", Message: "m", Span: c.span("a.go", test.mark, 1)}
			if test.mark == "" {
				f.Span = finding.Span{File: "a.go", Line: 1, Column: len(test.line) + 1, EndLine: 1, EndColumn: len(test.line) + 1}
			}
			run := &report.Run{Findings: []finding.Finding{f}, Read: c.read}
			var buf bytes.Buffer
			if err := report.Write(&buf, report.Text, run, report.Options{Frames: true}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Split(buf.String(), "\n")[2]; got != "     | "+test.want {
				t.Errorf("the mark is %q, want %q in\n%s", got, "     | "+test.want, buf.String())
			}
			if strings.Contains(buf.String(), "\x1b") || !utf8.Valid(buf.Bytes()) {
				t.Errorf("a control character reaches the terminal: %q", buf.String())
			}
		})
	}
}

func TestALongSpanIsShownWithoutItsMiddle(t *testing.T) {
	c := code{"a.go": strings.Repeat("line()\n", 30)}
	f := finding.Finding{Rule: "r", Message: "m", Span: finding.Span{File: "a.go", Line: 3, Column: 1, EndLine: 25, EndColumn: 7}}
	var buf bytes.Buffer
	if err := report.Write(&buf, report.Text, &report.Run{Findings: []finding.Finding{f}, Read: c.read}, report.Options{Frames: true}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"   3 |", "   5 |", "...", "  25 |"} {
		if !strings.Contains(buf.String(), want) {
			t.Errorf("%q is not in\n%s", want, buf.String())
		}
	}
	if strings.Contains(buf.String(), "  15 |") {
		t.Errorf("the middle is shown:\n%s", buf.String())
	}
}

// A position that the file does not have, as after an edit, harms nothing.
func TestPositionsBeyondTheFile(t *testing.T) {
	c := code{"a.go": "x\n"}
	for _, span := range []finding.Span{
		{File: "a.go"},
		{File: "a.go", Line: -1, Column: -1},
		{File: "a.go", Line: 99, Column: 99},
		{File: "a.go", Line: 1, Column: 99, EndLine: 1, EndColumn: 120},
		{File: "a.go", Line: 1, Column: 1, EndLine: 50, EndColumn: 3},
		{File: "a.go", Start: -5, End: 1000, Line: 1},
		{},
	} {
		run := &report.Run{Read: c.read, Findings: []finding.Finding{{
			Rule: "r", Message: "m", Span: span, Related: []finding.Related{{Span: span, Message: "r"}},
			Fixes: []finding.Fix{{Message: "f", Edits: []finding.Edit{{File: "a.go", Start: -1, End: 500}}}},
		}}}
		for _, f := range report.Formats() {
			var buf bytes.Buffer
			if err := report.Write(&buf, f, run, report.Options{Frames: true}); err != nil || buf.Len() == 0 {
				t.Errorf("%s at %+v: %v", f, span, err)
			}
		}
	}
}
