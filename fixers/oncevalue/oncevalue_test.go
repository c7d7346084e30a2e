package oncevalue_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/oncevalue"
)

func TestGetters(t *testing.T) { fixtest.Scripts(t, oncevalue.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, oncevalue.Fixer) }
