package goroutineleak_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/internal/pagetest"
)

func TestReports(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), goroutineleak.Analyzer, "a")
}

func TestSilence(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), goroutineleak.Analyzer, "silent")
}

func TestPage(t *testing.T) { pagetest.Run(t, goroutineleak.Rule, "1.26") }
