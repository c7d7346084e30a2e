package randseed_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/randseed"
)

func TestSeeds(t *testing.T) { fixtest.Scripts(t, randseed.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, randseed.Fixer) }
