package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomend/gomend/cmd/internal/finding"
)

// TestLensesOfTheExample holds the table of which lens sees which kind of leak
// against what they report.
func TestLensesOfTheExample(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "examples", "leaks")
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	lenses := [][]string{
		{"check", "--confidence", "low"},
		{"leaks", "test"},
		{"leaks", "test", "--growth"},
	}
	var want []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|.*$").FindAllStringSubmatch(string(page), -1) {
		cells := strings.Split(row[0], "|")
		for i, lens := range lenses {
			if kind := strings.TrimSpace(cells[3+i]); kind != "" {
				want = append(want, fmt.Sprint(lens, row[1], kind))
			}
		}
	}
	var got []string
	for _, lens := range lenses {
		for _, f := range findingsOf(t, dir, lens...) {
			got = append(got, fmt.Sprint(lens, path.Dir(f.File), f.Kind))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("the table (-) and what is found (+) differ:\n%s", diff)
	}
}

// findingsOf returns what a command of gomend reports in dir, which must be something.
func findingsOf(t *testing.T, dir string, command ...string) []finding.Finding {
	t.Helper()
	args := slices.Concat([]string{"-C", dir}, command, []string{"-q", "-o", "json"})
	cmd := exec.Command(filepath.Join(gomend, "gomend"), args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("%v: %v\n%s", cmd, err, &stderr)
	}
	var report struct{ Findings []finding.Finding }
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	return report.Findings
}
