package randv2_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/randv2"
)

func TestFiles(t *testing.T) { fixtest.Scripts(t, randv2.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, randv2.Fixer) }
