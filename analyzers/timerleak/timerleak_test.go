package timerleak_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/timerleak"
)

func TestOldTimers(t *testing.T) {
	dir := filepath.Join(analysistest.TestData(), "go1.22")
	analysistest.Run(t, dir, timerleak.Analyzer, "./after", "./ticker", "./field", "./afterfunc", "./clock", "./cmd", "./debugnew", "./handler")
}

func TestNewTimers(t *testing.T) {
	dir := filepath.Join(analysistest.TestData(), "go1.23")
	analysistest.Run(t, dir, timerleak.Analyzer, "./...")
}

func TestFixes(t *testing.T) {
	dir := filepath.Join(analysistest.TestData(), "go1.22")
	analysistest.RunWithSuggestedFixes(t, dir, timerleak.Analyzer, "./fix")
}

// TestFixedCodeIsClean checks that code with the fixes applied compiles and is
// reported no more.
func TestFixedCodeIsClean(t *testing.T) {
	from := filepath.Join(analysistest.TestData(), "go1.22")
	fixed, err := os.ReadFile(filepath.Join(from, "fix", "fix.go.golden"))
	if err != nil {
		t.Fatal(err)
	}
	goMod, err := os.ReadFile(filepath.Join(from, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	wants := regexp.MustCompile(`// want .*`)
	for name, data := range map[string][]byte{"go.mod": goMod, "fix.go": wants.ReplaceAll(fixed, nil)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	analysistest.Run(t, dir, timerleak.Analyzer, ".")
}

// TestBothTimers checks that a caller who resolves the conditions itself is told
// what old timers would leave behind where new ones ship.
func TestBothTimers(t *testing.T) {
	flags := &timerleak.Analyzer.Flags
	if err := flags.Set("timers", "both"); err != nil {
		t.Fatal(err)
	}
	defer flags.Set("timers", "auto")
	analysistest.Run(t, filepath.Join(analysistest.TestData(), "both"), timerleak.Analyzer, "./...")
}

// TestKindsOfAfterFunc checks that a timer that limits the following steps is told
// from one that is to do something later.
func TestKindsOfAfterFunc(t *testing.T) {
	claims := map[string]string{
		"when what it limits is done": "afterfunc-guard",
		"stops this timer, Close":     "afterfunc-field",
	}
	found := make(map[string]bool)
	dir := filepath.Join(analysistest.TestData(), "go1.22")
	for _, result := range analysistest.Run(t, dir, timerleak.Analyzer, "./afterfunc") {
		for _, d := range result.Diagnostics {
			for claim, kind := range claims {
				if !strings.Contains(d.Message, claim) {
					continue
				}
				found[kind] = true
				if d.Category != kind {
					t.Errorf("%q has the kind %s, want %s", d.Message, d.Category, kind)
				}
			}
		}
	}
	if len(found) != len(claims) {
		t.Errorf("found the kinds %v only", found)
	}
}
