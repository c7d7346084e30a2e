package timerdrain_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/timerdrain"
)

func TestTimers(t *testing.T) { fixtest.Scripts(t, timerdrain.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, timerdrain.Fixer) }
