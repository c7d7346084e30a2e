package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gomend/gomend/cmd/internal/finding"
	"github.com/gomend/gomend/cmd/internal/report"
)

func TestParseOutputs(t *testing.T) {
	got, err := report.ParseOutputs([]string{"text", "sarif=out/gomend.sarif", "json=a=b.json"}, report.Formats())
	want := []report.Output{
		{Format: report.Text}, {Format: report.SARIF, File: "out/gomend.sarif"}, {Format: report.JSON, File: "a=b.json"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	for _, test := range []struct {
		specs []string
		want  string
	}{
		{[]string{"xml"}, `unknown format "xml": use one of text, json, jsonl, sarif, github, rdjsonl, markdown`},
		{[]string{"json="}, `"json=" names no file: write json=FILE`},
		{[]string{"text", "json"}, "text and json both go to standard output: write json=FILE"},
		{[]string{"sarif=x", "json=./x"}, "sarif and json both go to ./x"},
	} {
		if _, err := report.ParseOutputs(test.specs, report.Formats()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v fails with %v; want an error with %q", test.specs, err, test.want)
		}
	}
}

func noOptions(report.Output) report.Options { return report.Options{} }

func TestWriteAll(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "out.json")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link.md")
	if err := os.Symlink("target.md", link); err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "target.md"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var stdout bytes.Buffer
	outputs := []report.Output{
		{Format: report.Text},
		{Format: report.JSON, File: file},
		{Format: report.Markdown, File: link},
		{Format: report.JSONL, File: os.DevNull},
	}
	if err := report.WriteAll(outputs, &stdout, everything(t), noOptions); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{file: "report.json", filepath.Join(dir, "target.md"): ""} {
		got, err := os.ReadFile(name)
		if err != nil || len(got) == 0 {
			t.Errorf("%s: %v, %d bytes", name, err, len(got))
		}
		if want != "" && string(got) != golden(t, want) {
			t.Errorf("%s is not as %s", name, want)
		}
	}
	if stdout.String() != golden(t, "lines.txt") {
		t.Errorf("standard output is\n%s", stdout.String())
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's permissions became %v", info.Mode())
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the symbolic link was replaced")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); left != nil {
		t.Errorf("temporary files are left: %v", left)
	}
}

func TestNothingIsWrittenIfOneFormatFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.json")
	outputs := []report.Output{{Format: report.JSON, File: file}, {Format: "xml"}}
	var stdout bytes.Buffer
	if err := report.WriteAll(outputs, &stdout, empty(), noOptions); err == nil {
		t.Error("an unknown format is no error")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the other format was written")
	}
}

func TestAFolderThatIsNotThereIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "none", "out.json")
	err := report.WriteAll([]report.Output{{Format: report.JSON, File: file}}, nil, empty(), noOptions)
	if err == nil || !strings.Contains(err.Error(), "json report") || !strings.Contains(err.Error(), file) {
		t.Errorf("it fails with %v", err)
	}
}

// The order in which a caller collected things must not show.
func TestReportsAreReproducible(t *testing.T) {
	for _, f := range report.Formats() {
		var first bytes.Buffer
		for i := range 5 {
			var again bytes.Buffer
			if err := report.Write(&again, f, everything(t), report.Options{Frames: true, Suppressed: true}); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = again
			} else if !bytes.Equal(first.Bytes(), again.Bytes()) {
				t.Errorf("%s: two reports of one run differ", f)
			}
		}
	}
}

func golden(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/golden", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// many returns a run with n findings in as many lines, all alike.
func many(n int, change func(i int, f *finding.Finding)) *report.Run {
	run := empty()
	for i := range n {
		f := finding.Finding{
			Rule: "r", Severity: "error", Confidence: "high", Message: "m", Package: "p",
			Span: finding.Span{File: "a.go", Line: i + 1, Column: 1}, Fingerprint: "0000000000000000",
		}
		change(i, &f)
		run.Findings = append(run.Findings, f)
	}
	return run
}
