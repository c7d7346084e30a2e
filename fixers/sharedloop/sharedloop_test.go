package sharedloop_test

import (
	"testing"

	"github.com/gomend/gomend/fixers/internal/fixtest"
	"github.com/gomend/gomend/fixers/internal/pagetest"
	"github.com/gomend/gomend/fixers/sharedloop"
)

func Test(t *testing.T) { fixtest.Scripts(t, sharedloop.For()) }

func TestPage(t *testing.T) { pagetest.Run(t, sharedloop.For()) }
