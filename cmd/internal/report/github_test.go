package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gomend/gomend/analyzers/rule"
	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

func gitHub(t *testing.T, run *report.Run) string {
	t.Helper()
	var buf bytes.Buffer
	if err := report.Write(&buf, report.GitHub, run, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// GitHub keeps ten annotations of a level and drops the rest: no finding may be
// lost without a word.
func TestNoAnnotationIsLost(t *testing.T) {
	severities := []rule.Severity{rule.Error, rule.Warning, rule.Info}
	run := many(45, func(i int, f *finding.Finding) { f.Severity = severities[i%3] })
	out := gitHub(t, run)
	for _, level := range []string{"error", "warning", "notice"} {
		if n := strings.Count("\n"+out, "\n::"+level+" "); n > 10 {
			t.Errorf("%d annotations of level %s", n, level)
		}
	}
	for i := range 45 {
		annotated := strings.Contains(out, fmt.Sprintf("line=%d,", i+1))
		logged := strings.Contains(out, fmt.Sprintf("\na.go:%d:1: ", i+1))
		if annotated == logged {
			t.Errorf("the finding of line %d is annotated: %v, in the log: %v; want one of both", i+1, annotated, logged)
		}
	}
	if want := "::notice title=gomend::16 more findings not annotated"; !strings.Contains(out, want) {
		t.Errorf("there is no %q in\n%s", want, out)
	}
}

func TestTheSurestAreAnnotated(t *testing.T) {
	run := many(20, func(i int, f *finding.Finding) {
		if i < 10 {
			f.Confidence = rule.Low
		}
	})
	out := gitHub(t, run)
	for i := range 20 {
		if got, want := strings.Contains(out, fmt.Sprintf("line=%d,", i+1)), i >= 10; got != want {
			t.Errorf("the finding of line %d is annotated: %v", i+1, got)
		}
	}
}

func TestTenAreAnnotatedWithoutMoreWords(t *testing.T) {
	out := gitHub(t, many(10, func(int, *finding.Finding) {}))
	if n := strings.Count(out, "\n"); n != 10 || strings.Contains(out, "::notice") {
		t.Errorf("%d lines:\n%s", n, out)
	}
}

// What a source file or a file name holds must not become a command.
func TestNothingEscapesFromAnAnnotation(t *testing.T) {
	const evil = "a\n::set-output name=x::y\r\n##[error]z"
	run := many(11, func(_ int, f *finding.Finding) {
		f.Message = evil
		f.File = "a,b:c\n::error::d.go"
		f.Related = []finding.Related{{Message: evil}}
	})
	for line := range strings.Lines(gitHub(t, run)) {
		switch {
		case strings.HasPrefix(line, "::error file=a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad.go,line="):
		case strings.HasPrefix(line, "::notice title=gomend::1 more finding not annotated"):
		case strings.HasPrefix(line, "a,b:c ::error::d.go:") && !strings.Contains(line, "##["):
		default:
			t.Errorf("line %q", line)
		}
	}
}
