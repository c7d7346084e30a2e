package timerstale_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/timerstale"
)

func TestNewTimers(t *testing.T) {
	dir := filepath.Join(analysistest.TestData(), "go1.23")
	analysistest.Run(t, dir, timerstale.Analyzer, "./drain", "./twice", "./never", "./idle")
}

func TestOldTimers(t *testing.T) {
	dir := filepath.Join(analysistest.TestData(), "go1.22")
	analysistest.Run(t, dir, timerstale.Analyzer, "./...")
}

func TestFixes(t *testing.T) {
	dir := filepath.Join(analysistest.TestData(), "go1.23")
	analysistest.RunWithSuggestedFixes(t, dir, timerstale.Analyzer, "./fix")
}

// TestFixedCodeIsClean checks that code with the fixes applied compiles and is
// reported no more.
func TestFixedCodeIsClean(t *testing.T) {
	from := filepath.Join(analysistest.TestData(), "go1.23")
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
	analysistest.Run(t, dir, timerstale.Analyzer, ".")
}
