package muxpattern_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/muxpattern"
)

func TestHandlers(t *testing.T) { fixtest.Scripts(t, muxpattern.Fixer) }

func TestPage(t *testing.T) { pagetest.Run(t, muxpattern.Fixer) }
