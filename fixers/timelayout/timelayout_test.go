package timelayout_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/timelayout"
)

func Test(t *testing.T) { fixtest.Scripts(t, timelayout.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, timelayout.Fixer) }
