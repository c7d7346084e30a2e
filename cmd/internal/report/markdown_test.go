package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

// A job's summary may have a mebibyte; more of it is not shown at all.
func TestMarkdownKeepsWithinItsLimit(t *testing.T) {
	run := many(500, func(_ int, f *finding.Finding) { f.Message = strings.Repeat("word ", 20) })
	const limit = 10_000
	var buf bytes.Buffer
	if err := report.Write(&buf, report.Markdown, run, report.Options{MaxBytes: limit}); err != nil {
		t.Fatal(err)
	}
	rows := strings.Count(buf.String(), "\n| error |")
	if buf.Len() > limit || buf.Len() < limit*9/10 {
		t.Errorf("%d bytes, want at most %d, and not much less", buf.Len(), limit)
	}
	if want := fmt.Sprint(500-rows) + " more findings not shown here"; !strings.Contains(buf.String(), want) {
		t.Errorf("%d rows, and there is no %q", rows, want)
	}
	if !strings.Contains(buf.String(), "Looked at 1 module") {
		t.Error("what was looked at is cut off")
	}
}
