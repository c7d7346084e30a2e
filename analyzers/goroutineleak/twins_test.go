package goroutineleak_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/goroutineleak"
	"github.com/gomend/gomend/analyzers/internal/twintest"
)

// reportedWrongly are the reports of the rule on twins, which are correct.
var reportedWrongly = []twintest.Wrong{}

func TestTwins(t *testing.T) {
	twintest.Silent(t, analysistest.TestData(), goroutineleak.Analyzer, reportedWrongly)
}
