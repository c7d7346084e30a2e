package deadlock_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/deadlock"
)

func TestDeadlock(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), deadlock.Analyzer, "condition", "rangefunc", "registry", "service")
}

// TestKinds checks what is reported, and that its kind is the one that the line
// names in a comment.
func TestKinds(t *testing.T) {
	for _, result := range analysistest.Run(t, analysistest.TestData(), deadlock.Analyzer, "relock", "order", "exits", "unlocked", "waits") {
		for _, d := range result.Diagnostics {
			at := result.Pass.Fset.Position(d.Pos)
			if line := sourceLine(t, at.Filename, at.Line); !strings.Contains(line, "/* "+d.Category+" */") {
				t.Errorf("%s: reported as %s: %s", at, d.Category, line)
			}
		}
	}
}

func sourceLine(t *testing.T, file string, n int) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")[n-1]
}
