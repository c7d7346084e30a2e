package strandedptr_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/strandedptr"
)

func TestHelpers(t *testing.T) { fixtest.Scripts(t, strandedptr.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, strandedptr.Fixer) }
