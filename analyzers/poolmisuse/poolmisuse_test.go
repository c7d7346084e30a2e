package poolmisuse_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/internal/pagetest"
	"github.com/gomend/gomend/analyzers/poolmisuse"
)

func Test(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), poolmisuse.Analyzer,
		"useafter", "twice", "escapes", "missing", "kinds", "early", "dirty", "user", "generic", "rangefunc")
}

func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), poolmisuse.Analyzer, "fix")
}

func TestPage(t *testing.T) { pagetest.Run(t, poolmisuse.Rule, "1.26") }
