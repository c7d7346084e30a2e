package testenv_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/testenv"
)

func TestCleanups(t *testing.T) { fixtest.Scripts(t, testenv.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, testenv.Fixer) }
