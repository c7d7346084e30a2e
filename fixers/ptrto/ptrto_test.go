package ptrto_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/ptrto"
)

func Test(t *testing.T) { fixtest.Scripts(t, ptrto.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, ptrto.Fixer) }
