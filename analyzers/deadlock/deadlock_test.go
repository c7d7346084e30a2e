package deadlock_test

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/gomend/gomend/analyzers/deadlock"
)

func TestDeadlock(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), deadlock.Analyzer, "condition", "rangefunc", "registry", "service")
}
