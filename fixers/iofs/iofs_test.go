package iofs_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/iofs"
)

func Test(t *testing.T) { fixtest.Scripts(t, iofs.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, iofs.Fixer) }
