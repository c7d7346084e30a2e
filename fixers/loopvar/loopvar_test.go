package loopvar_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/loopvar"
)

func TestCopies(t *testing.T) { fixtest.Scripts(t, loopvar.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, loopvar.Fixer) }
