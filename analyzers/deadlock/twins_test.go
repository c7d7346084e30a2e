package deadlock_test

import (
	"testing"

	"github.com/gomend/gomend/analyzers/deadlock"
	"github.com/gomend/gomend/analyzers/internal/twintest"
)

func TestTwins(t *testing.T) {
	twintest.Silent(t, "../goroutineleak/testdata", deadlock.Analyzer, nil)
}
