package deadlock_test

import (
	"testing"

	"github.com/gomend/gomend/analyzers/deadlock"
	"github.com/gomend/gomend/analyzers/internal/pagetest"
)

func TestPage(t *testing.T) { pagetest.Run(t, deadlock.Rule, "1.26") }
