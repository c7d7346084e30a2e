package pooledctx_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/pooledctx"
)

func Test(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), pooledctx.Analyzer,
		"ginapp", "echoapp", "fiberapp", "fiberimmutable", "fastapp")
}

func TestFixes(t *testing.T) {
	analysistest.RunWithSuggestedFixes(t, analysistest.TestData(), pooledctx.Analyzer, "fix")
}
