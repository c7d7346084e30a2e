package deadlock_test

import (
	"testing"

	"github.com/gomend/gomend/analyzers/deadlock"
	"github.com/gomend/gomend/analyzers/internal/twintest"
)

// reportedWrongly are the reports of the rule on twins, which are correct.
var reportedWrongly = []twintest.Wrong{
	{
		Twin: "etcd10492",
		Kind: "double-lock",
		Why:  "the lock was let go before, by a call through a variable that holds the unlocking closure",
	},
	{
		Twin: "hugo3251",
		Kind: "missing-unlock",
		Why:  "the deferred call unlocks what it finds in the map, where the lock put it and nothing removes it",
	},
}

func TestTwins(t *testing.T) {
	twintest.Silent(t, "../goroutineleak/testdata", deadlock.Analyzer, reportedWrongly)
}
